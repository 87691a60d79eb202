struct A {
  1: i32 a (rust.name = "2a"),
  2: i32 b (rust.name = "self"),
  3: i32 c (rust.name),
  4: i32 d (rust.attribute = "deprecated"),
} (rust.derive = "")
