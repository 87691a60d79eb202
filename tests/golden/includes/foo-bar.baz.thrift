struct Unreachable { 1: i32 a }
