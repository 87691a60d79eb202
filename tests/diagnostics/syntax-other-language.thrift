import "a.thrift"
namespace rs a

class A { 1: i32 a }
struct Between {}

interface B { void f() }
struct BetweenToo {}

using C = i32
typedef D = i32
typedef E i32
