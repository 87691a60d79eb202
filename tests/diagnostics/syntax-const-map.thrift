const map<i32, i32> A = {1: 2, 3}
const list<i32> B = [1, 2
const i32 C = 3
