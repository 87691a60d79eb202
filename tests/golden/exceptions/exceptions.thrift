exception Plain {}

exception WithMessage {
    1: string message
    2: i32 code
}

exception RequiredMessage {
    1: required string errorMessage
}

exception Other {
    1: i32 code
    2: optional WithMessage cause
}

service Thrower {
    void nothing() throws ()
    i32 one(1: i32 a) throws (1: Plain plain)
    i32 many(1: i32 a) throws (1: Plain plain, 2: WithMessage message, 3: RequiredMessage required_message)
    // Two of one type: named by their fields.
    void twice() throws (1: WithMessage first, 2: WithMessage second, 3: Other other)
    // As an ordinary value.
    WithMessage last(1: WithMessage before)
}
