struct Work {
    1: i32 id
    2: string name
} (rust.select = "Short: id, nmae")

struct Twice {
    1: i32 id
    2: string name
} (rust.select = "Short: id", rust.select = "Short: name")

union Either { 1: i32 id } (rust.select = "Short: id")
