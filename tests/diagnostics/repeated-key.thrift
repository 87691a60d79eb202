union U { 1: i32 a, 2: i32 b }
const U TWICE = {"a": 1, "a": 2}
const map<string, i32> MAP = {"x": 1, "y": 2, "x": 3}
const set<i32> SET = [1, 2, 1]
