//! Spaces out the attempts to connect to a server that cannot be reached.

use crate::blocking::stream::Deadline;
use crate::error::{Error, Timeout};
use crate::failures::{Attempt, Failures};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Backoff {
    longest: Duration,
    state: Mutex<State>,
    /// A turn is over.
    free: Condvar,
}

#[derive(Debug, Default)]
struct State {
    failures: Failures,
    /// While the server cannot be reached, one attempt is made at a time.
    has_turn: bool,
}

impl Backoff {
    pub(super) fn new(longest: Duration) -> Self {
        Self { longest, state: Mutex::default(), free: Condvar::new() }
    }

    /// Connects, or fails as the last attempt did if that is not long ago. Of what comes about, the first outcome of a call has
    /// to be [learnt](Self::learn).
    ///
    /// # Errors
    /// What `connect` says, now or before, and [`Error::Timeout`] when others tried for so long.
    pub(super) fn attempt<T>(
        &self,
        deadline: Deadline,
        connect: impl FnOnce() -> Result<T, Error>,
    ) -> Result<(T, Attempt), Error> {
        let mut state = self.lock();
        while state.failures.are_some() && state.has_turn {
            let left = deadline.left();
            if left.is_zero() {
                return Err(Error::Timeout(Timeout::Connection));
            }
            state = self.free.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let patience = deadline.left();
        let attempt = state.failures.check(patience)?;
        let turn = state.failures.are_some().then(|| Turn::new(self, &mut state));
        drop(state);
        let connected = connect();
        let mut state = self.lock();
        match &connected {
            Ok(_) => state.failures.connected(),
            Err(error) => {
                let patience = if deadline.left().is_zero() { patience } else { Duration::MAX };
                state.failures.add(attempt, patience, error, self.longest);
            }
        }
        drop(state);
        drop(turn);
        Ok((connected?, attempt))
    }

    /// What has come of the first call on a connection.
    pub(super) fn learn<T>(&self, attempt: Attempt, outcome: &Result<Option<T>, Error>) {
        self.lock().failures.learn(attempt, outcome, self.longest);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to try, which others wait for.
struct Turn<'b>(&'b Backoff);

impl<'b> Turn<'b> {
    fn new(backoff: &'b Backoff, state: &mut State) -> Self {
        state.has_turn = true;
        Self(backoff)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().has_turn = false;
        self.0.free.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::{CLOSED, FIRST};
    use std::io::{Error as IoError, ErrorKind};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Barrier};
    use std::thread;

    const LONG: Duration = Duration::from_secs(20);

    fn refused<T>() -> Result<T, Error> {
        Err(Error::Connect(Arc::new(IoError::from(ErrorKind::ConnectionRefused))))
    }

    #[test]
    fn a_server_that_is_away_is_not_asked_at_each_call() {
        let (backoff, attempts) = (Backoff::new(Duration::from_secs(60)), AtomicUsize::new(0));
        let fail = || {
            attempts.fetch_add(1, Ordering::SeqCst);
            refused::<()>()
        };
        for expected in [1, 2, 2, 2] {
            let error = backoff.attempt(Deadline::after(LONG), fail).unwrap_err();
            assert!(matches!(&error, Error::Connect(error) if error.kind() == ErrorKind::ConnectionRefused));
            assert_eq!(attempts.load(Ordering::SeqCst), expected);
        }
        thread::sleep(FIRST);
        let ((), attempt) = backoff.attempt(Deadline::after(LONG), || Ok(())).unwrap();
        backoff.learn(attempt, &Ok(Some("answer")));
        assert!((0..2).all(|_| backoff.attempt(Deadline::after(LONG), fail).is_err()));
        assert_eq!(attempts.load(Ordering::SeqCst), 4, "forgotten after an answer");
    }

    #[test]
    fn a_server_that_closes_what_it_accepts_is_not_asked_at_each_call() {
        let backoff = Backoff::new(Duration::from_secs(60));
        for _ in 0..CLOSED + 2 {
            let ((), attempt) = backoff.attempt(Deadline::after(LONG), || Ok(())).unwrap();
            for outcome in [Ok(None), Err(Error::Timeout(Timeout::Call)), Err(Error::Closed { peer: String::new() })] {
                backoff.learn::<()>(attempt, &outcome);
            }
        }
        let refused = backoff.attempt(Deadline::after(LONG), || Ok(())).unwrap_err();
        assert!(matches!(&refused, Error::Connect(error) if error.to_string().contains("closed")), "{refused:?}");
    }

    #[test]
    fn who_has_little_time_spares_a_server_that_takes_more_and_keeps_no_other_from_it() {
        let backoff = Backoff::new(Duration::from_secs(60));
        let is_spared = || {
            let (soon, attempts) = (Deadline::after(Duration::from_millis(5)), AtomicUsize::new(0));
            let connect = || {
                attempts.fetch_add(1, Ordering::SeqCst);
                thread::sleep(soon.left());
                Err::<(), _>(Error::Timeout(Timeout::Connect))
            };
            assert!(matches!(backoff.attempt(soon, connect), Err(Error::Timeout(Timeout::Connect))));
            attempts.into_inner() == 0
        };
        assert!((0..100).any(|_| is_spared()));
        backoff.attempt(Deadline::after(LONG), || Ok(())).unwrap();
    }

    #[test]
    fn once_a_server_is_back_connections_are_made_side_by_side() {
        let backoff = Backoff::new(Duration::from_secs(60));
        backoff.attempt(Deadline::after(LONG), refused::<()>).unwrap_err();
        let (tries, all_go_on) = (AtomicUsize::new(0), Barrier::new(9));
        thread::scope(|scope| {
            for _ in 0..10 {
                scope.spawn(|| {
                    let connect = || {
                        // The others wait for the first, and then for each other.
                        if tries.fetch_add(1, Ordering::SeqCst) > 0 {
                            all_go_on.wait();
                        }
                        Ok(())
                    };
                    backoff.attempt(Deadline::after(LONG), connect).unwrap();
                });
            }
        });
    }

    #[test]
    fn who_waits_for_a_turn_gives_up_in_time() {
        let backoff = Backoff::new(Duration::from_secs(60));
        backoff.attempt(Deadline::after(LONG), refused::<()>).unwrap_err();
        backoff
            .attempt(Deadline::after(LONG), || {
                let soon = Deadline::after(Duration::from_millis(20));
                let error = backoff.attempt(soon, || Ok(())).unwrap_err();
                assert!(matches!(error, Error::Timeout(Timeout::Connection)), "{error:?}");
                Ok(())
            })
            .unwrap();
    }
}
