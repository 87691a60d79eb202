struct A {
  1: lsit<i32> a
}

struct B {
  1: Vector<i32> a
}

struct C {
  1: i32[] a
}

struct D {
  1: list<> a
}

struct E {
  1: list<i32, i32> a
}

struct F {
  1: map<i32> a
}

struct G {
  1: Future<i32> a
}

struct H {
  1: i32? a
}

struct I<T> {
  1: T a
}

struct J extends I {
  1: i32 a
}
