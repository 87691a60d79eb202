//! Attempts to connect to a server that failed in a row, and when the next one may be made.

use crate::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The pause after the second failure in a row. It doubles with each.
pub(crate) const FIRST: Duration = Duration::from_millis(50);

/// So many connections in a row may be closed by the server before an answer without a pause. It may be for what was asked: there
/// are servers that close for a method that they do not know, and others may ask for those that they do.
pub(crate) const CLOSED: u32 = 8;

#[derive(Debug, Default)]
pub(crate) struct Failures {
    count: u32,
    /// A connection has come about since the last one, but no answer on it.
    has_connected: bool,
    last: Option<Failure>,
}

/// The last one, unless a connection has come about since.
#[derive(Debug)]
struct Failure {
    error: Error,
    /// So much time was not enough.
    patience: Duration,
    /// When the next attempt may be made.
    next: Instant,
}

/// One attempt to connect: how many had failed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attempt(u32);

impl Failures {
    /// Whether attempts are made one at a time, as it is not known that the server can be reached.
    pub(crate) fn are_some(&self) -> bool {
        self.count > 0 && !self.has_connected
    }

    /// An attempt, which may take so long, if it may be made now. The one after the first failure may be made at once: a
    /// server that was restarted has closed its connections, and may be there again. And who has much more time than the last
    /// attempt had learns nothing from how that failed.
    ///
    /// # Errors
    /// As the last attempt failed, if that is not long ago.
    pub(crate) fn check(&self, patience: Duration) -> Result<Attempt, Error> {
        match &self.last {
            Some(last) if Instant::now() < last.next && patience / 2 <= last.patience => Err(repeat(&last.error)),
            _ => Ok(Attempt(self.count)),
        }
    }

    /// A connection has come about. All is forgotten only when there is an answer on it: there are servers, and proxies before
    /// servers, that close what they have accepted.
    pub(crate) fn connected(&mut self) {
        self.has_connected = true;
        self.last = None;
    }

    /// What has come of the first call on a connection, if that says something about the server.
    pub(crate) fn learn<T>(&mut self, attempt: Attempt, outcome: &Result<Option<T>, Error>, longest: Duration) {
        match outcome {
            Ok(Some(_)) | Err(Error::Http { .. }) => *self = Self::default(),
            Err(error @ (Error::Io(_) | Error::Closed { .. } | Error::Unsent(_))) => {
                self.count(attempt, Duration::MAX, error, |failures| pause(failures.saturating_sub(CLOSED), longest));
            }
            _ => {}
        }
    }

    /// An attempt has failed, for which so much time was not enough. Attempts that were made at the same time are
    /// one.
    pub(crate) fn add(&mut self, attempt: Attempt, patience: Duration, error: &Error, longest: Duration) {
        self.count(attempt, patience, error, |failures| pause(failures, longest));
    }

    fn count(&mut self, attempt: Attempt, patience: Duration, error: &Error, pause: impl FnOnce(u32) -> Duration) {
        if self.count == attempt.0 {
            self.count = attempt.0.saturating_add(1);
            self.has_connected = false;
            let next = Instant::now() + pause(self.count);
            self.last = Some(Failure { error: repeat(error), patience, next });
        }
    }
}

/// How long to wait after so many failures: at random, so that many clients of a server do not come all at once.
fn pause(failures: u32, longest: Duration) -> Duration {
    let Some(doublings) = failures.checked_sub(2) else { return Duration::ZERO };
    let most = FIRST.saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX)).min(longest);
    // The keys of a new state are random, which is as much as is needed here.
    let random = RandomState::new().hash_one(failures) as u32;
    most.mul_f64(0.5 + 0.5 * f64::from(random) / f64::from(u32::MAX))
}

fn repeat(error: &Error) -> Error {
    match error {
        Error::Connect(error) => Error::Connect(Arc::clone(error)),
        Error::Tls(words) => Error::Tls(words.clone()),
        Error::Timeout(timeout) => Error::Timeout(*timeout),
        error => Error::Connect(Arc::new(io::Error::other(error.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let longest = Duration::from_secs(3);
        assert_eq!((pause(0, longest), pause(1, longest)), (Duration::ZERO, Duration::ZERO));
        for (failures, most) in [(2, 50), (3, 100), (7, 1600), (8, 3000), (40, 3000), (u32::MAX, 3000)] {
            for _ in 0..100 {
                let pause = pause(failures, longest).as_millis();
                assert!((most / 2..=most).contains(&pause), "{pause} after {failures}");
            }
        }
        assert!((0..100).any(|_| pause(8, longest) != pause(8, longest)), "at random");
    }
}
