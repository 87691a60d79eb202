enum Color { RED, GREEN }
enum Other { BLUE }
const Color A = Other.RED
const Color B = RED
