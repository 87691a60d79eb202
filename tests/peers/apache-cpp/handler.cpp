#include "handler.h"

#include <deque>
#include <mutex>

using std::string;

namespace {

// How many notes are kept.
const size_t KEPT = 1'000;

bool starts(const string& text, const string& word) {
  return text.compare(0, word.size(), word) == 0;
}

struct CrossHandler : cross::CrossIf {
  void name(string& result) override { result = "cross"; }
  void ping() override {}
  bool echo_bool(const bool value) override { return value; }
  int8_t echo_i8(const int8_t value) override { return value; }
  int16_t echo_i16(const int16_t value) override { return value; }
  int32_t echo_i32(const int32_t value) override { return value; }
  int64_t echo_i64(const int64_t value) override { return value; }
  double echo_double(const double value) override { return value; }
  void echo_string(string& result, const string& value) override { result = value; }
  void echo_binary(string& result, const string& value) override { result = value; }
  cross::Level::type echo_level(const cross::Level::type value) override { return value; }
  void echo_list(std::vector<int64_t>& result, const std::vector<int64_t>& value) override { result = value; }
  void echo_set(std::set<string>& result, const std::set<string>& value) override { result = value; }
  void echo_map(std::map<string, int32_t>& result, const std::map<string, int32_t>& value) override { result = value; }
  void echo_choice(cross::Choice& result, const cross::Choice& value) override { result = value; }
  cross::Id echo_id(const cross::Id value) override { return value; }
  void echo(cross::Everything& result, const cross::Everything& value) override { result = value; }

  void nest(std::map<cross::Id, std::map<cross::Level::type, cross::Everything>>& result,
            const cross::Everything& value) override {
    result = sample::nest(value);
  }

  void find(string& result, const string& key) override {
    if (starts(key, "missing")) {
      cross::NotFound error;
      error.key = key;
      error.code = 404;
      throw error;
    }
    if (starts(key, "refused")) {
      cross::Refused error;
      error.message = key + " is refused";
      throw error;
    }
    result = "name of " + key;
  }

  void check(const int32_t code) override {
    if (code != 0) {
      cross::NotFound error;
      error.code = code;
      throw error;
    }
  }

  void concat(string& result, const string& left, const string& right) override { result = left + "+" + right; }
  void fail(string&) override { throw std::runtime_error("a handler's error that no client shall see"); }

  void note(const string& line) override {
    std::lock_guard<std::mutex> guard(lock);
    lines.push_back(line);
    if (lines.size() > KEPT) lines.pop_front();
  }

  void notes(std::vector<string>& result) override {
    std::lock_guard<std::mutex> guard(lock);
    result.assign(lines.begin(), lines.end());
  }

  std::mutex lock;
  std::deque<string> lines;
};

struct SecondHandler : cross::SecondIf {
  void echo_string(string& result, const string& value) override { result = "second: " + value; }
};

// Its replies hold what the older client does not know.
struct NewerHandler : newer::CrossIf {
  void name(string& result) override { result = "cross"; }
  void ping() override {}
  newer::Level::type echo_level(const newer::Level::type value) override { return value; }

  void echo_choice(newer::Choice& result, const newer::Choice& value) override {
    if (value.text == "added") {
      result.__set_added({1, -2, 3});
    } else {
      result = value;
    }
  }

  void echo(newer::Everything& result, const newer::Everything& value) override {
    result = value;
    result.scalars.__set_added_before("before");
    result.scalars.__set_added(added_value());
    result.added_between = {added_value(), newer::Added()};
    result.added = 0.5;
    if (value.__isset.inner) {
      auto inner = std::make_shared<newer::Everything>();
      echo(*inner, *value.inner);
      result.inner = inner;
    }
  }

  void find(string& result, const string& key) override {
    if (starts(key, "gone")) {
      newer::Gone error;
      error.added = 1;
      throw error;
    }
    result = "name of " + key;
  }

  void concat(string& result, const string& left, const string& right, const newer::Added& added) override {
    // A missing argument comes as an empty struct.
    const bool is_missing = sample::bytes(added) == sample::bytes(newer::Added());
    result = left + "+" + right + (is_missing ? "+None" : "+Added");
  }

  void added(string& result, const newer::Added&) override { result = "added"; }
  void added_note(const newer::Added&) override {}

  static newer::Added added_value() {
    auto inner = std::make_shared<newer::Added>();
    inner->bytes = "inner";
    newer::Added value;
    value.nested = {{{"a", {1, 2}}}, {}, {{"", {}}}};
    value.bytes = string("\0\x01", 2);
    value.__set_inner(inner);
    return value;
  }
};

}  // namespace

std::shared_ptr<cross::CrossIf> cross_handler() {
  return std::make_shared<CrossHandler>();
}

std::shared_ptr<cross::SecondIf> second_handler() {
  return std::make_shared<SecondHandler>();
}

std::shared_ptr<newer::CrossIf> newer_handler() {
  return std::make_shared<NewerHandler>();
}
