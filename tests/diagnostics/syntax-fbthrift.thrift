@thrift.DeprecatedUnvalidated{}
struct S {
  1: i32 a
}

package "a.com/b"
