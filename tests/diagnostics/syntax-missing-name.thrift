struct Point {
  1: required i32,
}
