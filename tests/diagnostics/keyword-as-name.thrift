struct list {
  1: i32 true
  2: i32 list
}

enum string {
  xsd_all
}

typedef i32 required
