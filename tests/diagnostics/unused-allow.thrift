// thrift-gen: allow(implicit-field-id)
struct A {
    i32 a
}

// thrift-gen: allow(implicit-field-id, repeated-key)
struct B {
    i32 b
} (thrift_gen.allow = "constant-64-bit")
