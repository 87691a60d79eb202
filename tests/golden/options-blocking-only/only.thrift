service Counter {
    i32 add(1: i32 amount) throws (1: TooLarge tooLarge)
}

exception TooLarge {
    1: i32 limit
}
