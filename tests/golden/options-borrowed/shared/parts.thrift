// What another file holds of text and without it.
namespace rs parts

enum Level { LOW = 1, HIGH = 2 }

typedef string Name
typedef map<Name, list<Level>> Levels

struct Point { 1: required i32 x, 2: double y }

struct Named {
    1: required Name name
    2: Point at
}

const list<string> WORDS = ["a", "b"]
