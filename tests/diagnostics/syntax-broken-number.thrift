const i32 A = 0x
const i32 B = 1_000
const double C = 1e
const i32 D = 0X10
