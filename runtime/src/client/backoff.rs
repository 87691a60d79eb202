//! Spaces out the attempts to connect to a server that cannot be reached.

use crate::error::Error;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The pause after the second failure in a row. It doubles with each.
const FIRST: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub(super) struct Backoff {
    longest: Duration,
    state: Mutex<State>,
    /// While the server cannot be reached, one attempt is made at a time.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    /// Attempts in a row that failed.
    failures: u32,
    /// Since the last one: how it failed, and when the next may be made.
    last: Option<(Error, Instant)>,
}

impl Backoff {
    pub(super) fn new(longest: Duration) -> Self {
        Self { longest, state: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// Connects, or fails as the last attempt did if that is not long ago. The attempt after the first failure is made at
    /// once: a server that was restarted has closed its connections, and may be there again.
    ///
    /// # Errors
    /// [`Error::Connect`] in place of [`Error::Io`]; others as they are, and as `Error::Connect` when they are repeated.
    pub(super) async fn attempt<T>(&self, connect: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let _turn = self.turn().await;
        let before = self.check()?;
        let error = match connect.await {
            Ok(connected) => {
                *self.lock() = State::default();
                return Ok(connected);
            }
            Err(Error::Io(error)) => Error::Connect(Arc::new(error)),
            Err(error) => error,
        };
        let mut state = self.lock();
        // Attempts that were made at the same time are one.
        if state.failures == before {
            state.failures = before.saturating_add(1);
            let pause = pause(state.failures, self.longest);
            state.last = Some((repeat(&error), Instant::now() + pause));
        }
        Err(error)
    }

    /// Waits for a turn, unless the server can be reached: as of the beginning, or when the turn has come.
    async fn turn(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        if !self.is_failing() {
            return None;
        }
        let turn = self.turn.lock().await;
        self.is_failing().then_some(turn)
    }

    fn is_failing(&self) -> bool {
        self.lock().failures > 0
    }

    /// How often connecting has failed, if it may be tried now.
    fn check(&self) -> Result<u32, Error> {
        let state = self.lock();
        match &state.last {
            Some((error, next)) if Instant::now() < *next => Err(repeat(error)),
            _ => Ok(state.failures),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
    use std::cell::Cell;

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

    #[tokio::test]
    async fn a_server_that_is_away_is_not_asked_at_each_call() {
        let backoff = Backoff::new(Duration::from_secs(60));
        let attempts = Cell::new(0);
        let fail = async || {
            attempts.set(attempts.get() + 1);
            Err::<(), _>(Error::Io(io::ErrorKind::ConnectionRefused.into()))
        };
        for expected in [1, 2, 2, 2] {
            let error = backoff.attempt(fail()).await.unwrap_err();
            assert!(matches!(&error, Error::Connect(error) if error.kind() == io::ErrorKind::ConnectionRefused));
            assert!(error.is_unsent() && attempts.get() == expected, "{} attempts", attempts.get());
        }
        tokio::time::sleep(FIRST).await;
        backoff.attempt(async { Ok(()) }).await.unwrap();
        assert!(backoff.attempt(fail()).await.is_err() && backoff.attempt(fail()).await.is_err());
        assert_eq!(attempts.get(), 4, "forgotten after a success");
    }

    #[tokio::test]
    async fn once_a_server_is_back_connections_are_made_side_by_side() {
        let backoff = Backoff::new(Duration::from_secs(60));
        backoff.attempt(async { Err::<(), _>(Error::Io(io::ErrorKind::ConnectionRefused.into())) }).await.unwrap_err();
        let (first_has_begun, all_go_on) = (Cell::new(false), tokio::sync::Barrier::new(9));
        let connect = || async {
            // The others wait for their turns while the first goes on, and then for each other.
            match first_has_begun.replace(true) {
                false => tokio::task::yield_now().await,
                true => _ = all_go_on.wait().await,
            }
            Ok(())
        };
        let all = futures_util::future::join_all((0..10).map(|_| backoff.attempt(connect())));
        let all = tokio::time::timeout(Duration::from_secs(10), all).await.expect("no attempt waits for another");
        assert!(all.iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn attempts_at_the_same_time_are_one_failure() {
        let backoff = Backoff::new(Duration::from_secs(60));
        let fail = || async {
            tokio::task::yield_now().await;
            Err::<(), _>(Error::Io(io::ErrorKind::ConnectionRefused.into()))
        };
        let (a, b) = tokio::join!(backoff.attempt(fail()), backoff.attempt(fail()));
        assert!(a.is_err() && b.is_err());
        backoff.attempt(async { Ok(()) }).await.unwrap();
    }
}
