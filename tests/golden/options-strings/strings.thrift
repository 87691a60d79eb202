typedef string Name
typedef string Owned (rust.string = "string")

const string GREETING = "grüezi \"you\"\n"
const Owned OWNED = "owned"
const list<string> WORDS = ["a", "", OWNED]
const map<Name, set<Owned>> NAMES = {"n": WORDS}

struct Mixed {
  1: required string shared
  2: string owned = GREETING
  3: string greeting = GREETING
  4: Name name = "name"
  5: Owned alias
  6: list<string> words = WORDS
  7: list<Owned> copied = WORDS
  8: map<string, set<Name>> by_name
  9: map<string, string> hashed = {"k": ""} (rust.map = "hash")
  10: binary bytes
}

union Either {
  1: string text
  2: Owned owned
}

exception Wrong {
  1: string message
}

exception Refused {
  1: required string message
}

service Words {
  string join(1: string first, 2: list<string> rest, 3: Name separator = ", ") throws (1: Wrong wrong)
  map<string, i32> count(1: list<string> shared, 2: list<string> owned)
}
