struct A {
    1: i32 first
    2: i32 second
    1: i32 third
    -5: i32 fourth
    i32 fifth
}
service S { void f(1: i32 a, 1: i32 b) }
