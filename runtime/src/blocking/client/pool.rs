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
    /// Those that wait for one.
    waiting: usize,
}

struct Idle {
    socket: Box<Socket>,
    since: Instant,
}

impl Idle {
    fn is_useful(&mut self, now: Instant, timeout: Duration) -> bool {
        now.saturating_duration_since(self.since) < timeout && self.socket.is_fresh()
    }
}

impl Pool {
    pub(super) fn new(idle_timeout: Duration, max_connections: usize) -> Self {
        let state = State { idle: VecDeque::new(), swept: Instant::now(), calls: 0, waiting: 0 };
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
            state.waiting += 1;
            state = self.free.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            state.waiting -= 1;
        }
        state.calls += 1;
        let last = state.idle.pop_back();
        Some(Turn { pool: self, last, back: None })
    }

    /// Keeps a socket for calls to come.
    pub(super) fn put(&self, socket: Box<Socket>) {
        self.lock().keep(self, socket);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Keeps a socket for further calls. From time to time, the ones that cannot carry a call any more are closed: those
    /// that wait longest are not taken while others do for all calls.
    fn keep(&mut self, pool: &Pool, socket: Box<Socket>) {
        let now = Instant::now();
        if now.saturating_duration_since(self.swept) >= SWEEP.min(pool.idle_timeout) {
            self.swept = now;
            self.idle.retain_mut(|idle| idle.is_useful(now, pool.idle_timeout));
        }
        if self.idle.len() >= pool.max_connections {
            self.idle.pop_front();
        }
        self.idle.push_back(Idle { socket, since: now });
    }
}

/// The right to use a connection, which ends when this is dropped.
pub(super) struct Turn<'p> {
    pool: &'p Pool,
    /// What was used last when the turn came.
    last: Option<Idle>,
    back: Option<Box<Socket>>,
}

impl Turn<'_> {
    /// The socket that was used last, of those that can carry a call. Those that cannot are closed.
    pub(super) fn take(&mut self) -> Option<Box<Socket>> {
        let now = Instant::now();
        let mut last = self.last.take()?;
        while !last.is_useful(now, self.pool.idle_timeout) {
            last = self.pool.lock().idle.pop_back()?;
        }
        Some(last.socket)
    }

    /// Ends the turn, and keeps its socket for further calls.
    pub(super) fn give_back(mut self, socket: Box<Socket>) {
        self.back = Some(socket);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        state.calls -= 1;
        if let Some(socket) = self.back.take() {
            state.keep(self.pool, socket);
        }
        let is_awaited = state.waiting > 0;
        drop(state);
        // To wake nobody would take a system call, too.
        if is_awaited {
            self.pool.free.notify_one();
        }
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
