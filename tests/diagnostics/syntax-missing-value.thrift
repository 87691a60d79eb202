const i32 a = 

const i32 b =,
