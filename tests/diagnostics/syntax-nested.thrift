struct A {
  enum B { ONE }
  1: B b
}

struct C {
  1: i32 a

struct D {
  1: C c
}
