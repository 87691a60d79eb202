//! Attempts to connect to a server that failed in a row, and when the next one may be made.

use crate::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The pause after the second failure in a row. It doubles with each.
pub(crate) const FIRST: Duration = Duration::from_millis(50);

#[derive(Debug, Default)]
pub(crate) struct Failures {
    count: u32,
    /// Since the last one: how it failed, and when the next may be made.
    last: Option<(Error, Instant)>,
}

impl Failures {
    pub(crate) fn are_some(&self) -> bool {
        self.count > 0
    }

    /// How many there are, if an attempt may be made now. The one after the first failure may be made at once: a server that
    /// was restarted has closed its connections, and may be there again.
    ///
    /// # Errors
    /// As the last attempt failed, if that is not long ago.
    pub(crate) fn check(&self) -> Result<u32, Error> {
        match &self.last {
            Some((error, next)) if Instant::now() < *next => Err(repeat(error)),
            _ => Ok(self.count),
        }
    }

    /// An attempt has failed, before which there were so many failures. Attempts that were made at the same time are one.
    pub(crate) fn add(&mut self, before: u32, error: &Error, longest: Duration) {
        if self.count == before {
            self.count = before.saturating_add(1);
            self.last = Some((repeat(error), Instant::now() + pause(self.count, longest)));
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
