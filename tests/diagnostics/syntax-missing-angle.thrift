struct S {
  1: list<i32 numbers,
  2: i32 other
}
