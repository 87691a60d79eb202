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
