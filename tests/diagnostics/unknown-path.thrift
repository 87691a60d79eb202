struct Work {
  1: i32 count
}
