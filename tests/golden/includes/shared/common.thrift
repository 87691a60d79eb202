enum Level { LOW = 1, HIGH = 2 }
struct Shared { 1: required string name }
exception Failure { 1: string message }
const Shared DEFAULT = {"name": "default"}
const i32 LIMIT = 10
service Base { void ping() }
