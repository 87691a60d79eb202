namespace py a (rust.binary = "vec")
namespace rs a (rust.name = "b")

struct A {
  1: i32 a (rust.derive = "Copy"),
  2: list<i32> (rust.name = "b") c,
}

service S {
  void f(1: i32 a (rust.attribute = "#[allow(unused)]"))
} (rust.derive = "Copy")

union U { 1: i32 a } (rust.keep_unknown)
