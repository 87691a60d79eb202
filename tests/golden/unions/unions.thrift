union Shape {
    1: Circle circle
    2: Square square
    3: string name
    4: list<Shape> shapes
    5: bool nothing
}

struct Circle { 1: required double radius }
struct Square { 1: required double side }

// A field called like our own variant for what is not known.
union Clash {
    1: i32 Unknown
    2: i32 UNKNOWN
}

union Numbers {
    1: double ratio
    2: list<double> ratios
    3: map<i32, double> by_id
    4: i64 count
}

union Empty {}

struct Holder {
    1: required Shape shape
    2: optional Shape maybe
    3: list<Shape> shapes
    4: map<string, Shape> by_name
}

union WithDefault {
    1: i32 a = 1
    2: string b
}
