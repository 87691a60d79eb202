struct A { i32 a, 3: i32 b }
