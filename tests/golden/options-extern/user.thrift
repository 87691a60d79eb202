include "../options-shared/shared.thrift"

struct Own {
  1: required shared.Point point
  2: shared.Point origin = shared.ORIGIN
  3: list<shared.Level> levels = shared.LEVELS
  4: shared.Level level = shared.Level.HIGH
  5: map<shared.Point, shared.Shape> shapes = {{"x": 1}: {"point": {"x": 2}}}
  6: shared.Points points = [{"x": 3, "y": 4}]
  7: Elsewhere elsewhere = {"number": 1}
}

struct Elsewhere {
  1: i32 number
}

service User extends shared.Base {
  shared.Shape shape(1: shared.Shape shape, 2: list<shared.Point> points) throws (1: shared.Lost lost)
}

service Local extends There {
  void here()
}

service There {
  void there()
}
