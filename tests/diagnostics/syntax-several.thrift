struct A {
  1: i32 a b c
}

// the next one is fine
struct B {
  1: i32 a
}

enum C {
  ONE = 1
  TWO : 2
}

service D extends {
}
