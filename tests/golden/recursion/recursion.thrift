struct Node {
    1: required i32 value
    2: optional Node next
    3: Node other
    4: list<Node> children
    5: map<string, Node> by_name
}

struct Ping { 1: optional Pong pong, 2: required Level level }
struct Pong { 1: required Ping ping, 2: Level level }
struct Level { 1: optional Ping ping }

union Tree {
    1: Leaf leaf
    2: Branch branch
    3: Tree nested
}
struct Leaf { 1: required i64 value }
struct Branch { 1: required Tree left, 2: required Tree right }

typedef Chain Link
struct Chain { 1: optional Link link }

exception Caused { 1: string message, 2: optional Caused cause }

struct Endless { 1: required Endless endless, 2: i32 a }
