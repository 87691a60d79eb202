include "nowhere.thrift"
include "gone.thrift" // thrift-gen: allow(missing-include)

struct A {
    1: nowhere.B b
    2: i32 c
}
