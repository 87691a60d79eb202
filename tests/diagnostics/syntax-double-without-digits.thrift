const double a = 5.
const double b = 1.e5
