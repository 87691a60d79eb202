enum Color {
    RED = 1
    GREEN
    BLUE = 0x10
    CYAN = 16
    NEGATIVE = -3,
    AFTER;
}

enum Empty {}

enum Spelling {
    camelCase
    snake_case
    SHOUTY_CASE
    Self
    camel_case
}

struct Painted {
    1: required Color color
    2: Color maybe
    3: optional Color fallback = Color.GREEN
    4: Color plain = 16
    5: list<Color> colors = [Color.RED, 1, 2]
    6: map<Color, string> names = {Color.RED: "red"}
    7: set<Color> all
}

const Color FAVOURITE = Color.BLUE
const i32 NUMBER = Color.BLUE
