const bool YES = true
const bool NO = 0
const i8 TINY = -128
const byte BYTE = 127
const i16 SMALL = -32768
const i32 MEDIUM = 0x7fffffff
const i64 LARGE = -9223372036854775808
const double RATIO = 0.1
const double WHOLE = 3
const double BIG = 1e300
const string TEXT = "quotes \" and ' and $dollar \\p {braces}\nnewline ünïcode"
const binary BYTES = "bytes \" ünï"
const uuid ID = "{00112233-4455-6677-8899-AABBCCDDEEFF}"

const list<i32> NUMBERS = [1, 2, 3]
const list<string> NOTHING = []
const set<string> WORDS = ["b", "a", "b"]
const set<i32> NO_NUMBERS = {}
const map<string, list<i32>> TABLE = {"one": [1], "two": [1, 2]}
const map<double, double> HALVES = {1: 0.5, 0.5: 0.25}
const set<list<double>> VECTORS = [[1, 0], [0, 1.5]]
const list<map<i32, set<double>>> DEEP = [{1: [0.5]}, {}]

// References: forward, to other types, to containers.
const i64 COPY = LATER
const i32 LATER = 12
const list<i32> SAME = NUMBERS
const list<i64> WIDER = NUMBERS
const map<string, list<i32>> BY_NAME = {"numbers": NUMBERS}

enum Level { LOW = 1, HIGH = 2 }
const Level LEVEL = Level.HIGH
const Level BY_NUMBER = 1
const Level BY_CONSTANT = LEVEL
const list<Level> LEVELS = [Level.LOW, 2]
const map<Level, string> LEVEL_NAMES = {Level.LOW: "low"}

struct Point {
    1: required i32 x
    2: required i32 y
    3: optional string label
    4: i32 weight = 1
}

union Choice {
    1: Point point
    2: string name
}

const Point ORIGIN = {"x": 0, "y": 0}
const Point LABELLED = {"x": 1, "y": 2, "label": "here", "weight": 3}
const list<Point> CORNERS = [{"x": 0, "y": 0}, {"y": 1, "x": 1}]
const Point LONG = {"x": 1, "y": 2, "label": "a label so long that the fields of the struct do not fit on one line"}
const map<string, list<Point>> LONGER = {
    "nested": [{"x": 1, "y": 2, "label": "a label so long that the fields of the struct do not fit on one line"}],
}
const Choice CHOICE = {"point": {"x": 5}}
const map<Point, Choice> CHOICES = {{"x": 1, "y": 1}: {"name": "one"}}

struct UsesConstants {
    1: i32 later = LATER
    2: list<i32> numbers = NUMBERS
    3: Point origin = ORIGIN
    4: optional Choice choice = CHOICE
    5: string text = TEXT
    6: Level level = LEVEL
}

// One name for a type and a constant.
struct Shared { 1: i32 a }
const i32 Shared = 1
enum E { A }
const i32 E = 2
