namespace
struct A {}
