// größer
struct A {
  1: string s = "ÄÖÜ 日本語", 2: i32,
}
