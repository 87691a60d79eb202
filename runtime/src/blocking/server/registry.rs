//! The connections of a blocking server: how many there are, and how they are told to end.

use crate::blocking::stream::{Deadline, Stream};
use std::collections::HashMap;
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Debug, Default)]
pub(super) struct Registry {
    connections: Mutex<Connections>,
    /// A connection has ended, or all shall.
    changed: Condvar,
    stopping: AtomicBool,
}

#[derive(Debug, Default)]
struct Connections {
    open: HashMap<u64, Arc<Open>>,
    /// The key of the next one.
    next: u64,
}

#[derive(Debug)]
struct Open {
    stream: Arc<Stream>,
    /// It waits for a message to begin.
    is_idle: AtomicBool,
}

/// A connection's place among all. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    key: u64,
    open: Arc<Open>,
    registry: Arc<Registry>,
}

impl Registry {
    /// Waits until there are fewer connections than `most`. False: the server stops.
    pub(super) fn wait_for_room(&self, most: usize) -> bool {
        let full = |connections: &mut Connections| connections.open.len() >= most && !self.is_stopping();
        drop(self.changed.wait_while(self.lock(), full));
        !self.is_stopping()
    }

    pub(super) fn enter(self: &Arc<Self>, stream: Stream) -> Entry {
        let open = Arc::new(Open { stream: Arc::new(stream), is_idle: AtomicBool::new(false) });
        let mut connections = self.lock();
        let key = connections.next;
        connections.next += 1;
        connections.open.insert(key, Arc::clone(&open));
        Entry { key, open, registry: Arc::clone(self) }
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Has no connection begin anything, and the idle ones end.
    pub(super) fn stop(&self) {
        // Under the lock, so that who waits has either not looked yet or is woken.
        let connections = self.lock();
        self.stopping.store(true, Ordering::SeqCst);
        self.changed.notify_all();
        let idle = connections.open.values().filter(|open| open.is_idle.load(Ordering::SeqCst));
        idle.for_each(|open| open.stream.shutdown(Shutdown::Read));
    }

    /// Waits until there are no more connections, and then closes those that there are. Returns how many.
    pub(super) fn drain(&self, timeout: Duration) -> usize {
        let deadline = Deadline::after(timeout);
        let some = |connections: &mut Connections| !connections.open.is_empty();
        let waited = self.changed.wait_timeout_while(self.lock(), deadline.left(), some);
        let (connections, _) = waited.unwrap_or_else(PoisonError::into_inner);
        connections.open.values().for_each(|open| open.stream.shutdown(Shutdown::Both));
        connections.open.len()
    }

    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    pub(super) fn stream(&self) -> &Arc<Stream> {
        &self.open.stream
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.registry.is_stopping()
    }

    /// Says whether the connection waits for a message to begin: then a server that stops ends it, and none that began before.
    pub(super) fn set_idle(&self, is_idle: bool) {
        self.open.is_idle.store(is_idle, Ordering::SeqCst);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.registry.lock().open.remove(&self.key);
        self.registry.changed.notify_all();
    }
}
