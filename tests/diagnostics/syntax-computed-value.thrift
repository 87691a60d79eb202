const i32 A = 1 + 2

const string B = "a" "b"

const string C = “c”

const string D = "d" (a = 1)

const i32 E = `5`

const string F = 'it's'

const i32 G = 1,000
