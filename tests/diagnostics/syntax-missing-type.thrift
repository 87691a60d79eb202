struct Point {
  1: required }
