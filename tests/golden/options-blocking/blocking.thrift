include "shared/base.thrift"

/** Numbers by their names. */
service Store extends base.Base {
    /** Finds a number. */
    i32 find(1: string key, 2: i32 least = 1) throws (1: Missing missing, 2: base.Denied denied)
    list<Entry> entries(1: list<string> keys, 2: Order order = Order.NAME, 3: Entry after)
    /** Nobody waits for it. */
    oneway void forget(1: string key)
    void clear() throws (1: base.Denied denied)
    /** Called like what every client has. */
    string channel()
}

service Elsewhere extends Store {
    void nothing()
}

service Empty {}

exception Missing {
    1: string key
}

enum Order { NAME = 1, NUMBER = 2 }

struct Entry {
    1: required string key
    2: i32 number
}
