typedef Deep Alias
typedef set<Alias> Aliases

struct Plain {
  1: required double number
  2: map<Key, Plain> keys
  3: optional Plain next
}

struct Wanted {
  1: i32 number
}

struct Key {
  1: required double number
  2: list<Inner> inner
}

union Inner {
  1: double number
  2: Innermost innermost
}

struct Innermost {
  1: optional Inner inner
}

struct Deep {
  1: required i32 number
}

union NoKey {
  1: double number
  2: Plain plain
  3: Wanted wanted
}

struct Argument {
  1: i32 number
}

exception Failed {
  1: NoKey why
}

service Keys {
  Aliases all(1: set<Argument> arguments) throws (1: Failed failed)
}
