/** Counts by name. */
service Counter {
    /** Adds to a counter, and returns what it is then. */
    i64 add(1: string name, 2: i64 amount = 1) throws (1: Overflow overflow)
    /** Nobody waits for it. */
    oneway void reset(1: string name)
}

exception Overflow {
    1: string name
}
