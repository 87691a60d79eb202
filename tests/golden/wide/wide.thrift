// More required fields than one word has bits, and more fields with defaults than that.

struct Wide {
    1: required i32 field1
    2: required i32 field2
    3: required i32 field3
    4: required i32 field4
    5: required i32 field5
    6: required i32 field6
    7: required i32 field7
    8: required i32 field8
    9: required i32 field9
    10: required i32 field10
    11: required i32 field11
    12: required i32 field12
    13: required i32 field13
    14: required i32 field14
    15: required i32 field15
    16: required i32 field16
    17: required i32 field17
    18: required i32 field18
    19: required i32 field19
    20: required i32 field20
    21: required i32 field21
    22: required i32 field22
    23: required i32 field23
    24: required i32 field24
    25: required i32 field25
    26: required i32 field26
    27: required i32 field27
    28: required i32 field28
    29: required i32 field29
    30: required i32 field30
    31: required i32 field31
    32: required i32 field32
    33: required i32 field33
    34: required i32 field34
    35: required i32 field35
    36: required i32 field36
    37: required i32 field37
    38: required i32 field38
    39: required i32 field39
    40: required i32 field40
    41: required i32 field41
    42: required i32 field42
    43: required i32 field43
    44: required i32 field44
    45: required i32 field45
    46: required i32 field46
    47: required i32 field47
    48: required i32 field48
    49: required i32 field49
    50: required i32 field50
    51: required i32 field51
    52: required i32 field52
    53: required i32 field53
    54: required i32 field54
    55: required i32 field55
    56: required i32 field56
    57: required i32 field57
    58: required i32 field58
    59: required i32 field59
    60: required i32 field60
    61: required i32 field61
    62: required i32 field62
    63: required i32 field63
    64: required i32 field64
    65: required i32 field65
    66: required i32 field66
    67: required i32 field67
    68: required i32 field68
    69: required i32 field69
    70: required i32 field70
}

struct WideDefaults {
    1: i32 field1 = 1
    2: i32 field2 = 2
    3: required i32 field3
    4: i32 field4 = 4
    5: i32 field5 = 5
    6: required i32 field6
    7: i32 field7 = 7
    8: i32 field8 = 8
    9: required i32 field9
    10: i32 field10 = 10
    11: i32 field11 = 11
    12: required i32 field12
    13: i32 field13 = 13
    14: i32 field14 = 14
    15: required i32 field15
    16: i32 field16 = 16
    17: i32 field17 = 17
    18: required i32 field18
    19: i32 field19 = 19
    20: i32 field20 = 20
    21: required i32 field21
    22: i32 field22 = 22
    23: i32 field23 = 23
    24: required i32 field24
    25: i32 field25 = 25
    26: i32 field26 = 26
    27: required i32 field27
    28: i32 field28 = 28
    29: i32 field29 = 29
    30: required i32 field30
    31: i32 field31 = 31
    32: i32 field32 = 32
    33: required i32 field33
    34: i32 field34 = 34
    35: i32 field35 = 35
    36: required i32 field36
    37: i32 field37 = 37
    38: i32 field38 = 38
    39: required i32 field39
    40: i32 field40 = 40
    41: i32 field41 = 41
    42: required i32 field42
    43: i32 field43 = 43
    44: i32 field44 = 44
    45: required i32 field45
    46: i32 field46 = 46
    47: i32 field47 = 47
    48: required i32 field48
    49: i32 field49 = 49
    50: i32 field50 = 50
    51: required i32 field51
    52: i32 field52 = 52
    53: i32 field53 = 53
    54: required i32 field54
    55: i32 field55 = 55
    56: i32 field56 = 56
    57: required i32 field57
    58: i32 field58 = 58
    59: i32 field59 = 59
    60: required i32 field60
    61: i32 field61 = 61
    62: i32 field62 = 62
    63: required i32 field63
    64: i32 field64 = 64
    65: i32 field65 = 65
    66: required i32 field66
    67: i32 field67 = 67
    68: i32 field68 = 68
    69: required i32 field69
    70: i32 field70 = 70
    71: i32 field71 = 71
    72: required i32 field72
    73: i32 field73 = 73
    74: i32 field74 = 74
    75: required i32 field75
    76: i32 field76 = 76
    77: i32 field77 = 77
    78: required i32 field78
    79: i32 field79 = 79
    80: i32 field80 = 80
    81: required i32 field81
    82: i32 field82 = 82
    83: i32 field83 = 83
    84: required i32 field84
    85: i32 field85 = 85
    86: i32 field86 = 86
    87: required i32 field87
    88: i32 field88 = 88
    89: i32 field89 = 89
    90: required i32 field90
    91: i32 field91 = 91
    92: i32 field92 = 92
    93: required i32 field93
    94: i32 field94 = 94
    95: i32 field95 = 95
    96: required i32 field96
    97: i32 field97 = 97
    98: i32 field98 = 98
    99: required i32 field99
    100: i32 field100 = 100
    101: i32 field101 = 101
    102: required i32 field102
    103: i32 field103 = 103
    104: i32 field104 = 104
    105: required i32 field105
    106: i32 field106 = 106
    107: i32 field107 = 107
    108: required i32 field108
    109: i32 field109 = 109
    110: i32 field110 = 110
    111: required i32 field111
    112: i32 field112 = 112
    113: i32 field113 = 113
    114: required i32 field114
    115: i32 field115 = 115
    116: i32 field116 = 116
    117: required i32 field117
    118: i32 field118 = 118
    119: i32 field119 = 119
    120: required i32 field120
    121: i32 field121 = 121
    122: i32 field122 = 122
    123: required i32 field123
    124: i32 field124 = 124
    125: i32 field125 = 125
    126: required i32 field126
    127: i32 field127 = 127
    128: i32 field128 = 128
    129: required i32 field129
    130: i32 field130 = 130
}
