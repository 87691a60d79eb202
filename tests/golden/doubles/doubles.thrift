// Doubles have no order of their own; every type has one all the same.

typedef double Price
typedef list<double> Vector

struct Point { 1: required double x, 2: double y, 3: optional double z = 1.5 }

struct Everywhere {
    1: required list<double> list
    2: optional map<string, list<double>> lists
    3: set<double> set
    4: map<double, double> map
    5: map<Price, Vector> by_price
    6: set<Vector> vectors
    7: map<map<double, string>, double> nested
    8: set<Point> points
    9: map<Point, Point> by_point
    10: list<set<double>> sets
    11: required i32 number
}

union Either { 1: double number, 2: Point point, 3: string text }

exception Wrong { 1: double by }

struct Keys { 1: map<Either, Everywhere> by_either, 2: set<Wrong> wrongs }
