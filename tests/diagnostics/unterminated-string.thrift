const string A = "it's
const string B = 'fine'
const string C = 'two
lines'
