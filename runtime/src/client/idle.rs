//! The sockets of a client that no call uses at present.

use super::socket::Socket;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Handle, Id};

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
    /// Where it is waited for. Elsewhere a call on it could hang, or fail when that runtime is gone.
    runtime: Option<Id>,
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

    /// The socket that was used last, of those that can carry a call in this runtime. Those that cannot in any are closed.
    pub(super) fn take(&self) -> Option<Socket> {
        let (now, runtime) = (Instant::now(), runtime());
        let kept = &mut self.lock().kept;
        loop {
            let at = kept.iter().rposition(|kept| kept.runtime == runtime)?;
            let mut last = kept.remove(at)?;
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
        sockets.kept.push_back(Kept { socket, since: now, runtime: runtime() });
    }

    fn lock(&self) -> MutexGuard<'_, Sockets> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn runtime() -> Option<Id> {
    Handle::try_current().ok().map(|handle| handle.id())
}
