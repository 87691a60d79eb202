// Every base type in every requiredness, defaults of each kind, containers, and an empty struct.

struct Empty {}

struct Required {
    1: required bool flag
    2: required i8 tiny
    3: required i16 small
    4: required i32 medium
    5: required i64 large
    6: required double ratio
    7: required string text
    8: required binary bytes
    9: required uuid id
    10: required list<i32> numbers
    11: required set<string> words
    12: required map<string, i64> counts
    13: required Empty nothing
}

struct Optional {
    1: optional bool flag
    2: optional byte tiny
    3: optional i16 small
    4: optional i32 medium
    5: optional i64 large
    6: optional double ratio
    7: optional string text
    8: optional binary bytes
    9: optional uuid id
    10: optional list<i32> numbers
    11: optional set<string> words
    12: optional map<string, i64> counts
    13: optional Empty nothing
}

struct Defaulted {
    1: bool flag
    2: i32 plain
    3: i32 number = 42
    4: optional i32 maybe = 43
    5: required i32 must = 44
    6: string text = "a \"quoted\" $word\n\\p {}"
    7: binary bytes = "bytes"
    8: double ratio = 1.5
    9: list<string> words = ["a", "b"]
    10: map<string, i32> counts = {"one": 1, "two": 2}
    11: optional set<i32> numbers = [3, 1, 2]
    12: Inner inner = {"name": "given"}
    13: optional Inner untouched = {}
    14: uuid id = "00112233-4455-6677-8899-aabbccddeeff"
}

struct Inner {
    1: required string name
    2: i32 size = 7
}

struct Nested {
    1: required Required required
    2: Optional optional
    3: list<list<map<string, set<i32>>>> deep
    4: map<Inner, list<Inner>> by_struct
    5: set<list<i32>> lists
    6: required Inner inner
}

// Ids out of order, negative and implicit.
struct Ids {
    20: i32 twenty
    3: i32 three
    i32 first
    i32 second
    32767: i32 last
}
