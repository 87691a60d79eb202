union U { 1: i32 a }
struct S { 1: required U u, 2: required i32 n }
const S A = {"n": 1}
const S B = {"u": {"a": 1}}
