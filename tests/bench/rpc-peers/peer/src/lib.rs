//! What the programs of other stacks have in common: their arguments, and what they say of themselves. See README.md in `tests/bench/rpc`.

mod arguments;
mod progress;

pub use arguments::{Client, Method, Role, Server};
pub use progress::Progress;

use std::io::{self, Write};
use std::process;
use std::{fmt, thread};

/// Anything that may go wrong, for people.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Runs the program in the role that its arguments give it, and tells on stderr what goes wrong.
pub fn run(server: fn(Server) -> Result<()>, client: fn(Client) -> Result<()>) -> process::ExitCode {
    let done = Role::of_arguments().and_then(|role| match role {
        Role::Server(of) => server(of),
        Role::Client(of) => client(of),
    });
    match done {
        Ok(()) => process::ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            process::ExitCode::FAILURE
        }
    }
}

/// A runtime of tokio with so many threads.
pub fn runtime(threads: usize) -> io::Result<tokio::runtime::Runtime> {
    let mut builder = if threads == 1 {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    builder.worker_threads(threads).enable_all().build()
}

/// Says on which port a server listens, and ends the process when its stdin ends.
pub fn listening(port: u16) {
    say(port);
    thread::spawn(|| {
        // That it cannot be read is an end, too.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        process::exit(0);
    });
}

/// A line on stdout. Who cannot be told anything any more has gone: so does the process.
fn say(what: impl fmt::Display) {
    let mut stdout = io::stdout().lock();
    if writeln!(stdout, "{what}").and_then(|()| stdout.flush()).is_err() {
        process::exit(1);
    }
}
