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
