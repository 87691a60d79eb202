// What cannot be read counts as defined: one mistake is told once.
include "missing.thrift"
include "include/broken.thrift"

strcut A { 1: i32 a }

struct { 1: i32 a }

enum B { ONE = 1.5 }

const i32 C = 0xg

struct D {
  1: A a
  2: B b = B.ONE
  3: i32 c = C
  4: missing.X d
  5: broken.Bad e
  6: Nameless f
  7: i16 g = "checked all the same"
}
