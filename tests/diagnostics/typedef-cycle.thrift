typedef B A
typedef list<C> B
typedef A C
typedef D D
const i32 TOLD_ALL_THE_SAME = "one"
const A NOTHING_TO_SAY = 1
