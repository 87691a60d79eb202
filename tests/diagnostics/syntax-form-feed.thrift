struct A {}

struct B {}
