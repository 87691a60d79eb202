// What Apache's compiler for Rust knows too: every kind of type, field and container but uuid. Nothing has a value in the
// IDL, for Apache's reader does not set it; and no key holds a double, for to Apache's crate all NaNs are one key.

enum Level { BELOW = -1, NONE = 0, HIGH = 7 }

typedef i64 Stamp
typedef map<string, list<Leaf>> Index

struct Leaf {
    1: required bool flag
    2: required i8 tiny
    3: i16 small
    4: optional i32 medium
    5: required Stamp stamp
    6: double ratio
    7: optional string text
    8: required binary bytes
    9: required Level level
    25: bool far
    2000: optional i32 farther
    32767: optional string last
}

union Choice {
    1: bool flag
    2: i64 number
    3: string text
    4: Leaf leaf
    5: list<Choice> choices
    6: Tree tree
    40: double ratio
    41: Level level
}

struct Tree {
    1: optional Tree left
    2: optional Tree right
    3: list<Tree> children
    4: optional Choice choice
    5: map<i32, Tree> by_number
    6: i32 value
}

exception Failure {
    1: string message
    2: optional Failure cause
}

struct Key {
    1: required string name
    2: optional i64 number
    3: set<i16> parts
    4: optional Key key
}

struct Keys {
    1: set<bool> bools
    2: set<i8> tinies
    3: set<i64> longs
    4: set<string> texts
    5: set<binary> binaries
    6: set<Key> keys
    7: set<list<i32>> lists
    8: map<i64, double> curve
    9: map<Key, Choice> by_key
    10: map<map<i8, bool>, set<string>> by_map
    11: map<Level, Stamp> by_level
    12: map<list<string>, list<map<i16, binary>>> by_list
}

struct Peer {
    1: required Leaf leaf
    2: list<bool> bools
    3: list<i8> tinies
    4: list<i16> smalls
    5: list<i32> mediums
    6: list<Stamp> stamps
    7: list<double> doubles
    8: list<string> texts
    9: list<binary> binaries
    10: list<Leaf> leaves
    11: list<Level> levels
    12: list<list<list<bool>>> deep
    13: Index index
    14: optional Tree tree
    15: optional Choice choice
    16: list<Choice> choices
    17: optional Keys keys
    18: optional Failure failure
    40: optional Peer peer
}
