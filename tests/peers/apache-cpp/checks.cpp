#include "checks.h"

#include <chrono>
#include <functional>
#include <iostream>
#include <thread>
#include <unistd.h>

#include <thrift/TApplicationException.h>
#include <thrift/async/TConcurrentClientSyncInfo.h>

#include "sample.h"

using apache::thrift::TApplicationException;
using std::string;

namespace {

const size_t MIB = 1 << 20;

void expect(bool holds, const string& what) {
  if (!holds) throw std::runtime_error(what);
}

// That both are equal; structs by their bytes, doubles by their bits.
template <class T>
void same(const T& found, const T& expected, const string& what) {
  if constexpr (std::is_base_of_v<apache::thrift::TBase, T>) {
    expect(sample::bytes(found) == sample::bytes(expected), what);
  } else if constexpr (std::is_same_v<T, double>) {
    expect(sample::bits(found) == sample::bits(expected), what + ": " + std::to_string(found));
  } else {
    expect(found == expected, what);
  }
}

template <class Error>
Error fails(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  throw std::runtime_error("the call did not fail");
}

// What a call gives that returns through its first argument.
template <class T, class Client, class... Arguments>
T answer(Client& client, void (Client::*call)(T&, const Arguments&...), const Arguments&... arguments) {
  T result{};
  (client.*call)(result, arguments...);
  return result;
}

// Makes a oneway call. Over HTTP the library leaves the response unread, and would take it for that of the next call.
template <class Client, class T>
void send(const Stack& stack, Client& client, void (Client::*call)(const T&), const T& argument) {
  (client.*call)(argument);
  if (stack.transport == "http") {
    client.getOutputProtocol()->getTransport()->close();
    client.getOutputProtocol()->getTransport()->open();
  }
}

using Client = cross::CrossClient;

string name(Client& client) {
  string result;
  client.name(result);
  return result;
}

void inherited_method_and_void(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  same(name(client), string("cross"), "name");
  client.ping();
}

void scalars(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  same(client.echo_bool(true), true, "true");
  same(client.echo_bool(false), false, "false");
  for (auto value : sample::extremes<int8_t>()) same(client.echo_i8(value), value, "i8");
  for (auto value : sample::extremes<int16_t>()) same(client.echo_i16(value), value, "i16");
  for (auto value : sample::extremes<int32_t>()) same(client.echo_i32(value), value, "i32");
  for (auto value : sample::extremes<int64_t>()) same(client.echo_i64(value), value, "i64");
  for (auto value : sample::extremes<cross::Id>()) same(client.echo_id(value), value, "id");
}

void doubles(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  for (double value : sample::DOUBLES) same(client.echo_double(value), value, std::to_string(value));
}

void strings_and_binaries(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  string accents;
  while (accents.size() < MIB) accents += "é";
  // In JSON the library takes a character of zero for the end of the string.
  for (const string& value : {string(), string("a"), sample::UNICODE, string(stack.protocol == "json" ? 0 : 1, '\0'), accents, string(MIB + 1, 'x')}) {
    same(answer(client, &Client::echo_string, value), value, "a string of " + std::to_string(value.size()));
  }
  string blob;
  while (blob.size() < MIB) blob += sample::all_bytes();
  for (const string& value : {string(), string(1, '\0'), sample::all_bytes(), blob}) {
    same(answer(client, &Client::echo_binary, value), value, "a binary of " + std::to_string(value.size()));
  }
}

void enums_and_unions(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  for (int value : {1, 2, 0, 77, std::numeric_limits<int>::min()}) {
    const auto level = static_cast<cross::Level::type>(value);
    same(client.echo_level(level), level, "level " + std::to_string(value));
  }
  for (const auto& value :
       {sample::choice<Old>(0), sample::choice<Old>(string()), sample::choice<Old>(sample::lowest<Old>())}) {
    same(answer(client, &Client::echo_choice, value), value, "choice");
  }
}

void union_of_nothing(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  auto error = fails<TApplicationException>([&] { answer(client, &Client::echo_choice, cross::Choice()); });
  same(error.getType(), TApplicationException::PROTOCOL_ERROR, error.what());
  same(name(client), string("cross"), "name");
}

void containers(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  std::vector<int64_t> many;
  for (int64_t n = -5'000; n < 5'000; ++n) many.push_back(n);
  for (const auto& value : {std::vector<int64_t>(), {0}, sample::extremes<int64_t>(), many}) {
    same(answer(client, &Client::echo_list, value), value, "list");
  }
  for (const auto& value : {std::set<string>(), {""}, {"b", "a", "🦀", "\uFFFF"}}) {
    same(answer(client, &Client::echo_set, value), value, "set");
  }
  std::map<string, int32_t> counts;
  for (int32_t n = 0; n < 1'000; ++n) counts["key " + std::to_string(n)] = -n;
  for (const auto& value : {std::map<string, int32_t>(), {{"", 0}}, counts}) {
    same(answer(client, &Client::echo_map, value), value, "map");
  }
}

void structs(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  auto large = sample::smallest<Old>();
  for (int n = 0; n < 20'000; ++n) large.words.insert(std::to_string(n));
  for (int n = 0; n < 1'500; ++n) large.blobs.push_back(string(n, 'x'));
  for (int n = 0; n < 2'000; ++n) large.by_name[std::to_string(n)] = sample::lowest<Old>();
  for (const auto& value : {sample::everything<Old>(), sample::smallest<Old>(), large}) {
    same(answer(client, &Client::echo, value), value, "struct");
  }
}

void nests(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  const auto value = sample::everything<Old>();
  const auto found = answer(client, &Client::nest, value);
  auto expected = sample::nest(value);
  expect(found.size() == 2 && found.at(-1).empty() && found.at(0).size() == 2, "the shape of the nest");
  for (const auto& [level, inner] : expected[0]) same(found.at(0).at(level), inner, "what is in the nest");
}

void declared_exceptions(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  const auto find = [&](const string& key) { return answer(client, &Client::find, key); };
  same(find("key"), string("name of key"), "found");
  const auto missing = fails<cross::NotFound>([&] { find("missing 🦀"); });
  same(missing.key, string("missing 🦀"), "key");
  same(missing.code, 404, "code");
  same(fails<cross::Refused>([&] { find("refused"); }).message, string("refused is refused"), "message");
  client.check(0);
  same(fails<cross::NotFound>([&] { client.check(-3); }).code, -3, "code of void");
  client.check(0);
  same(answer(client, &Client::concat, string("left"), string("right")), string("left+right"), "concat");
}

void undeclared_error(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  string result;
  const auto error = fails<TApplicationException>([&] { client.fail(result); });
  same(error.getType(), TApplicationException::INTERNAL_ERROR, error.what());
  same(name(client), string("cross"), "name");
}

void unknown_methods(const Stack& stack) {
  newer::CrossClient client(connect(stack, "Cross"));
  newer::Added large;
  large.nested = {{{"a", {1}}}};
  large.bytes = string(MIB, 'x');
  for (const auto& value : {newer::Added(), large}) {
    const auto error = fails<TApplicationException>([&] { answer(client, &newer::CrossClient::added, value); });
    same(error.getType(), TApplicationException::UNKNOWN_METHOD, error.what());
    send(stack, client, &newer::CrossClient::added_note, value);
    client.ping();
  }
}

void unknown_fields(const Stack& stack) {
  newer::CrossClient client(connect(stack, "Cross"));
  newer::Added added;
  added.nested = {{{"a", {1, 2}}}, {}, {{"", {}}}};
  added.bytes = string(1, '\0');
  added.__set_inner(std::make_shared<newer::Added>());
  const auto known = sample::everything<Newer>();
  auto value = known;
  value.scalars.__set_added_before("before");
  value.scalars.__set_added(added);
  value.added_between = {added, newer::Added()};
  value.added = 0.5;
  same(answer(client, &newer::CrossClient::echo, value), known, "what the server knows");
}

void unknown_variants_survive(const Stack& stack) {
  newer::CrossClient client(connect(stack, "Cross"));
  for (const auto& added : {std::vector<int16_t>{1, -2, 3}, std::vector<int16_t>()}) {
    newer::Choice value;
    value.__set_added(added);
    same(answer(client, &newer::CrossClient::echo_choice, value), value, "choice");
  }
}

void second_service(const Stack& stack) {
  if (!stack.multiplexed) throw Unsupported("one service");
  Client first(connect(stack, "Cross"));
  cross::SecondClient second(connect(stack, "Second"));
  for (const string& value : {string(), sample::UNICODE}) {
    same(answer(second, &cross::SecondClient::echo_string, value), "second: " + value, "of the second service");
    same(answer(first, &Client::echo_string, value), value, "of the first service");
  }
}

void oneway(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  const string line = "note of process " + std::to_string(getpid());
  send(stack, client, &Client::note, line);
  std::vector<string> notes;
  for (int tries = 0; tries < 1'000; ++tries) {
    client.notes(notes);
    if (std::find(notes.begin(), notes.end(), line) != notes.end()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("the note did not arrive");
}

void many_calls(const Stack& stack) {
  Client client(connect(stack, "Cross"));
  for (int32_t n = 0; n < 1'000; ++n) {
    same(client.echo_i32(n), n, "echo");
    if (n % 100 == 0) send(stack, client, &Client::note, string("one of many"));
  }
}

// Has so many threads call at a time; `client` gives each what it calls.
void call_from_threads(const std::function<std::shared_ptr<cross::CrossIf>()>& client) {
  std::vector<string> failures(8);
  std::vector<std::thread> threads;
  for (size_t caller = 0; caller < failures.size(); ++caller) {
    threads.emplace_back([&, caller] {
      try {
        const auto mine = client();
        for (int n = 0; n < 100; ++n) {
          const string text = std::to_string(caller) + "/" + std::to_string(n) + "/" + string(n * 100, 'x');
          string found;
          mine->echo_string(found, text);
          same(found, text, "echo");
        }
      } catch (const std::exception& error) {
        failures[caller] = error.what();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& failure : failures) expect(failure.empty(), failure);
}

void concurrent_connections(const Stack& stack) {
  call_from_threads([&] { return std::make_shared<Client>(connect(stack, "Cross")); });
}

// The library sends one call after another and gives each thread the reply with its sequence id.
void concurrent_calls_on_one_connection(const Stack& stack) {
  // One thread reads while another writes, which OpenSSL does not allow on one connection, and TSSLSocket does not lock it.
  if (stack.socket == "tls") throw Unsupported("TSSLSocket is not for two threads");
  const auto sync = std::make_shared<apache::thrift::async::TConcurrentClientSyncInfo>();
  const auto [in, out] = connect_pair(stack, "Cross");
  const auto client = std::make_shared<cross::CrossConcurrentClient>(in, out, sync);
  call_from_threads([&] { return client; });
}

const std::vector<std::pair<const char*, void (*)(const Stack&)>> CHECKS = {
    {"inherited_method_and_void", inherited_method_and_void},
    {"scalars", scalars},
    {"doubles", doubles},
    {"strings_and_binaries", strings_and_binaries},
    {"enums_and_unions", enums_and_unions},
    {"union_of_nothing", union_of_nothing},
    {"containers", containers},
    {"structs", structs},
    {"nests", nests},
    {"declared_exceptions", declared_exceptions},
    {"undeclared_error", undeclared_error},
    {"unknown_methods", unknown_methods},
    {"unknown_fields", unknown_fields},
    {"unknown_variants_survive", unknown_variants_survive},
    {"second_service", second_service},
    {"oneway", oneway},
    {"many_calls", many_calls},
    {"concurrent_connections", concurrent_connections},
    {"concurrent_calls_on_one_connection", concurrent_calls_on_one_connection},
};

}  // namespace

int check(const Stack& stack) {
  int passed = 0, failed = 0;
  for (const auto& [name, check] : CHECKS) {
    try {
      check(stack);
      ++passed;
    } catch (const Unsupported&) {
      // By this stack.
    } catch (const std::exception& error) {
      std::cerr << name << ": " << string(error.what()).substr(0, 2'000) << std::endl;
      ++failed;
    }
  }
  if (failed != 0) return 1;
  std::cout << passed << " checks passed" << std::endl;
  return 0;
}
