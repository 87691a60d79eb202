//! Spaces out the attempts to connect to a server that cannot be reached.

use crate::error::Error;
use crate::failures::Failures;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Backoff {
    longest: Duration,
    failures: Mutex<Failures>,
    /// While the server cannot be reached, one attempt is made at a time.
    turn: tokio::sync::Mutex<()>,
}

impl Backoff {
    pub(super) fn new(longest: Duration) -> Self {
        Self { longest, failures: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// Connects, or fails as the last attempt did if that is not long ago.
    ///
    /// # Errors
    /// [`Error::Connect`] in place of [`Error::Io`]; others as they are, and as `Error::Connect` when they are repeated.
    pub(super) async fn attempt<T>(&self, connect: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let _turn = self.turn().await;
        let before = self.lock().check()?;
        let error = match connect.await {
            Ok(connected) => {
                *self.lock() = Failures::default();
                return Ok(connected);
            }
            Err(Error::Io(error)) => Error::Connect(Arc::new(error)),
            Err(error) => error,
        };
        self.lock().add(before, &error, self.longest);
        Err(error)
    }

    /// Waits for a turn, unless the server can be reached: as of the beginning, or when the turn has come.
    async fn turn(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        if !self.lock().are_some() {
            return None;
        }
        let turn = self.turn.lock().await;
        self.lock().are_some().then_some(turn)
    }

    fn lock(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::FIRST;
    use std::cell::Cell;
    use std::io;

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
