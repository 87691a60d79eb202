struct S {
  1: requird i32 a,
  2: i32 b
}

struct T {
  1: optinal list<i32> a
}
