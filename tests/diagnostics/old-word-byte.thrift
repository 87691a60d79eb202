struct S {
    1: byte a
    2: map<i8, byte> b
}
