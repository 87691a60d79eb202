struct A { 1: required B b }
struct B { 1: required A a, 2: optional A other }
