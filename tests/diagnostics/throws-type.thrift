struct S {}
exception E {}
typedef E Alias
service T { void f() throws (1: S s, 2: E e, 3: Alias a, 4: string t) }
