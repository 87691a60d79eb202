//! Spaces out the attempts to connect to a server that cannot be reached.

use crate::error::{Error, Timeout};
use crate::failures::{Attempt, Failures};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout_at;

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

    /// Connects by the deadline, or fails as the last attempt did if that is not long ago. Of what comes about, the first
    /// outcome of a call has to be [learnt](Self::learn).
    ///
    /// # Errors
    /// [`Error::Connect`] in place of [`Error::Io`]; others as they are, and as `Error::Connect` when they are repeated;
    /// [`Timeout::Connect`] at the deadline.
    pub(super) async fn attempt<T>(
        &self,
        deadline: Instant,
        connect: impl Future<Output = Result<T, Error>>,
    ) -> Result<(T, Attempt), Error> {
        let late = Error::Timeout(Timeout::Connect);
        let Ok(_turn) = timeout_at(deadline.into(), self.turn()).await else { return Err(late) };
        let patience = deadline.saturating_duration_since(Instant::now());
        let attempt = self.lock().check(patience)?;
        let (error, patience) = match timeout_at(deadline.into(), connect).await {
            Ok(Ok(connected)) => {
                self.lock().connected();
                return Ok((connected, attempt));
            }
            Ok(Err(Error::Io(error))) => (Error::Connect(Arc::new(error)), Duration::MAX),
            Ok(Err(error)) => (error, Duration::MAX),
            Err(_) => (late, patience),
        };
        self.lock().add(attempt, patience, &error, self.longest);
        Err(error)
    }

    /// What has come of the first call on a connection.
    pub(super) fn learn<T>(&self, attempt: Attempt, outcome: &Result<Option<T>, Error>) {
        self.lock().learn(attempt, outcome, self.longest);
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
    use crate::failures::{CLOSED, FIRST};
    use std::cell::Cell;
    use std::io;

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(60)
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
            let error = backoff.attempt(later(), fail()).await.unwrap_err();
            assert!(matches!(&error, Error::Connect(error) if error.kind() == io::ErrorKind::ConnectionRefused));
            assert!(error.is_unsent() && attempts.get() == expected, "{} attempts", attempts.get());
        }
        tokio::time::sleep(FIRST).await;
        let ((), attempt) = backoff.attempt(later(), async { Ok(()) }).await.unwrap();
        backoff.learn(attempt, &Ok(Some("answer")));
        for expected in [3, 4, 4] {
            assert!(backoff.attempt(later(), fail()).await.is_err());
            assert_eq!(attempts.get(), expected, "forgotten after an answer");
        }
    }

    #[tokio::test]
    async fn a_server_that_closes_what_it_accepts_is_not_asked_at_each_call() {
        let backoff = Backoff::new(Duration::from_secs(60));
        let closed = || Err::<Option<()>, _>(Error::Closed { peer: "it".to_owned() });
        for _ in 0..CLOSED + 2 {
            let (a, b) = (backoff.attempt(later(), async { Ok(()) }), backoff.attempt(later(), async { Ok(()) }));
            let (a, b) = (a.await.unwrap().1, b.await.unwrap().1);
            // What no server has said is not counted, nor is one failure twice.
            for outcome in [Ok(None), Err(Error::Timeout(Timeout::Call)), closed(), closed()] {
                backoff.learn(a, &outcome);
                backoff.learn(b, &outcome);
            }
        }
        let refused = backoff.attempt(later(), async { Ok(()) }).await.unwrap_err();
        assert!(matches!(&refused, Error::Connect(error) if error.to_string().contains("closed")), "{refused:?}");
    }

    #[tokio::test]
    async fn who_has_little_time_spares_a_server_that_takes_more_and_keeps_no_other_from_it() {
        let backoff = Backoff::new(Duration::from_secs(60));
        let attempts = Cell::new(0);
        let connect = async |time| {
            attempts.set(attempts.get() + 1);
            tokio::time::sleep(time).await;
            Ok(())
        };
        let soon = || Instant::now() + Duration::from_millis(20);
        let minute = Duration::from_secs(60);
        let mut spared = false;
        for _ in 0..100 {
            let before = attempts.get();
            let error = backoff.attempt(soon(), connect(minute)).await.unwrap_err();
            assert!(matches!(error, Error::Timeout(Timeout::Connect)), "{error:?}");
            spared |= attempts.get() == before;
            if spared {
                break;
            }
        }
        assert!(spared, "{} attempts", attempts.get());
        backoff.attempt(later(), connect(Duration::ZERO)).await.unwrap();
    }

    #[tokio::test]
    async fn once_a_server_is_back_connections_are_made_side_by_side() {
        let backoff = Backoff::new(Duration::from_secs(60));
        backoff
            .attempt(later(), async { Err::<(), _>(Error::Io(io::ErrorKind::ConnectionRefused.into())) })
            .await
            .unwrap_err();
        let (first_has_begun, all_go_on) = (Cell::new(false), tokio::sync::Barrier::new(9));
        let connect = || async {
            // The others wait for their turns while the first goes on, and then for each other.
            match first_has_begun.replace(true) {
                false => tokio::task::yield_now().await,
                true => _ = all_go_on.wait().await,
            }
            Ok(())
        };
        let all = futures_util::future::join_all((0..10).map(|_| backoff.attempt(later(), connect())));
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
        let (a, b) = tokio::join!(backoff.attempt(later(), fail()), backoff.attempt(later(), fail()));
        assert!(a.is_err() && b.is_err());
        backoff.attempt(later(), async { Ok(()) }).await.unwrap();
    }
}
