struct Point { 1: i32 x, 2: i32 y }
const Point A = {"x": 1, "Y": 2, "why": 3}
const Point B = {1: 2}
