/** What a job is about. */
struct Job {
  1: required string name
}

exception Busy {
  1: string message
}

const i32 LIMIT = 3

service Base {
  oneway void ping()
}

/** Takes jobs. */
service Queue extends Base {
  /** Its place in the queue. */
  i64 add(1: Job job, 2: i32 priority = 5) throws (1: Busy busy)
  list<Job> all()
}
