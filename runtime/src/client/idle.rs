//! The sockets of a client that no call uses at present.

use super::socket::{Socket, runtime};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::sleep;

/// How often all sockets are looked at, at least.
const SWEEP: Duration = Duration::from_secs(1);

pub(super) struct Idle {
    sockets: Arc<Mutex<Sockets>>,
    timeout: Duration,
    /// How many are kept.
    most: usize,
}

#[derive(Default)]
struct Sockets {
    /// The last one was used last.
    kept: VecDeque<Kept>,
    /// The task that looks at them, as long as there are some.
    sweeper: Option<AbortHandle>,
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
        Self { sockets: Arc::default(), timeout, most }
    }

    /// The socket that was used last, of those that can carry a call in this runtime. Those that cannot in any are closed.
    pub(super) fn take(&self, now: Instant) -> Option<Socket> {
        let runtime = runtime();
        let kept = &mut lock(&self.sockets).kept;
        loop {
            let mut last = match kept.pop_back()? {
                last if last.socket.runtime() == runtime => last,
                other => {
                    kept.push_back(other);
                    let at = kept.iter().rposition(|kept| kept.socket.runtime() == runtime)?;
                    kept.remove(at)?
                }
            };
            if last.is_useful(now, self.timeout) {
                return Some(last.socket);
            }
        }
    }

    /// Closes those that were not used for longest while, beside those that are in use, there are too many for one more: those
    /// of another runtime, as calls of this one take its own.
    pub(super) fn make_room(&self, in_use: usize) {
        let kept = &mut lock(&self.sockets).kept;
        while !kept.is_empty() && kept.len() + in_use > self.most {
            kept.pop_front();
        }
    }

    /// Keeps a socket for further calls, until it cannot carry any more.
    pub(super) fn put(&self, socket: Socket) {
        let mut sockets = lock(&self.sockets);
        if sockets.kept.len() >= self.most {
            sockets.kept.pop_front();
        }
        sockets.kept.push_back(Kept { socket, since: Instant::now() });
        // Its runtime may have ended, and the sweeper with it.
        if sockets.sweeper.as_ref().is_none_or(AbortHandle::is_finished)
            && let Ok(runtime) = Handle::try_current()
        {
            sockets.sweeper = Some(runtime.spawn(sweep(Arc::clone(&self.sockets), self.timeout)).abort_handle());
        }
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        if let Some(sweeper) = lock(&self.sockets).sweeper.take() {
            sweeper.abort();
        }
    }
}

/// Closes sockets that cannot carry a call any more, until there are none: calls look only at those that they take. Those that
/// no call has used since the last time let go of their memory.
async fn sweep(sockets: Arc<Mutex<Sockets>>, timeout: Duration) {
    let period = SWEEP.min(timeout).max(Duration::from_millis(1));
    loop {
        sleep(period).await;
        let now = Instant::now();
        let mut sockets = lock(&sockets);
        sockets.kept.retain_mut(|kept| kept.is_useful(now, timeout));
        for kept in sockets.kept.iter_mut().filter(|kept| now.saturating_duration_since(kept.since) >= period) {
            kept.socket.release();
        }
        if sockets.kept.is_empty() {
            sockets.sweeper = None;
            return;
        }
    }
}

fn lock(sockets: &Mutex<Sockets>) -> MutexGuard<'_, Sockets> {
    sockets.lock().unwrap_or_else(PoisonError::into_inner)
}
