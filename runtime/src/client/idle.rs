//! The sockets of a client that no call uses at present.

use super::socket::Socket;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often the sockets that wait longest are looked at, at most.
const SWEEP: Duration = Duration::from_secs(1);

pub(super) struct Idle {
    sockets: Mutex<Sockets>,
    timeout: Duration,
    /// How many are kept.
    most: usize,
}

struct Sockets {
    /// The last one was used last.
    kept: VecDeque<Kept>,
    swept: Instant,
}

struct Kept {
    socket: Socket,
    since: Instant,
}

impl Kept {
    fn is_useful(&mut self, now: Instant, timeout: Duration) -> bool {
        now.saturating_duration_since(self.since) < timeout && self.socket.is_fresh()
    }
}

impl Idle {
    pub(super) fn new(timeout: Duration, most: usize) -> Self {
        let sockets = Sockets { kept: VecDeque::new(), swept: Instant::now() };
        Self { sockets: Mutex::new(sockets), timeout, most }
    }

    /// The socket that was used last, of those that can carry a call. Those that cannot are closed.
    pub(super) fn take(&self) -> Option<Socket> {
        let now = Instant::now();
        let kept = &mut self.lock().kept;
        loop {
            let mut last = kept.pop_back()?;
            if last.is_useful(now, self.timeout) {
                return Some(last.socket);
            }
        }
    }

    /// Keeps a socket for further calls. From time to time, the ones that cannot carry a call any more are closed: those
    /// that wait longest are not taken while others do for all calls.
    pub(super) fn put(&self, socket: Socket) {
        let now = Instant::now();
        let mut sockets = self.lock();
        if now.saturating_duration_since(sockets.swept) >= SWEEP.min(self.timeout) {
            sockets.swept = now;
            sockets.kept.retain_mut(|kept| kept.is_useful(now, self.timeout));
        }
        if sockets.kept.len() >= self.most {
            sockets.kept.pop_front();
        }
        sockets.kept.push_back(Kept { socket, since: now });
    }

    fn lock(&self) -> MutexGuard<'_, Sockets> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
