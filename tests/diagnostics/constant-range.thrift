const i8 A = 128
const byte B = -129
const i16 C = 0x8000
const i32 D = 2147483648
enum Big { VALUE = 1000 }
const i8 E = Big.VALUE
const i8 F = WIDE
const i32 WIDE = 300
