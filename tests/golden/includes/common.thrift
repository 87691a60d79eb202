// Its name is that of a file in another folder.
struct Local { 1: i32 a }
