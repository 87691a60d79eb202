struct Inner {
  1: required string name (rust.pointer = "box")
  2: list<i64> large
  3: bool flag = true (rust.pointer = "arc")
}

struct Outer {
  1: required Inner inner (rust.pointer = "arc")
  2: Inner boxed (rust.pointer = "box")
  3: optional Inner shared (rust.pointer = "arc")
  4: Inner given = {"name": "given", "large": [1, 2]} (rust.pointer = "arc")
  5: optional i32 number = 7 (rust.pointer = "box")
  6: required double ratio = 0.5 (rust.pointer = "box")
  7: map<string, double> weights = {"a": 1.5} (rust.pointer = "arc")
  8: binary bytes (rust.pointer = "arc")
  9: Either either (rust.pointer = "arc")
  10: required Empty empty (rust.pointer = "box")
}

struct Empty {}

struct Link {
  1: i32 value
  2: Link next
  3: Link other
}

union Either {
  1: Inner inner (rust.pointer = "arc")
  2: double number (rust.pointer = "box")
  3: Either either
  4: Either shared (rust.pointer = "arc")
}

struct Needs {
  1: required Either either (rust.pointer = "box")
}

exception Wrong {
  1: string message (rust.pointer = "arc")
}

exception Refused {
  1: required string message (rust.pointer = "box")
}

const Outer OUTER = {"inner": {"name": "i"}, "empty": {}, "either": {"inner": {"name": "e"}}}
const Either EITHER = {"shared": {"number": -0.0}}
const map<Link, Outer> LINKS = {{"value": 1, "next": {"value": 2}}: OUTER}
