namespace rs made.of

enum Level { LOW = 1, HIGH = 2 }

typedef list<Point> Points

struct Point {
  1: required i32 x
  2: i32 y = 5
}

union Shape {
  1: Point point
  2: Points points
}

exception Lost {
  1: string message
}

const Point ORIGIN = {"x": 0}
const list<Level> LEVELS = [Level.LOW]

service Base {
  Point move(1: Point from, 2: Level level = Level.HIGH) throws (1: Lost lost)
}
