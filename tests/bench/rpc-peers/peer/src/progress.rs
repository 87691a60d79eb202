//! How far a client is.

use crate::say;
use std::fmt::Display;
use std::io::{self, BufRead};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::{process, thread};

/// How many replies there were. Each task that calls has one of these.
#[derive(Clone)]
pub struct Progress(Arc<Counts>);

struct Counts {
    replies: AtomicU64,
    /// How many tasks wait for their first reply.
    starting: AtomicUsize,
}

impl Progress {
    /// Of so many tasks. From now on it answers each line on stdin with the number of replies so far, and ends the process with stdin.
    pub fn of(tasks: usize) -> Self {
        let progress = Self(Arc::new(Counts { replies: AtomicU64::new(0), starting: AtomicUsize::new(tasks) }));
        let told = progress.clone();
        thread::spawn(move || {
            // That it cannot be read is an end, too.
            for _ in io::stdin().lock().lines().map_while(io::Result::ok) {
                say(told.0.replies.load(Ordering::Relaxed));
            }
            process::exit(0);
        });
        progress
    }

    /// Calls over and over; the call says whether its reply is right. The first error ends the process.
    pub async fn keep_calling<C, F, E>(self, mut call: C)
    where
        C: FnMut() -> F,
        F: Future<Output = std::result::Result<bool, E>>,
        E: Display,
    {
        self.started(call().await);
        loop {
            self.replied(call().await);
        }
    }

    /// The same, with a thread for each.
    pub fn keep_calling_blocking<E: Display>(self, mut call: impl FnMut() -> std::result::Result<bool, E>) {
        self.started(call());
        loop {
            self.replied(call());
        }
    }

    fn started<E: Display>(&self, reply: std::result::Result<bool, E>) {
        self.replied(reply);
        if self.0.starting.fetch_sub(1, Ordering::Relaxed) == 1 {
            say("ready");
        }
    }

    fn replied<E: Display>(&self, reply: std::result::Result<bool, E>) {
        match reply {
            Ok(true) => _ = self.0.replies.fetch_add(1, Ordering::Relaxed),
            Ok(false) => fail("a reply with something else than was sent"),
            Err(why) => fail(why),
        }
    }
}

fn fail(why: impl Display) -> ! {
    eprintln!("{why}");
    process::exit(1)
}
