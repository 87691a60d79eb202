struct A { 0: i32 zero, -7: i32 negative }
