service Base {
    void ping()
    string whoami(1: bool loud)
}

exception Denied {
    1: string why
}
