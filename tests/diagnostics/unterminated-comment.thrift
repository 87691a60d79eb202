struct A {}

/* it goes on

struct B {}
