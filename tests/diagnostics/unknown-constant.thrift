enum Color { RED, GREEN }
const i32 A = MISSING
const Color B = Color.GREN
const Color C = BLUE
const Color D = Colour.RED
const i32 E = Color
