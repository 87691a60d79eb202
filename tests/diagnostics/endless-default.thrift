struct A { 1: B b = {} }
struct B { 1: list<A> as = [{}] }
struct C { 1: optional C c = {"n": 1}, 2: i32 n }
