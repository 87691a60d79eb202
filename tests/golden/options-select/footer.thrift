// What stands at the end of a file of columns: much of it, of which most readers want little.
typedef list<Group> Groups

struct Element {
    1: optional i32 type
    3: required string name
    4: optional i32 children
    5: optional Logical logical
} (rust.select = "Summary: name")

union Logical { 1: i32 decimal, 2: string custom }

struct Statistics {
    1: optional binary max
    2: optional binary min
    3: optional map<string, list<i64>> counts
}

struct Chunk {
    1: optional string path
    2: required list<i32> encodings
    3: required list<string> names
    4: optional Statistics statistics
    5: bool whole
    6: double ratio
    7: i16 level
    8: uuid id
}

// Some rows of all columns.
struct Group {
    1: required list<Chunk> chunks
    2: required i64 bytes
    3: required i64 rows
    40: optional i16 ordinal = 3
}

struct Footer {
    1: required i32 version
    2: required list<Element> schema
    3: required i64 rows
    4: required Groups groups
    5: optional map<string, string> metadata
    6: optional string by = "someone"
    7: optional Footer previous
    8: Element root = {"name": "root"}
} (rust.select = "Summary: schema, rows, by, previous, root", rust.select = "Version: version")

// Keys and what is in sets stay whole, and a typedef means the same for less.
struct Column { 1: required i32 id, 2: string name } (rust.select = "Ids: id")
typedef map<i32, Column> Columns (rust.map = "vec")

struct Table {
    1: required Columns columns
    2: required set<Column> distinct
    3: required map<Column, list<Column>> renamed
} (rust.select = "Ids: columns, distinct, renamed")

// It has a name that a selection would have.
struct ColumnIds { 1: bool mine }

exception Refused { 1: string why, 2: list<string> log } (rust.select = "Short: why")
