include "include/shared.thrift"

struct A {
  1: Fo a
  2: list<Fo> b
  3: other.Type c
  4: uint32 d
  5: any e
  6: shared.Thin f
}

struct Foo {}

const i32 MAXIMUM = 1
const i32 TWICE = MAXIMUN
const string NOTHING = null
enum E { ONE }
const E ONE = E.ONEE

service Base {}
service Main extends Bsae {}
service Of extends Foo {}
