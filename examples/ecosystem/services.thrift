// Two services for the examples.

service Greeter {
    string greet(1: string name)
}

service Calculator {
    i64 add(1: i64 left, 2: i64 right)
}
