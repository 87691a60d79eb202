struct A {
  1: repeated string names
}

struct B {
  public i32 number;
}

struct C {
  1: unsigned i32 number
}

struct D {
  1: required optional i32 number
}

service S {
  onway void tell()
}

struct E {
  1: i32 optional number
}

struct F {
  number: i32
}

struct G {
  1: i32 number
  2: E
struct H {}

service I {
  void f(),
  word
  /** The next one. */
  map<i32, i32> g()
}
