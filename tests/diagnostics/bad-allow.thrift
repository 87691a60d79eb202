// thrift-gen: alow(implicit-field-id)

struct A {
    1: i32 a // thrift-gen: allow(implicit-feld-id)
    2: i32 b (thrift_gen.silence = "implicit-field-id")
    3: B c // thrift-gen: allow(unknown-type)
}
