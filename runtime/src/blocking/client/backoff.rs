//! Spaces out the attempts to connect to a server that cannot be reached.

use crate::blocking::stream::Deadline;
use crate::error::{Error, Timeout};
use crate::failures::Failures;
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

    /// Connects, or fails as the last attempt did if that is not long ago.
    ///
    /// # Errors
    /// What `connect` says, now or before, and [`Error::Timeout`] when others tried for so long.
    pub(super) fn attempt<T>(
        &self,
        deadline: Deadline,
        connect: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut state = self.lock();
        while state.failures.are_some() && state.has_turn {
            let left = deadline.left();
            if left.is_zero() {
                return Err(Error::Timeout(Timeout::Connection));
            }
            state = self.free.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let before = state.failures.check()?;
        let turn = state.failures.are_some().then(|| Turn::new(self, &mut state));
        drop(state);
        let connected = connect();
        let mut state = self.lock();
        match &connected {
            Ok(_) => state.failures = Failures::default(),
            // Who has no time left says nothing of the server.
            Err(_) if deadline.left().is_zero() => {}
            Err(error) => state.failures.add(before, error, self.longest),
        }
        drop(state);
        drop(turn);
        connected
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
    use crate::failures::FIRST;
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
        backoff.attempt(Deadline::after(LONG), || Ok(())).unwrap();
        assert!((0..2).all(|_| backoff.attempt(Deadline::after(LONG), fail).is_err()));
        assert_eq!(attempts.load(Ordering::SeqCst), 4, "forgotten after a success");
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
