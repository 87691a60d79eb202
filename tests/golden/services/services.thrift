/** Arithmetic, and a little more. */
service Calculator extends Base {
    /** Adds two numbers. */
    i32 add(1: i32 left, 2: i32 right = 1)
    string greet(1: required string name, 2: list<string> titles, 3: optional binary picture)
    Work work(1: Work work, 2: Mode mode = Mode.FAST, 3: map<string, Work> more, 4: set<i32> ids, 5: uuid id)
    Choice choose(1: Choice choice)
    bool flag(1: bool on, 2: i8 tiny, 3: i16 small, 4: i64 large, 5: double ratio)
    oneway void log(1: string line)
    async void log_later(1: string line)
    void reset()
    list<Work> history(-1: i32 limit)
}

service Base {
    void ping()
    // Called like what every client has.
    void new(1: i32 self)
    i32 connect(1: i32 type, 2: i32 args, 3: i32 handler, 4: i32 request, 5: i32 arguments)
    string channel()
}

service Silent {}
service Inheriting extends Silent {}

enum Mode { FAST = 1, SLOW = 2 }

struct Work {
    1: required i32 amount
    2: string note = "none"
}

union Choice {
    1: i32 number
    2: string text
}
