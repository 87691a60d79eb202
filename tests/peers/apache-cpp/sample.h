// The generated types, and values of them: tests/cross/sample.rs has the same. `Types` is `Old` or `Newer`, the types of an IDL.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "cross/Cross.h"
#include "cross/Second.h"
// The headers of services are guarded by the service's name alone.
#undef Cross_H
#undef Named_H
#include "newer/Cross.h"

struct Old {
  using Scalars = cross::Scalars;
  using Everything = cross::Everything;
  using Choice = cross::Choice;
  using Level = cross::Level;
};

struct Newer {
  using Scalars = newer::Scalars;
  using Everything = newer::Everything;
  using Choice = newer::Choice;
  using Level = newer::Level;
};

namespace sample {

inline const std::string UNICODE =
    "Grüße, мир, 你好, שלום, 🦀🏳\uFE0F\u200D🌈, e\u0301, \x01, \x7f, \uFFFF, \U0010FFFF";

inline const std::vector<double> DOUBLES = {0.0,
                                            -0.0,
                                            1.5,
                                            INFINITY,
                                            -INFINITY,
                                            std::nan(""),
                                            std::numeric_limits<double>::denorm_min(),
                                            std::numeric_limits<double>::min(),
                                            std::numeric_limits<double>::max()};

// The integers of a type that are easily got wrong.
template <class I>
std::vector<I> extremes() {
  const I max = std::numeric_limits<I>::max(), min = std::numeric_limits<I>::min();
  return {0, 1, -1, max, min, static_cast<I>(min + 0x55)};
}

inline std::string all_bytes() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  return bytes;
}

template <class Types>
typename Types::Scalars lowest() {
  typename Types::Scalars value;
  value.flag = true;
  value.tiny = std::numeric_limits<int8_t>::min();
  value.small = std::numeric_limits<int16_t>::min();
  value.medium = std::numeric_limits<int32_t>::min();
  value.large = std::numeric_limits<int64_t>::min();
  value.ratio = -0.0;
  value.text = UNICODE;
  value.bytes = all_bytes();
  value.level = Types::Level::HIGH;
  return value;
}

template <class Types>
typename Types::Scalars highest() {
  typename Types::Scalars value;
  value.flag = false;
  value.tiny = std::numeric_limits<int8_t>::max();
  value.small = std::numeric_limits<int16_t>::max();
  value.medium = std::numeric_limits<int32_t>::max();
  value.large = std::numeric_limits<int64_t>::max();
  value.ratio = INFINITY;
  value.level = static_cast<typename Types::Level::type>(77);
  return value;
}

// One with the highest scalars, and what the other fields are when nothing is said.
template <class Types>
typename Types::Everything smallest() {
  typename Types::Everything value;
  value.scalars = highest<Types>();
  return value;
}

template <class Types>
typename Types::Choice choice(int32_t number) {
  typename Types::Choice choice;
  choice.__set_number(number);
  return choice;
}

template <class Types>
typename Types::Choice choice(const std::string& text) {
  typename Types::Choice choice;
  choice.__set_text(text);
  return choice;
}

template <class Types>
typename Types::Choice choice(const typename Types::Scalars& scalars) {
  typename Types::Choice choice;
  choice.__set_scalars(scalars);
  return choice;
}

template <class Types>
typename Types::Everything everything() {
  using Everything = typename Types::Everything;
  using Level = typename Types::Level;
  Everything value;
  value.scalars = lowest<Types>();
  value.__set_more(highest<Types>());
  value.count = -1;
  value.numbers = extremes<int32_t>();
  value.words = {"", "a", "b", "ü", "\uFFFF", "🦀"};
  value.counts = {{"", std::numeric_limits<int64_t>::max()}, {"one", 1}, {"two", std::numeric_limits<int64_t>::min()}};
  value.deep = {{}, {{}, {{-1, {}}, {0, {"x"}}}}, {{{7, {"y", "z"}}}}};
  value.by_name = {{"high", highest<Types>()}, {"low", lowest<Types>()}};
  value.levels = {Level::LOW, Level::HIGH, static_cast<typename Level::type>(77)};
  auto innermost = std::make_shared<Everything>();
  innermost->scalars = lowest<Types>();
  innermost->count = 0;
  auto inner = std::make_shared<Everything>(smallest<Types>());
  inner->__set_inner(innermost);
  value.__set_inner(inner);
  value.flags = {true, false, true};
  value.ratios = DOUBLES;
  value.blobs = {"", std::string("\0\xff", 2), "é"};
  value.__set_choice(std::make_shared<typename Types::Choice>(choice<Types>(std::string("chosen"))));
  value.choices = {{-1, {choice<Types>(std::numeric_limits<int32_t>::min()), choice<Types>(lowest<Types>())}},
                   {2, {}},
                   {3, {choice<Types>(std::string())}}};
  return value;
}

// What `nest` answers.
inline std::map<cross::Id, std::map<cross::Level::type, cross::Everything>> nest(const cross::Everything& value) {
  return {{-1, {}}, {0, {{cross::Level::LOW, value}, {static_cast<cross::Level::type>(77), value}}}};
}

// A double's bits. The sign of a NaN does not count: in JSON it has none.
inline uint64_t bits(double value) {
  if (std::isnan(value)) value = std::copysign(value, 1.0);
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

// Writes what can be compared: generated comparisons do not look behind pointers, and no NaN equals another.
struct Comparable : apache::thrift::protocol::TVirtualProtocol<Comparable, apache::thrift::protocol::TBinaryProtocol> {
  explicit Comparable(std::shared_ptr<apache::thrift::transport::TTransport> out) : TVirtualProtocol(std::move(out)) {}
  uint32_t writeDouble(const double value) { return writeI64(static_cast<int64_t>(bits(value))); }
};

template <class Struct>
std::string bytes(const Struct& value) {
  auto buffer = std::make_shared<apache::thrift::transport::TMemoryBuffer>();
  Comparable protocol(buffer);
  value.write(&protocol);
  return buffer->getBufferAsString();
}

}  // namespace sample
