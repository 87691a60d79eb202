struct A { 1: i32 a, 1: string b }
struct B { 1: Fooo x, 2: i32 y = "one" }
const i32 C = "s"
const B NOTHING_TO_SAY = {"x": 1}
service S { void f(), void f(), void g() throws (1: Missing m) }
struct D { 2: i32 z = 99999999999 }
typedef list<B> Bs
const Bs ALSO_NOTHING = [{"z": 1}]
