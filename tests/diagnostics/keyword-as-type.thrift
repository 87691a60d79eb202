struct S {
  1: extends a
}

struct T {
  1: optional required b
}
