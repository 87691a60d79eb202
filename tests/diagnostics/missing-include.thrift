include "include/nowhere.thrift"
include "/nowhere/absolute.thrift"
include ""

// Names of a missing file are not told too, nor are those of one that has perhaps only another name.
struct A {
    1: nowhere.B b
    2: somewhere.C c
    3: Unknown d
}
