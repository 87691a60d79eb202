struct A {
  1: i32 a (rust.nmae = "b"),
  2: i32 b (rust.colour = "red"),
  3: i32 c (cpp.colour = "red"),
} (rust.derives = "Copy")
