typedef i64 Timestamp
typedef string Name
typedef binary Blob
typedef list<Name> Names
typedef map<Name, Record> Records
typedef Record Alias
typedef Alias AliasOfAlias
typedef Kind KindAlias
typedef Failure FailureAlias
typedef double Price
typedef set<Price> Prices

enum Kind { A = 1, B = 2 }

struct Record {
    1: required Timestamp at
    2: Name name
    3: Blob blob
    4: Names names
    5: optional Records children
    6: optional AliasOfAlias next
    7: KindAlias kind = KindAlias.B
    8: map<Price, Price> prices
    9: Prices seen
}

exception Failure { 1: string message }

const Timestamp EPOCH = 0
const Names FOUNDERS = ["Ada", "Grace"]
const KindAlias DEFAULT_KIND = Kind.A

service Aliases {
    AliasOfAlias get(1: Name name, 2: Names names, 3: Blob blob, 4: Timestamp at, 5: KindAlias kind) throws (1: FailureAlias failure)
}
