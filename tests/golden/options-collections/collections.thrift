typedef map<string, double> Weights
typedef map<string, double> Pairs (rust.map = "vec")
typedef set<i32> Numbers (rust.set = "index")

enum Kind { SMALL = 1, LARGE = 2 }

struct Each {
  1: map<string, i32> hash
  2: set<string> hashed
  3: map<string, i32> index
  4: set<string> indexed
  5: map<string, i32> vec
  6: set<string> listed
  7: map<string, i32> tree (rust.map = "btree")
  8: set<string> treed (rust.set = "btree")
}

/** The same on the wire, with whatever entries. */
struct EachAsItCame {
  1: map<string, i32> hash (rust.map = "vec")
  2: set<string> hashed (rust.set = "vec")
  3: map<string, i32> index (rust.map = "vec")
  4: set<string> indexed (rust.set = "vec")
  5: map<string, i32> vec (rust.map = "vec")
  6: set<string> listed (rust.set = "vec")
  7: map<string, i32> tree (rust.map = "vec")
  8: set<string> treed (rust.set = "vec")
}

struct Nested {
  1: required map<string, map<i32, list<double>>> hashes
  2: Weights weights = WEIGHTS
  3: Pairs pairs = WEIGHTS
  4: Numbers numbers = [1, 2]
  5: list<set<Kind>> kinds
  6: map<Each, Each> by_each
  7: map<double, double> doubles (rust.map = "vec")
  8: set<double> double_set (rust.set = "vec")
  9: map<string, Either> eithers
}

struct Keys {
  1: map<map<string, double>, i32> by_map = {{"a": 1.5}: 1}
  2: set<set<i32>> sets
  3: map<Numbers, Weights> by_numbers = {NUMBERS: WEIGHTS}
  4: set<Pairs> pairs
  5: map<list<set<string>>, bool> by_list (rust.map = "vec", rust.set = "index")
}

union Either {
  1: map<string, i32> weights
  2: i32 number
  3: set<double> doubles
}

struct Nothing {}

union Plain {
  1: string text
  2: Nothing nothing
}

struct Leaves {
  1: map<bool, map<byte, i16>> small
  2: map<i64, map<uuid, binary>> large
  3: list<map<i32, Plain>> plains
  4: map<i32, list<set<i32>>> trees (rust.set = "btree")
  5: map<i32, Numbers> numbers
  6: list<map<i32, map<i32, set<i32>>>> vecs (rust.map = "vec", rust.set = "hash")
  7: map<i32, Nothing> nothings
  8: map<i32, Plain> pointed (rust.pointer = "arc")
}

const Weights WEIGHTS = {"x": 0.5}
const Numbers NUMBERS = [3]
const Pairs PAIRS = {"p": 1}
const map<Kind, Nested> NESTED = {Kind.SMALL: {"hashes": {"h": {1: [2]}}}}
const set<string> EMPTY = []

service Collections {
  map<string, i32> invert(1: map<i32, string> map, 2: set<string> set = ["s"], 3: Pairs pairs)
  set<i32> vec() (rust.set = "vec")
}
