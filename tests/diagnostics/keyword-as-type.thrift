struct S {
  1: extends a
  2: optional required b
}
