//! Programs that a test starts: their output is kept to be shown, and they end when the test does.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long a program may take for its start, and for all it does, unless the test says otherwise.
const TIMEOUT: Duration = Duration::from_secs(150);
const POLL: Duration = Duration::from_millis(5);
/// How much of a program's output is shown when a test fails, in bytes.
const SHOWN: usize = 6_000;

/// A program that runs, until it is dropped.
pub(crate) struct Program {
    name: String,
    child: Child,
    stdout: Captured,
    stderr: Captured,
    timeout: Duration,
}

impl Program {
    /// Starts it. Its standard input stays open. When there is no such program, the error ends with `advice`.
    pub(crate) fn start(command: &mut Command, advice: &str) -> Result<Self, String> {
        let name = format!("{command:?}");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{name} cannot be run ({error}): {advice}"))?;
        let stdout = Captured::of(child.stdout.take().expect("it is piped"));
        let stderr = Captured::of(child.stderr.take().expect("it is piped"));
        Ok(Self { name, child, stdout, stderr, timeout: TIMEOUT })
    }

    /// How long it may take for its start, and for all it does.
    pub(crate) fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The first line that it prints with this word at its start.
    ///
    /// # Errors
    /// It ends, or takes too long, before that.
    pub(crate) fn line(&mut self, word: &str) -> Result<String, String> {
        let deadline = Instant::now() + self.timeout;
        loop {
            let ended = self.child.try_wait().expect("it can be waited for");
            let text = self.stdout.text();
            if let Some(line) = text.split_inclusive('\n').find(|line| line.starts_with(word) && line.ends_with('\n')) {
                return Ok(line.trim_end().to_owned());
            }
            if ended.is_some() || Instant::now() >= deadline {
                return Err(format!("{} printed no `{word}`{}", self.name, self.output()));
            }
            thread::sleep(POLL);
        }
    }

    /// Gives it an input and waits for its end. Returns what it wrote to standard output; the error, when it fails or takes
    /// too long, shows all that it wrote.
    pub(crate) fn finish(mut self, input: &str) -> Result<String, String> {
        // A program that has ended does not read: its exit status says more than the broken pipe.
        let _ = self.child.stdin.take().expect("it is piped").write_all(input.as_bytes());
        let status = self.wait()?;
        self.stdout.join();
        self.stderr.join();
        if status.success() {
            Ok(self.stdout.text())
        } else {
            Err(format!("{} failed ({status}){}", self.name, self.output()))
        }
    }

    fn wait(&mut self) -> Result<ExitStatus, String> {
        let deadline = Instant::now() + self.timeout;
        loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                return Ok(status);
            }
            if Instant::now() >= deadline {
                return Err(format!("{} does not end{}", self.name, self.output()));
            }
            thread::sleep(POLL);
        }
    }

    /// What it has written so far, to be shown.
    pub(crate) fn output(&self) -> String {
        format!("\nstdout:\n{}\nstderr:\n{}", self.stdout.end(), self.stderr.end())
    }
}

impl Drop for Program {
    #[allow(clippy::print_stderr, reason = "a failing test shows it")]
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            self.stderr.join();
            eprintln!("{}{}", self.name, self.output());
        }
    }
}

/// What a program has written so far.
struct Captured {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Captured {
    fn of(mut pipe: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(length @ 1..) = pipe.read(&mut buffer) {
                sink.lock().unwrap().extend_from_slice(&buffer[..length]);
            }
        });
        Self { bytes, reader: Some(reader) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }

    /// As much of it as is shown.
    fn end(&self) -> String {
        let bytes = self.bytes.lock().unwrap();
        match bytes.len().checked_sub(SHOWN) {
            Some(start) => format!("…{}", String::from_utf8_lossy(&bytes[start..])),
            None => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Waits until all that was written is there.
    fn join(&mut self) {
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}
