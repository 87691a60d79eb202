//! What running a program takes: CPU time and memory, its own and that of the programs it waits for.

use std::io;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use wait4::Wait4;

/// What a run took.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// CPU time, in user and in kernel mode.
    pub cpu: Duration,
    /// Time on the clock.
    pub wall: Duration,
    /// Most memory in use at once, in bytes. Never less than what this process uses when it starts the program.
    pub peak: u64,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// With success.
    Done(Usage),
    /// With another exit code; the end of what it said on stderr.
    Failed(String),
    /// It took longer than it was given, and was killed.
    GaveUp,
}

/// Runs the program for at most `limit`. Its output goes nowhere.
///
/// # Errors
/// When it cannot be started.
pub fn run(command: &mut Command, limit: Duration) -> io::Result<Outcome> {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let said = child.stderr.take().map(|stderr| thread::spawn(move || io::read_to_string(stderr).unwrap_or_default()));
    let mut pause = Duration::from_micros(200);
    let ended = loop {
        if let Some(ended) = child.try_wait4()? {
            break ended;
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(Outcome::GaveUp);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    let wall = start.elapsed();
    if ended.status.success() {
        let cpu = ended.rusage.utime + ended.rusage.stime;
        return Ok(Outcome::Done(Usage { cpu, wall, peak: ended.rusage.maxrss }));
    }
    let said = said.and_then(|said| said.join().ok()).unwrap_or_default();
    let last_line = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no message");
    Ok(Outcome::Failed(format!("{}: {last_line}", ended.status)))
}

/// The median of several runs: of the CPU times, of the times on the clock, and the largest peak. `None` without a run.
pub fn median(runs: &[Usage]) -> Option<Usage> {
    let middle = |time: fn(&Usage) -> Duration| {
        let mut times: Vec<Duration> = runs.iter().map(time).collect();
        times.sort();
        times.get(times.len() / 2).copied()
    };
    let peak = runs.iter().map(|usage| usage.peak).max()?;
    Some(Usage { cpu: middle(|usage| usage.cpu)?, wall: middle(|usage| usage.wall)?, peak })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Duration) -> Outcome {
        run(Command::new("sh").args(["-c", script]), limit).unwrap()
    }

    #[test]
    fn a_busy_program_takes_cpu_time_and_a_sleeping_one_does_not() {
        let cpu = |script| match shell(script, Duration::from_secs(60)) {
            Outcome::Done(usage) => usage.cpu,
            other => panic!("{other:?}"),
        };
        assert!(cpu("sleep 0.2") < cpu("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"));
    }

    #[test]
    fn failure_and_patience_are_told_apart() {
        let failed = shell("echo first >&2; echo last >&2; exit 3", Duration::from_secs(60));
        assert!(matches!(&failed, Outcome::Failed(why) if why.ends_with("3: last")), "{failed:?}");
        assert!(matches!(shell("exec sleep 60", Duration::from_millis(50)), Outcome::GaveUp));
    }

    #[test]
    fn the_median_is_taken_of_each_figure() {
        let usage = |cpu, wall, peak| Usage { cpu: Duration::from_secs(cpu), wall: Duration::from_secs(wall), peak };
        let middle = median(&[usage(9, 1, 10), usage(1, 2, 30), usage(2, 9, 20)]).unwrap();
        assert_eq!((middle.cpu.as_secs(), middle.wall.as_secs(), middle.peak), (2, 2, 30));
        assert!(median(&[]).is_none());
    }
}
