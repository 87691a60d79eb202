namespace rs annotated (rust.binary = "vec")

typedef binary Shared
typedef list<binary> Parts (rust.binary = "bytes")

const binary BYTES = "const\n"
const list<binary> LIST = ["a", "b"]
const Parts PARTS = ["c"]
const map<binary, set<binary>> NESTED = {"k": ["x", ""]}

struct Blob {
  1: required binary data
  2: binary given = "abc"
  3: optional binary shared = "shared"
  4: Shared alias = "alias"
  5: list<binary> list = LIST
  6: Parts parts = PARTS
  7: Parts copied = LIST
  8: list<binary> other = PARTS
  9: map<binary, set<binary>> nested = NESTED
  10: list<double> doubles = DOUBLES
  11: set<list<double>> keys = [DOUBLES]
}

const list<double> DOUBLES = [1.5]
const Blob BLOB = {"data": "d", "alias": "e", "list": PARTS}

union Either {
  1: binary bytes
  2: Shared shared
}

exception Broken {
  1: binary reason
}

service Files {
  binary store(1: binary data, 2: Shared shared, 3: list<binary> list, 4: binary given = "g") throws (1: Broken broken)
  binary load(1: Parts parts)
}
