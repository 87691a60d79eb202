const string A = "\x41 \u0041 fine: \n"
const string B = '\0'
const string C = "\é"
