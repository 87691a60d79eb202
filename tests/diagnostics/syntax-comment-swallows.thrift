/** The end of this one is missing.
struct A {
  1: i32 a
}

/** B */
struct B {
  1: A a
  2
}
