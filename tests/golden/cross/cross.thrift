// The service that programs of other Thrift stacks serve and call in the tests: every type, every kind of answer.
namespace py cross

typedef i64 Id

enum Level {
    LOW = 1
    HIGH = 2
}

struct Scalars {
    1: required bool flag
    2: required i8 tiny
    3: required i16 small
    4: required i32 medium
    5: required i64 large
    6: required double ratio
    7: required string text
    8: required binary bytes
    9: required Level level
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
    20: map<i32, list<Choice>> choices
}

union Choice {
    1: i32 number
    2: string text
    3: Scalars scalars
}

exception NotFound {
    1: string key
    2: i32 code
}

exception Refused {
    1: string message
}

service Named {
    string name()
}

service Cross extends Named {
    void ping()
    bool echo_bool(1: bool value)
    i8 echo_i8(1: i8 value)
    i16 echo_i16(1: i16 value)
    i32 echo_i32(1: i32 value)
    i64 echo_i64(1: i64 value)
    double echo_double(1: double value)
    string echo_string(1: string value)
    binary echo_binary(1: binary value)
    Level echo_level(1: Level value)
    list<i64> echo_list(1: list<i64> value)
    set<string> echo_set(1: set<string> value)
    map<string, i32> echo_map(1: map<string, i32> value)
    Choice echo_choice(1: Choice value)
    Id echo_id(1: Id value)
    Everything echo(1: Everything value)
    // {-1: {}, 0: {LOW: value, 77: value}}
    map<Id, map<Level, Everything>> nest(1: Everything value)

    // The name of the key; keys that begin with "missing" and "refused" are not found and refused.
    string find(1: string key) throws (1: NotFound not_found, 2: Refused refused)
    // Not found when the code is not 0.
    void check(1: i32 code) throws (1: NotFound not_found)
    // `left`, a plus sign, `right`; what is missing counts as empty.
    string concat(1: string left, 2: string right)
    // Fails with an error that is not declared.
    string fail()

    // Keeps the line.
    oneway void note(1: string line)
    // The last lines that were kept: a thousand at most.
    list<string> notes()
}

// What a multiplexed server serves beside `Cross`: a method of the same name with another answer.
service Second {
    // "second: " and the value.
    string echo_string(1: string value)
}
