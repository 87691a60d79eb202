// What the codec's benchmark measures. Each struct is a workload.

enum Kind {
  ALPHA = 1
  BETA = 2
  GAMMA = 3
  DELTA = 40
}

/** A few scalars and a short string. */
struct Small {
  1: required bool flag
  2: required i32 number
  3: required i64 big
  4: required double ratio
  5: required string name
}

/** Numbers only. */
struct Numeric {
  1: required i32 a1
  2: required i32 a2
  3: required i32 a3
  4: required i32 a4
  5: required i32 a5
  6: required i32 a6
  7: required i32 a7
  8: required i32 a8
  9: required i64 b1
  10: required i64 b2
  11: required i64 b3
  12: required i64 b4
  13: required i64 b5
  14: required i64 b6
  15: required i64 b7
  16: required i64 b8
  17: required double c1
  18: required double c2
  19: required double c3
  20: required double c4
  21: required double c5
  22: required double c6
  23: required double c7
  24: required double c8
}

/** Strings, and a binary that is worth sharing. */
struct Text {
  1: required string s1
  2: required string s2
  3: required string s3
  4: required string s4
  5: required string s5
  6: required string s6
  7: required string s7
  8: required string s8
  9: required string s9
  10: required string s10
  11: required binary data
}

struct Position {
  1: required double x
  2: required double y
}

struct Item {
  1: required i64 id
  2: required string name
  3: optional double price
  4: required list<string> tags
  5: required map<string, i64> counts
  6: required Kind kind
  7: required Position position
}

/** Structs and containers in a list. */
struct Nested {
  1: required list<Item> items
}

/** Long lists of what has a fixed size in memory. */
struct Lists {
  1: required list<i32> i32s
  2: required list<i64> i64s
  3: required list<double> doubles
  4: required list<bool> bools
}

// From here on: shapes that codecs are seldom tuned for.

/** Structs in structs. */
struct Tree {
  1: required i64 key
  2: required string name
  3: optional Tree left
  4: optional Tree right
}

struct Spot {
  1: required i32 x
  2: required i32 y
}

/** Many fields, of which few are set. */
struct Wide {
  1: optional i32 f1
  2: optional i64 f2
  3: optional string f3
  4: optional double f4
  5: optional bool f5
  6: optional list<i32> f6
  7: optional Spot f7
  8: optional binary f8
  9: optional i32 f9
  10: optional i64 f10
  11: optional string f11
  12: optional double f12
  13: optional bool f13
  14: optional list<i32> f14
  15: optional Spot f15
  16: optional binary f16
  17: optional i32 f17
  18: optional i64 f18
  19: optional string f19
  20: optional double f20
  21: optional bool f21
  22: optional list<i32> f22
  23: optional Spot f23
  24: optional binary f24
  25: optional i32 f25
  26: optional i64 f26
  27: optional string f27
  28: optional double f28
  29: optional bool f29
  30: optional list<i32> f30
  31: optional Spot f31
  32: optional binary f32
  33: optional i32 f33
  34: optional i64 f34
  35: optional string f35
  36: optional double f36
  37: optional bool f37
  38: optional list<i32> f38
  39: optional Spot f39
  40: optional binary f40
  41: optional i32 f41
  42: optional i64 f42
  43: optional string f43
  44: optional double f44
  45: optional bool f45
  46: optional list<i32> f46
  47: optional Spot f47
  48: optional binary f48
  49: optional i32 f49
  50: optional i64 f50
  51: optional string f51
  52: optional double f52
  53: optional bool f53
  54: optional list<i32> f54
  55: optional Spot f55
  56: optional binary f56
  57: optional i32 f57
  58: optional i64 f58
  59: optional string f59
  60: optional double f60
  61: optional bool f61
  62: optional list<i32> f62
  63: optional Spot f63
  64: optional binary f64
}

/** One of many. */
union Choice {
  1: i32 number
  2: string text
  3: Spot spot
  4: i64 big
  5: double ratio
  6: bool flag
  7: list<i32> numbers
  8: binary data
  20: Spot other
  21: i32 code
  30: list<string> words
  40: Wide wide
}

struct Choices {
  1: required list<Choice> choices
}

struct Maps {
  1: required map<string, map<string, i64>> maps
}

/** What an older program knows of `Item`. */
struct OldItem {
  1: required i64 id
  2: required string name
  7: required Position position
}

/** What it knows of `Nested`. */
struct OldNested {
  1: required list<OldItem> items
}

/** The result of a call. */
struct Answer {
  0: optional Item success
  1: optional string refused
}
