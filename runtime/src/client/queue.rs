//! Where calls wait until a connection takes them: first come, first served.

use crate::error::{Error, Timeout};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout_at;

#[derive(Debug)]
pub(super) struct Queue {
    /// One for each call that the connections take together.
    turns: Semaphore,
    waiting: AtomicUsize,
    /// How many may wait.
    most: usize,
}

impl Queue {
    pub(super) fn new(turns: usize, most: usize) -> Self {
        Self { turns: Semaphore::new(turns.clamp(1, Semaphore::MAX_PERMITS)), waiting: AtomicUsize::new(0), most }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`Error::QueueFull`], and [`Timeout::Connection`] at the deadline.
    pub(super) async fn turn(&self, deadline: Instant) -> Result<SemaphorePermit<'_>, Error> {
        // The semaphore gives what is free to those who wait before anybody can try.
        if let Ok(turn) = self.turns.try_acquire() {
            return Ok(turn);
        }
        let _waiting = Waiting::enter(self)?;
        // In a box, as few calls wait, and each has to be moved.
        match Box::pin(timeout_at(deadline.into(), self.turns.acquire())).await {
            Ok(Ok(turn)) => Ok(turn),
            // It is never closed.
            Ok(Err(_)) | Err(_) => Err(Error::Timeout(Timeout::Connection)),
        }
    }
}

/// Counts one who waits.
struct Waiting<'q>(&'q Queue);

impl<'q> Waiting<'q> {
    fn enter(queue: &'q Queue) -> Result<Self, Error> {
        let before = queue.waiting.fetch_add(1, Ordering::Relaxed);
        let entered = Self(queue);
        if before >= queue.most { Err(Error::QueueFull { waiting: queue.most }) } else { Ok(entered) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
