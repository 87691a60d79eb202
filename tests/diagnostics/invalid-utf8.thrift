// Latin-1 in a comment is let through: Jürgen
const string A = "Jürgen"
const string B = "Müller"
