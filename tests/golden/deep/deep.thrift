// Types that are large in memory and contain themselves: each level of a value must cost little stack.

/** Many fields. */
struct Wide {
  1: optional string f1
  2: optional string f2
  3: optional string f3
  4: optional string f4
  5: optional string f5
  6: optional string f6
  7: optional string f7
  8: optional string f8
  9: optional string f9
  10: optional string f10
  11: optional string f11
  12: optional string f12
  13: optional string f13
  14: optional string f14
  15: optional string f15
  16: optional string f16
  17: optional string f17
  18: optional string f18
  19: optional string f19
  20: optional string f20
  21: optional string f21
  22: optional string f22
  23: optional string f23
  24: optional string f24
  25: optional string f25
  26: optional string f26
  27: optional string f27
  28: optional string f28
  29: optional string f29
  30: optional string f30
  31: optional string f31
  32: optional string f32
  33: optional string f33
  34: optional string f34
  35: optional string f35
  36: optional string f36
  37: optional string f37
  38: optional string f38
  39: optional string f39
  40: optional string f40
  41: optional string f41
  42: optional string f42
  43: optional string f43
  44: optional string f44
  45: optional string f45
  46: optional string f46
  47: optional string f47
  48: optional string f48
  49: optional string f49
  50: optional string f50
  51: optional string f51
  52: optional string f52
  53: optional string f53
  54: optional string f54
  55: optional string f55
  56: optional string f56
  57: optional string f57
  58: optional string f58
  59: optional string f59
  60: optional string f60
  61: optional string f61
  62: optional string f62
  63: optional string f63
  64: optional string f64
  65: optional string f65
  66: optional string f66
  67: optional string f67
  68: optional string f68
  69: optional string f69
  70: optional string f70
  71: optional string f71
  72: optional string f72
  73: optional string f73
  74: optional string f74
  75: optional string f75
  76: optional string f76
  77: optional string f77
  78: optional string f78
  79: optional string f79
  80: optional string f80
  81: optional string f81
  82: optional string f82
  83: optional string f83
  84: optional string f84
  85: optional string f85
  86: optional string f86
  87: optional string f87
  88: optional string f88
  89: optional string f89
  90: optional string f90
  91: optional string f91
  92: optional string f92
  93: optional string f93
  94: optional string f94
  95: optional string f95
  96: optional string f96
  97: optional string f97
  98: optional string f98
  99: optional string f99
  100: optional string f100
  101: optional string f101
  102: optional string f102
  103: optional string f103
  104: optional string f104
  105: optional string f105
  106: optional string f106
  107: optional string f107
  108: optional string f108
  109: optional string f109
  110: optional string f110
  111: optional string f111
  112: optional string f112
  113: optional string f113
  114: optional string f114
  115: optional string f115
  116: optional string f116
  117: optional string f117
  118: optional string f118
  119: optional string f119
  120: optional string f120
  121: optional string f121
  122: optional string f122
  123: optional string f123
  124: optional string f124
  125: optional string f125
  126: optional string f126
  127: optional string f127
  128: optional string f128
  129: optional string f129
  130: optional string f130
  131: optional string f131
  132: optional string f132
  133: optional string f133
  134: optional string f134
  135: optional string f135
  136: optional string f136
  137: optional string f137
  138: optional string f138
  139: optional string f139
  140: optional string f140
  141: optional string f141
  142: optional string f142
  143: optional string f143
  144: optional string f144
  145: optional string f145
  146: optional string f146
  147: optional string f147
  148: optional string f148
  149: optional string f149
  150: optional string f150
  151: optional string f151
  152: optional string f152
  153: optional string f153
  154: optional string f154
  155: optional string f155
  156: optional string f156
  157: optional string f157
  158: optional string f158
  159: optional string f159
  160: optional string f160
  161: optional string f161
  162: optional string f162
  163: optional string f163
  164: optional string f164
  165: optional string f165
  166: optional string f166
  167: optional string f167
  168: optional string f168
  169: optional string f169
  170: optional string f170
  171: optional string f171
  172: optional string f172
  173: optional string f173
  174: optional string f174
  175: optional string f175
  176: optional string f176
  177: optional string f177
  178: optional string f178
  179: optional string f179
  180: optional string f180
  181: optional string f181
  182: optional string f182
  183: optional string f183
  184: optional string f184
  185: optional string f185
  186: optional string f186
  187: optional string f187
  188: optional string f188
  189: optional string f189
  190: optional string f190
  191: optional string f191
  192: optional string f192
  193: optional string f193
  194: optional string f194
  195: optional string f195
  196: optional string f196
  197: optional string f197
  198: optional string f198
  199: optional string f199
  200: optional string f200
  201: optional Wide next
  202: optional list<Wide> list
  203: optional set<Wide> set
  204: optional map<i32, Wide> map
  205: optional Either either
}

union Either {
  1: Wide wide
  2: list<Either> list
  3: string text
}

struct Leaf {
  1: optional string f1
  2: optional string f2
  3: optional string f3
  4: optional string f4
  5: optional string f5
  6: optional string f6
  7: optional string f7
  8: optional string f8
  9: optional string f9
  10: optional string f10
  11: optional string f11
  12: optional string f12
  13: optional string f13
  14: optional string f14
  15: optional string f15
  16: optional string f16
  17: optional string f17
  18: optional string f18
  19: optional string f19
  20: optional string f20
}

struct Middle {
  1: optional Leaf f1
  2: optional Leaf f2
  3: optional Leaf f3
  4: optional Leaf f4
  5: optional Leaf f5
  6: optional Leaf f6
  7: optional Leaf f7
  8: optional Leaf f8
  9: optional Leaf f9
  10: optional Leaf f10
}

/** About 48,000 bytes in memory. */
struct Huge {
  1: optional Huge next
  2: optional Middle f2
  3: optional Middle f3
  4: optional Middle f4
  5: optional Middle f5
  6: optional Middle f6
  7: optional Middle f7
  8: optional Middle f8
  9: optional Middle f9
  10: optional Middle f10
  11: optional Middle f11
  12: optional list<Huge> list
  13: optional map<i32, Huge> map
  14: optional HugeEither either
}

union HugeEither {
  1: Huge huge
}

/** A large value that is no box's, and contains itself through a list. */
union Choice {
  1: Block block
}

struct Block {
  1: optional Middle f1
  2: optional Middle f2
  3: optional Middle f3
  4: optional Middle f4
  5: optional Middle f5
  6: optional Middle f6
  7: optional Middle f7
  8: optional Middle f8
  9: optional Middle f9
  10: optional Middle f10
  11: optional list<Choice> choices
}
