const i32 a = -
const i32 b = + 1
const double c = -e5
