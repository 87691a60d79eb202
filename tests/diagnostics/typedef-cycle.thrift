typedef B A
typedef list<C> B
typedef A C
typedef D D
