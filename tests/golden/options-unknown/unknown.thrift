// Structs that keep what their IDL does not know: the same message in an older and in a newer version of its IDL.

enum Kind { ALPHA = 1, BETA = 2 }

union NewerChoice { 1: i32 number, 2: NewerChoice inner, 3: bool yes, 4: list<map<string, Kind>> kinds }

union OlderChoice { 1: i32 number }

struct Newer {
    1: bool flag
    2: required i32 count
    3: i8 tiny
    4: i16 short
    5: required string name
    6: i64 large
    7: double ratio
    8: string text
    9: uuid id
    10: list<list<i32>> lists
    11: i32 level = 7
    12: set<string> words
    13: map<string, list<Newer>> children
    14: Newer nested
    15: list<bool> flags
    16: map<i8, bool> switches
    17: bool off
    18: Kind kind
    19: NewerChoice choice
    20: map<string, i32> nothing
    40: optional string last
    400: i32 far
    401: bool farther
}

// Of one field it has another type.
struct Older {
    2: required i32 count
    5: required string name
    10: string lists
    11: i32 level = 7
    14: Older nested
    19: OlderChoice choice
    40: optional string last
}

struct Empty {}

struct Blob { 1: binary blob, 2: string text }

struct Texts { 2: string text = "none" }

// The name of what is kept is taken.
struct Clash { 1: i32 unknown_fields, 2: i32 unknownFields }

// It has no default.
struct Holder { 1: required OlderChoice choice, 2: double ratio }

exception Failed { 1: string message }

const Empty EMPTY = {}
const Blob BLOB = {"blob": "a", "text": "b"}
const Holder HOLDER = {"choice": {"number": 1}}

typedef map<Older, Empty> Table
