//! What a process has used so far, as Linux counts it, and the CPUs it may use.

use std::fs;
use std::io;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::Result;

/// CPU time of all threads that run now, in nanoseconds.
pub(crate) fn cpu_nanos(pid: u32) -> Result<u64> {
    let mut nanos = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        // A thread may have ended meanwhile.
        if let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) {
            nanos += on_cpu(&text)?;
        }
    }
    Ok(nanos)
}

/// The most memory that the process has had at once, in bytes.
pub(crate) fn peak_memory(pid: u32) -> Result<u64> {
    memory(pid, "VmHWM:")
}

/// The memory that the process has now, in bytes.
pub(crate) fn resident_memory(pid: u32) -> Result<u64> {
    memory(pid, "VmRSS:")
}

/// The first and the last CPU that this process may use.
pub(crate) fn cpus() -> io::Result<(usize, usize)> {
    let allowed = sched_getaffinity(None)?;
    let mut found = (0..CpuSet::MAX_CPU).filter(|cpu| allowed.is_set(*cpu));
    let first = found.next().unwrap_or(0);
    Ok((first, found.next_back().unwrap_or(first)))
}

/// Does something while this thread, and with it what it starts, is kept on one CPU, if there is one.
pub(crate) fn pinned<T>(cpu: Option<usize>, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let Some(cpu) = cpu else { return work() };
    let before = sched_getaffinity(None)?;
    let mut one = CpuSet::new();
    one.set(cpu);
    sched_setaffinity(None, &one)?;
    let done = work();
    sched_setaffinity(None, &before)?;
    done
}

/// The first number of a schedstat: time on a CPU.
fn on_cpu(text: &str) -> Result<u64> {
    Ok(text.split_whitespace().next().ok_or("an empty schedstat")?.parse()?)
}

fn memory(pid: u32, what: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    kibibytes(&status, what).map(|count| count * 1024)
}

fn kibibytes(status: &str, what: &str) -> Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(what)).ok_or_else(|| format!("no {what}"))?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process;

    #[test]
    fn linux_texts_are_read() {
        assert_eq!(on_cpu("123456 789 4\n").unwrap(), 123_456);
        assert!(on_cpu("").is_err());
        assert_eq!(kibibytes("VmPeak:\t 9 kB\nVmHWM:\t    5124 kB\nVmRSS: 1 kB\n", "VmHWM:").unwrap(), 5124);
        assert!(kibibytes("", "VmHWM:").is_err());
    }

    #[test]
    fn work_takes_cpu_time_and_memory() {
        let pid = process::id();
        let before = cpu_nanos(pid).unwrap();
        while cpu_nanos(pid).unwrap() == before {}
        // In this order: other tests take memory meanwhile.
        let resident = resident_memory(pid).unwrap();
        assert!((1..=peak_memory(pid).unwrap()).contains(&resident));
    }

    #[test]
    fn a_pinned_thread_may_use_one_cpu_and_afterwards_those_of_before() {
        let before = sched_getaffinity(None).unwrap();
        let (_, last) = cpus().unwrap();
        let inside = pinned(Some(last), || Ok((sched_getaffinity(None)?.count(), cpus()?))).unwrap();
        assert_eq!(inside, (1, (last, last)));
        assert_eq!(sched_getaffinity(None).unwrap(), before);
    }
}
