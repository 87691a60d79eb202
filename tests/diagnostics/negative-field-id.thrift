struct A { -1: i32 a, -7: i32 b, i32 c }
