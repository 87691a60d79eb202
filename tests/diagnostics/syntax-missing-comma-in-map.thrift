typedef map<string i32> Counts
