/** The service of the RPC benchmark: it returns what it is given. */
service Echo {
    string echo(1: string message)
    binary echo_binary(1: binary data)
}
