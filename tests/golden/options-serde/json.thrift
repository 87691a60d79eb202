enum Color { RED = 1, GREEN = 2, ALSO_RED = 1 }

struct Everything {
  1: required i32 theRequired
  2: optional string maybe
  3: i64 big = 5
  4: optional Color color = Color.GREEN
  5: list<binary> bytes = ["a"]
  6: uuid id
  7: double number
  8: map<Color, i32> colors
  9: map<i64, string> numbers
  10: map<Point, Point> points
  11: set<double> doubles
  12: map<string, list<map<binary, uuid>>> nested
  13: Shape shape
  14: Everything inner
  15: map<double, bool> byDouble
  16: i32 type
  17: map<list<i32>, i32> lists
}

struct Point {
  1: required i32 x
  2: required i32 y
}

struct Empty {}

struct Kept {
  1: required i32 number
  2: string text = "none"
} (rust.keep_unknown)

union Shape {
  1: Point point
  2: string name
  3: list<Shape> shapes
  4: Color type
}

union ManyShapes {
  1: Point point
  2: string name
  3: list<Shape> shapes
  4: Color type
  5: i32 more
}

exception Failed {
  1: string message
}

typedef map<Shape, Empty> Shapes

struct Rest {
  1: required Shapes shapes
}

service Serve {
  Everything get(1: Point point) throws (1: Failed failed)
}
