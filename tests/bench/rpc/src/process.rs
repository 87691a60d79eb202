//! Programs that are measured: started on a CPU, spoken with by lines, and ended, whatever happens.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::usage;

/// How long a program may take to end when its stdin has ended.
const TIME_TO_END: Duration = Duration::from_secs(2);

pub(crate) struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Program {
    /// Starts it, on one CPU if there is one.
    pub(crate) fn start(command: &mut Command, cpu: Option<usize>) -> Result<Self> {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = usage::pinned(cpu, || command.spawn())
            .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (sender, lines) = mpsc::channel();
        // Ends with the program.
        thread::spawn(move || {
            let lines = stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).lines());
            lines.map_while(std::result::Result::ok).try_for_each(|line| sender.send(line))
        });
        Ok(Self { child, stdin, lines })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it an empty line. Returns the next line that it prints.
    pub(crate) fn ask(&mut self, patience: Duration) -> Result<String> {
        self.stdin.as_mut().ok_or("it has no stdin")?.write_all(b"\n")?;
        self.line(patience)
    }

    /// The next line that it prints.
    pub(crate) fn line(&self, patience: Duration) -> Result<String> {
        self.lines.recv_timeout(patience).map_err(|error| match error {
            mpsc::RecvTimeoutError::Timeout => format!("says nothing for {} s", patience.as_secs()).into(),
            mpsc::RecvTimeoutError::Disconnected => "has ended".into(),
        })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let start = Instant::now();
        while let Ok(None) = self.child.try_wait() {
            if start.elapsed() > TIME_TO_END {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn shell(script: &str) -> Program {
        Program::start(Command::new("sh").args(["-c", script]), None).unwrap()
    }

    fn lives(pid: u32) -> bool {
        PathBuf::from(format!("/proc/{pid}")).exists()
    }

    #[test]
    fn a_program_says_lines_and_ends_with_its_stdin() {
        let program = shell("echo 1; while read line; do :; done");
        assert_eq!(program.line(PATIENCE).unwrap(), "1");
        let pid = program.pid();
        assert!(lives(pid));
        drop(program);
        assert!(!lives(pid));
    }

    #[test]
    fn a_program_is_asked_by_lines() {
        let mut program = shell("n=0; while read line; do n=$((n + 1)); echo $n; done");
        assert_eq!(program.ask(PATIENCE).unwrap(), "1");
        assert_eq!(program.ask(PATIENCE).unwrap(), "2");
    }

    #[test]
    fn one_that_says_nothing_or_has_ended_is_an_error() {
        let error = |script, patience| shell(script).line(patience).unwrap_err().to_string();
        assert_eq!(error("exit 3", PATIENCE), "has ended");
        assert_eq!(error("exec sleep 60", Duration::ZERO), "says nothing for 0 s");
    }

    #[test]
    fn one_that_does_not_end_is_killed() {
        let program = shell("exec sleep 600");
        let pid = program.pid();
        drop(program);
        assert!(!lives(pid));
    }
}
