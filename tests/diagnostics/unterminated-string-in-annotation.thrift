struct A {
  1: i32 a (note = "one)
  2: i32 b (note = "two")
} (note = "several lines
  are fine")

struct B {
  1: i32 a (note = 'several lines
    are fine')
}
