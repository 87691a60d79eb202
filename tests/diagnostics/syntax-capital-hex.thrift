const i32 a = 0X10
