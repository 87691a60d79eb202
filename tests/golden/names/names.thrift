// Names that are keywords of Rust, that its prelude has, that fold to one, or that our own code uses.

struct Result { 1: Option option, 2: optional string ok }
struct Option { 1: String string, 2: list<Vec> vec }
struct String { 1: string string, 2: Box box }
struct Box { 1: i32 a }
struct Vec { 1: i32 a }
struct Some { 1: i32 a }
enum Ok { None = 1 }
enum Err { Err = 1 }
struct Default { 1: i32 a }
struct Send { 1: i32 a }
struct Sync { 1: i32 a }
struct Clone { 1: i32 a }
struct Error { 1: i32 a }
struct Future { 1: i32 a }
struct Self { 1: i32 a }
struct Encode { 1: i32 a }
struct P { 1: i32 a }
struct H { 1: i32 a }
struct C { 1: i32 a }
struct T { 1: i32 a }
struct Iterator { 1: i32 a }
exception std { 1: string message }
typedef i32 core
struct bytes { 1: binary bytes }

enum Q { A = 1 }
struct DefaultsOfParameters { 1: P p = {"a": 1}, 2: H h = {}, 3: Q q = Q.A, 4: optional C c = {"a": 2} }

struct Keywords {
    1: i32 type
    2: i32 self
    3: i32 Self
    4: i32 crate
    5: i32 super
    6: i32 match
    7: i32 async
    8: i32 gen
    9: i32 r
    10: i32 s
    11: i32 input
    12: i32 out
    13: i32 f
    14: i32 value
    15: i32 new
    16: i32 required
    17: i32 struct
    18: i32 try
    19: i32 union
    20: i32 optional
}

struct Folding {
    1: i32 fooBar
    2: i32 foo_bar
    3: i32 FooBar
    4: i32 _
    5: i32 __
    6: i32 _1
    7: i32 x
    8: i32 X
}

struct HTTPRequest { 1: i32 HTTPStatus }
struct HttpRequest { 1: i32 a }
struct http_request { 1: i32 a }

// Takes the names of what we generate beside the service.
struct ThingClient { 1: i32 a }
struct ThingServer { 1: i32 a }
struct ThingGetError { 1: i32 a }
struct ThingGetArgs { 1: i32 a }

union Variants { 1: i32 Self, 2: i32 self, 3: i32 Some, 4: i32 None, 5: i32 Unknown }

service Thing {
    Result get(1: Option option, 2: String string, 3: H h, 4: C c, 5: P p) throws (1: std failure, 2: Other other)
    i32 getX(1: i32 fooBar, 2: i32 foo_bar)
    i32 get_x()
    void clone()
    void into(1: i32 into)
    void deref()
    void match(1: Ok ok, 2: Err err)
    void drop()
}

service SubThing extends Thing {
    i32 GetX()
    void process()
    void dispatch(1: i32 call)
}

exception Other { 1: string message }
const i32 some = 1
const i32 h = 1
