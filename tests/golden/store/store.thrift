// What the runtime's own tests encode, decode and call.

enum Kind { ALPHA = 1, BETA = 2 }

struct Pos { 1: double x, 2: double y }

struct Item {
    1: required i64 id
    2: optional string name
    3: i32 count = 5
    4: optional i32 rank = 7
    5: optional Item next
    6: required list<Item> items
    7: required Kind kind
    8: binary blob
}

union Shape { 1: Item item, 2: i32 side }

exception NotFound { 1: string message }

struct Empty {}

// A field of each type.
struct Everything {
    -1: i64 back
    0: bool zero
    1: bool flag
    2: i8 byte
    3: i16 short
    4: i32 int
    5: i64 long
    6: double double
    7: string text
    8: binary blob
    9: list<i32> list
    10: set<string> set
    11: map<string, i32> map
    12: Item item
    13: Kind kind
    14: uuid uuid
    15: list<bool> flags
    16: list<i8> bytes
    17: list<i16> shorts
    18: list<i64> longs
    19: list<double> doubles
    20: list<list<i32>> lists
    21: map<double, list<double>> table
    22: set<double> points
    23: Shape shape
    24: list<Pos> positions
    25: map<Pos, bool> by_pos
    26: list<uuid> uuids
    27: list<binary> blobs
}

// More required fields than two words have bits.
struct Wide {
    1: required i32 f1
    2: required i32 f2
    3: required string f3
    4: required i32 f4
    5: required i32 f5
    6: required string f6
    7: required i32 f7
    8: required i32 f8
    9: required string f9
    10: required i32 f10
    11: required i32 f11
    12: required string f12
    13: required i32 f13
    14: required i32 f14
    15: required string f15
    16: required i32 f16
    17: required i32 f17
    18: required string f18
    19: required i32 f19
    20: required i32 f20
    21: required string f21
    22: required i32 f22
    23: required i32 f23
    24: required string f24
    25: required i32 f25
    26: required i32 f26
    27: required string f27
    28: required i32 f28
    29: required i32 f29
    30: required string f30
    31: required i32 f31
    32: required i32 f32
    33: required string f33
    34: required i32 f34
    35: required i32 f35
    36: required string f36
    37: required i32 f37
    38: required i32 f38
    39: required string f39
    40: required i32 f40
    41: required i32 f41
    42: required string f42
    43: required i32 f43
    44: required i32 f44
    45: required string f45
    46: required i32 f46
    47: required i32 f47
    48: required string f48
    49: required i32 f49
    50: required i32 f50
    51: required string f51
    52: required i32 f52
    53: required i32 f53
    54: required string f54
    55: required i32 f55
    56: required i32 f56
    57: required string f57
    58: required i32 f58
    59: required i32 f59
    60: required string f60
    61: required i32 f61
    62: required i32 f62
    63: required string f63
    64: required i32 f64
    65: required i32 f65
    66: required string f66
    67: required i32 f67
    68: required i32 f68
    69: required string f69
    70: required i32 f70
    71: required i32 f71
    72: required string f72
    73: required i32 f73
    74: required i32 f74
    75: required string f75
    76: required i32 f76
    77: required i32 f77
    78: required string f78
    79: required i32 f79
    80: required i32 f80
    81: required string f81
    82: required i32 f82
    83: required i32 f83
    84: required string f84
    85: required i32 f85
    86: required i32 f86
    87: required string f87
    88: required i32 f88
    89: required i32 f89
    90: required string f90
    91: required i32 f91
    92: required i32 f92
    93: required string f93
    94: required i32 f94
    95: required i32 f95
    96: required string f96
    97: required i32 f97
    98: required i32 f98
    99: required string f99
    100: required i32 f100
    101: required i32 f101
    102: required string f102
    103: required i32 f103
    104: required i32 f104
    105: required string f105
    106: required i32 f106
    107: required i32 f107
    108: required string f108
    109: required i32 f109
    110: required i32 f110
    111: required string f111
    112: required i32 f112
    113: required i32 f113
    114: required string f114
    115: required i32 f115
    116: required i32 f116
    117: required string f117
    118: required i32 f118
    119: required i32 f119
    120: required string f120
    121: required i32 f121
    122: required i32 f122
    123: required string f123
    124: required i32 f124
    125: required i32 f125
    126: required string f126
    127: required i32 f127
    128: required i32 f128
    129: required string f129
    130: required i32 f130
}

service Base { void ping() }

service Store extends Base {
    Item find(1: i64 id, 2: string name) throws (1: NotFound missing)
    oneway void forget(1: i64 id)
}

// Binaries in many places.
struct Blobs {
    1: binary blob
    2: optional binary perhaps
    3: list<binary> list
    4: map<string, binary> map
    5: optional Blobs more
}

exception Refused { 1: Blobs blobs }

service Echo { Blobs echo(1: Blobs blobs, 2: bool refuse) throws (1: Refused refused) }
