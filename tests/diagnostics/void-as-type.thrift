struct S {
  1: void a
  2: list<void> b
}
