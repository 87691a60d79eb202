// Nothing is said of what is allowed.
// thrift-gen: allow(constant-64-bit)

const i64 LARGE = 4294967296

# thrift-gen: allow(implicit-field-id)
struct A {
    i32 a
    i32 b
}

struct B {
    i32 a (thrift_gen.allow = "implicit-field-id")
    i32 b /* thrift-gen: allow(implicit-field-id): ids came later */
    i32 c
}
