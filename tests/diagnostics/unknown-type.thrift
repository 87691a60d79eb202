include "shared.thrift"
typedef strin Name
typedef sting OtherName
struct User { 1: int id, 2: Usr friend, 3: list<Missing> missing, 4: shared.Thingg thing, 5: map<string, long> counts }
service S { voidd f(1: User u) }
