// A service whose answers show to which call they belong, and who gave them.

struct Hashed {
    1: required i64 hash
    // The id of the process that answered.
    2: required i32 process
}

service Hasher {
    // Always the same for the same text: calling it twice does no harm.
    Hashed hash(1: string text)
}
