enum Kind { A }
struct Point { 1: i32 x }
typedef map<string, i32> Counts
const i32 INTEGER = "one"
const i32 FRACTION = 1.5
const string TEXT = 1
const double NUMBER = "1"
const bool FLAG = "true"
const list<i32> LIST = {1: 2}
const Counts MAP = [1]
const Kind KIND = "A"
const Point POINT = 1
const uuid ID = 1
const list<i32> ITEMS = [1, "two", 3.0]
const string FROM_ENUM = Kind.A
const string FROM_CONSTANT = INTEGERS
const list<i32> INTEGERS = [1]
struct Defaults { 1: i32 a = "one", 2: list<Kind> kinds = [Kind.A, true.x] }
const list<string> OF_ANOTHER_TYPE = INTEGERS
