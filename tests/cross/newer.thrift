// A later version of cross.thrift, as a peer may have it: each thing named `added` is unknown to the other side.
namespace py newer

enum Level {
    LOW = 1
    HIGH = 2
    ADDED = 3
}

struct Added {
    1: list<map<string, set<i64>>> nested
    2: binary bytes
    3: optional Added inner
}

struct Scalars {
    // Some libraries write fields in the order of the IDL: this one comes before all that the other side knows.
    11: optional string added_before
    1: required bool flag
    2: required i8 tiny
    3: required i16 small
    4: required i32 medium
    5: required i64 large
    6: required double ratio
    7: required string text
    8: required binary bytes
    9: required Level level
    10: optional Added added
}

struct Everything {
    1: required Scalars scalars
    2: optional Scalars more
    3: i32 count = 7
    4: list<i32> numbers
    5: set<string> words
    6: map<string, i64> counts
    7: list<list<map<i32, set<string>>>> deep
    8: map<string, Scalars> by_name
    9: list<Level> levels
    10: optional Everything inner
    11: list<bool> flags
    12: list<double> ratios
    13: list<binary> blobs
    14: optional Choice choice
    15: list<Added> added_between
    20: map<i32, list<Choice>> choices
    21: double added
}

union Choice {
    1: i32 number
    2: string text
    3: Scalars scalars
    4: list<i16> added
}

exception NotFound {
    1: string key
    2: i32 code
}

exception Refused {
    1: string message
}

exception Gone {
    1: i64 added
}

service Named {
    string name()
}

service Cross extends Named {
    void ping()
    Level echo_level(1: Level value)
    Choice echo_choice(1: Choice value)
    Everything echo(1: Everything value)
    string find(1: string key) throws (1: NotFound not_found, 2: Refused refused, 3: Gone added)
    string concat(1: string left, 2: string right, 3: Added added)
    string added(1: Added value)
    oneway void added_note(1: Added value)
}
