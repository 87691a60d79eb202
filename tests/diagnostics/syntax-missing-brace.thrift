struct Point {
  1: i32 x,
  2: i32 y,

struct Line {
  1: Point from,
  2: Point to,
}
