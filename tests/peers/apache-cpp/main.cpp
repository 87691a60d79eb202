// Apache's C++ library as a peer: `peer client FLAGS ADDRESS`, `peer server FLAGS`, with the flags and words of
// tests/cross/mode.rs. `--nonblocking` makes the server the library's event loop.

#include <condition_variable>
#include <csignal>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>
#include <unistd.h>

#include <thrift/processor/TMultiplexedProcessor.h>

#include "checks.h"
#include "handler.h"

using std::string;

namespace {

// Where the servers are, once all of them listen.
class Addresses {
 public:
  void add(const string& name, const string& address) {
    std::lock_guard<std::mutex> guard(lock);
    found[name] = address;
    changed.notify_all();
  }

  std::map<string, string> wait_for(size_t count) {
    std::unique_lock<std::mutex> guard(lock);
    changed.wait(guard, [&] { return found.size() == count; });
    return found;
  }

 private:
  std::mutex lock;
  std::condition_variable changed;
  std::map<string, string> found;
};

using Processor = std::shared_ptr<apache::thrift::TProcessor>;

// What a port serves: the processor of `Cross`, and beside it that of `Second` when requests name the service.
Processor processor(const Stack& stack, Processor cross) {
  if (!stack.multiplexed) return cross;
  auto both = std::make_shared<apache::thrift::TMultiplexedProcessor>();
  both->registerProcessor("Cross", cross);
  both->registerProcessor("Second", std::make_shared<cross::SecondProcessor>(second_handler()));
  return both;
}

int serve_all(const Stack& stack) {
  const std::map<string, Processor> processors = {
      {"cross", processor(stack, std::make_shared<cross::CrossProcessor>(cross_handler()))},
      // Lacks the methods that `Cross` adds.
      {"named", processor(stack, std::make_shared<cross::NamedProcessor>(cross_handler()))},
      {"newer", processor(stack, std::make_shared<newer::CrossProcessor>(newer_handler()))},
  };
  Addresses addresses;
  for (const auto& [name, processor] : processors) {
    std::thread([&, name = name, processor = processor, stack = stack]() mutable {
      try {
        if (stack.socket == "unix") stack.address = "/tmp/thrift-" + std::to_string(getpid()) + "-" + name;
        serve(stack, processor, [&](const string& address) { addresses.add(name, address); });
      } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
        _exit(1);
      }
    }).detach();
  }
  std::cout << "listening";
  for (const auto& [name, address] : addresses.wait_for(processors.size())) std::cout << " " << name << "=" << address;
  std::cout << std::endl;
  // Until the standard input ends, so that no server outlives the test that started it.
  while (std::cin.get() != EOF) {
  }
  _exit(0);
}

}  // namespace

int main(int count, char** arguments) {
  // A peer that closes is an error of the call, not the end of the program.
  std::signal(SIGPIPE, SIG_IGN);
  Stack stack;
  const std::map<string, string*> flags = {
      {"--protocol", &stack.protocol}, {"--transport", &stack.transport}, {"--socket", &stack.socket},
      {"--certificates", &stack.certificates}};
  for (int n = 2; n < count; ++n) {
    const auto flag = flags.find(arguments[n]);
    if (flag != flags.end() && n + 1 < count) {
      *flag->second = arguments[++n];
    } else if (arguments[n] == string("--multiplexed")) {
      stack.multiplexed = true;
    } else if (arguments[n] == string("--nonblocking")) {
      stack.nonblocking = true;
    } else {
      stack.address = arguments[n];
    }
  }
  const string role = count > 1 ? arguments[1] : "";
  try {
    if (role == "client") return check(stack);
    if (role == "server") return serve_all(stack);
    std::cerr << "peer client FLAGS ADDRESS | peer server FLAGS" << std::endl;
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
  }
  return 1;
}
