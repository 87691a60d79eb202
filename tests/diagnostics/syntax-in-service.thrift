exception Failed {}

service A {
  add(1: i32 a, 2: i32 b)
}

service B : A {}

service C {
  void f() thows (1: Failed failed)
}

service D {
  void f() throws 1: Failed failed
}

service E {
  void f() throws (Failed)
}

service F {
  void f() {}
}

service G extend A {}

service H {
  void f(1: i32 a
  /** The next one. */
  list<i32> g(1: i32 b)
}
