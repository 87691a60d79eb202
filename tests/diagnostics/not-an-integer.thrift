enum E {
  A = 1.5
  B = 2e3
}

struct S {
  1.0: i32 a
}
