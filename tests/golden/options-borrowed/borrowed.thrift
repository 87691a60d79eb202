// Types whose text and binaries stay in the message. The file is called like the module that holds them.
include "shared/parts.thrift"
include "shared/words.thrift"

typedef list<binary> Blobs
typedef set<i32> Numbers

// It holds no text, so it is the same type.
struct Flat {
    1: required i64 id
    2: Numbers numbers
    3: parts.Level level
}

// It is taken as it is there, with text of its own.
struct Elsewhere { 1: i32 number }
struct Told { 1: string key, 2: list<Item_> items }
struct ToldHere { 1: string key, 2: list<Item_> items }
typedef string Label
typedef map<string, double> Heavy

struct Item {
    // What it is called.
    1: required string name
    2: required Flat flat
    3: binary data
    4: binary (cpp.type = "x") copied (rust.binary = "vec")
    5: Blobs blobs
    6: list<list<string>> lists
    7: set<string> words
    8: map<string, double> weights
    9: map<parts.Named, map<double, string>> named
    10: set<Flat> flats
    11: parts.Levels levels
    12: Elsewhere elsewhere
    13: Item next
    14: list<Item> items
    15: optional parts.Named at
    16: list<map<i32, binary>> tables
    17: map<binary, bool> keys
    18: bool flag
    19: uuid id
    20: list<Numbers> numbers
    21: set<list<map<double, string>>> deep
    22: optional Node node
    23: Either either
}

struct Node {
    1: required i32 number
    2: optional Node left
    3: optional list<Node> rest
    4: string label
} (rust.attribute = "#[must_use]")

// A value of each kind that may be missing.
struct Defaults {
    1: string text = "text"
    2: optional string maybe = "maybe \"it\""
    3: binary data = "data\n"
    4: list<string> words = parts.WORDS
    5: list<parts.Name> own = ["x", "y"]
    6: set<string> set = ["s"]
    7: map<string, list<i32>> map = {"one": [1], "two": []}
    8: parts.Named named = {"name": "n", "at": {"x": 1, "y": 2.5}}
    9: Either either = {"text": "e"}
    10: i32 number = 7
    11: Flat flat = {"id": 3}
    12: list<i32> numbers = NUMBERS
    13: optional list<binary> blobs = ["b"]
    14: map<double, string> table = {1.5: "x"}
    15: required string given = "given"
    16: Told told = {"key": "told"}
    17: Label label = "label"
    18: list<Label> labels = ["label"]
    19: set<Heavy> heavy = [{"one": 1.5}]
    20: map<i32, Told> tolds = {1: {"items": [{"name": "item"}, ITEM]}}
    21: Heavy light = {"two": 2.5}
}

const list<i32> NUMBERS = [1, 2]
const Item_ ITEM = {"name": "constant"}

struct Item_ { 1: required string name, 2: optional Option option }

// It is called like a type of Rust.
struct Option { 1: optional string text, 2: required i32 number }

union Either {
    1: string text
    2: list<string> texts
    3: i32 number
    4: Item item
    5: Either either
    6: map<string, double> weights
}

// It holds no text.
union Number { 1: i32 small, 2: double large }

exception NotFound { 1: string message, 2: i32 code }
exception Refused { 1: required string why }
exception Lost { 1: Label message, 2: string text }
exception Gone { 1: required Label message, 2: string text }
exception Broken { 1: list<string> parts }

service Shop {
    Item find(1: string name) throws (1: NotFound missing)
}
