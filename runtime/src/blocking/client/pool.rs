//! The connections of a blocking client: how many calls may use one at a time, and those that no call uses at present.

use super::socket::Socket;
use crate::blocking::stream::Deadline;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often the sockets that wait longest are looked at, at most.
const SWEEP: Duration = Duration::from_secs(1);

pub(super) struct Pool {
    state: Mutex<State>,
    /// A turn is over.
    free: Condvar,
    idle_timeout: Duration,
    max_connections: usize,
}

struct State {
    /// The last one was used last.
    idle: VecDeque<Idle>,
    swept: Instant,
    /// The calls that have a turn.
    calls: usize,
}

struct Idle {
    socket: Socket,
    since: Instant,
}

impl Idle {
    fn is_useful(&mut self, now: Instant, timeout: Duration) -> bool {
        now.saturating_duration_since(self.since) < timeout && self.socket.is_fresh()
    }
}

/// The right to use a connection.
pub(super) struct Turn<'p>(&'p Pool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().calls -= 1;
        self.0.free.notify_one();
    }
}

impl Pool {
    pub(super) fn new(idle_timeout: Duration, max_connections: usize) -> Self {
        let state = State { idle: VecDeque::new(), swept: Instant::now(), calls: 0 };
        Self { state: Mutex::new(state), free: Condvar::new(), idle_timeout, max_connections }
    }

    /// Waits for a turn. `None`: it did not come in time.
    pub(super) fn turn(&self, deadline: Deadline) -> Option<Turn<'_>> {
        let mut state = self.lock();
        while state.calls >= self.max_connections {
            let left = deadline.left();
            if left.is_zero() {
                return None;
            }
            state = self.free.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.calls += 1;
        Some(Turn(self))
    }

    /// The socket that was used last, of those that can carry a call. Those that cannot are closed.
    pub(super) fn take(&self) -> Option<Socket> {
        let now = Instant::now();
        loop {
            let mut last = self.lock().idle.pop_back()?;
            if last.is_useful(now, self.idle_timeout) {
                return Some(last.socket);
            }
        }
    }

    /// Keeps a socket for further calls. From time to time, the ones that cannot carry a call any more are closed: those
    /// that wait longest are not taken while others do for all calls.
    pub(super) fn put(&self, socket: Socket) {
        let now = Instant::now();
        let mut state = self.lock();
        if now.saturating_duration_since(state.swept) >= SWEEP.min(self.idle_timeout) {
            state.swept = now;
            state.idle.retain_mut(|idle| idle.is_useful(now, self.idle_timeout));
        }
        if state.idle.len() >= self.max_connections {
            state.idle.pop_front();
        }
        state.idle.push_back(Idle { socket, since: now });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_that_does_not_come_is_given_up() {
        let pool = Pool::new(Duration::MAX, 1);
        let turn = pool.turn(Deadline::after(Duration::ZERO));
        assert!(turn.is_some(), "a free one needs no time");
        assert!(pool.turn(Deadline::after(Duration::from_millis(20))).is_none());
        drop(turn);
        assert!(pool.turn(Deadline::after(Duration::ZERO)).is_some());
    }
}
