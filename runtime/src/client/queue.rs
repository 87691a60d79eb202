//! Where calls wait until a connection takes them: first come, first served.

use crate::error::{Error, Timeout};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokio::sync::Semaphore;
use tokio::time::timeout_at;

/// There is one turn for each call that the connections take together. Those that are free lie ready while nobody waits, where
/// taking one costs little, and go to the semaphore, which keeps the order, while somebody does.
#[derive(Debug)]
pub(super) struct Queue {
    turns: usize,
    ready: AtomicUsize,
    awaited: Semaphore,
    waiting: AtomicUsize,
    /// How many may wait.
    most: usize,
}

/// The turn of one call, from which it goes to the next.
#[derive(Debug)]
pub(super) struct Turn<'q>(&'q Queue);

impl Queue {
    pub(super) fn new(turns: usize, most: usize) -> Self {
        let turns = turns.clamp(1, Semaphore::MAX_PERMITS);
        Self { turns, ready: AtomicUsize::new(turns), awaited: Semaphore::new(0), waiting: AtomicUsize::new(0), most }
    }

    /// A turn, if one is free and nobody waits.
    pub(super) fn turn_at_once(&self) -> Option<Turn<'_>> {
        if self.waiting.load(Ordering::SeqCst) > 0 { None } else { self.take_ready().or_else(|| self.take_left()) }
    }

    /// How many turns are taken.
    pub(super) fn taken(&self) -> usize {
        let free = self.ready.load(Ordering::SeqCst) + self.awaited.available_permits();
        self.turns.saturating_sub(free)
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`Error::QueueFull`], and [`Timeout::Connection`] at the deadline.
    pub(super) async fn turn(&self, deadline: Instant) -> Result<Turn<'_>, Error> {
        if let Some(turn) = self.turn_at_once() {
            return Ok(turn);
        }
        let waiting = Waiting::enter(self);
        // Who gave a turn back before it could know of this one has left it there.
        self.offer();
        if let Some(turn) = self.take_left() {
            return Ok(turn);
        }
        waiting.check()?;
        match timeout_at(deadline.into(), self.awaited.acquire()).await {
            Ok(Ok(turn)) => {
                turn.forget();
                Ok(Turn(self))
            }
            // It is never closed.
            Ok(Err(_)) | Err(_) => Err(Error::Timeout(Timeout::Connection)),
        }
    }

    fn take_ready(&self) -> Option<Turn<'_>> {
        let taken = self.ready.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |ready| ready.checked_sub(1));
        taken.is_ok().then(|| Turn(self))
    }

    /// What the semaphore has and nobody waits for: those who wait get it before anybody can try.
    fn take_left(&self) -> Option<Turn<'_>> {
        self.awaited.try_acquire().ok().map(|turn| {
            turn.forget();
            Turn(self)
        })
    }

    /// Gives what lies ready to those who wait.
    fn offer(&self) {
        self.awaited.add_permits(self.ready.swap(0, Ordering::SeqCst));
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.ready.fetch_add(1, Ordering::SeqCst);
        if self.0.waiting.load(Ordering::SeqCst) > 0 {
            self.0.offer();
        }
    }
}

/// Counts one who waits.
struct Waiting<'q> {
    queue: &'q Queue,
    /// How many did before.
    before: usize,
}

impl<'q> Waiting<'q> {
    fn enter(queue: &'q Queue) -> Self {
        Self { queue, before: queue.waiting.fetch_add(1, Ordering::SeqCst) }
    }

    /// Whether so many may wait.
    fn check(&self) -> Result<(), Error> {
        let most = self.queue.most;
        if self.before >= most { Err(Error::QueueFull { waiting: most }) } else { Ok(()) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.queue.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::time::timeout;

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[tokio::test]
    async fn turns_go_round_and_none_is_lost() {
        let queue = Queue::new(2, 1);
        for _ in 0..3 {
            let turns = (queue.turn_at_once().unwrap(), queue.turn(later()).await.unwrap());
            assert!(queue.turn_at_once().is_none());
            let early = queue.turn(Instant::now()).await.unwrap_err();
            assert!(matches!(early, Error::Timeout(Timeout::Connection)));
            // Given up while it waits, and when the turn is already its own.
            let mut given_up = Box::pin(queue.turn(later()));
            assert!(timeout(Duration::from_millis(1), &mut given_up).await.is_err());
            assert!(matches!(queue.turn(later()).await, Err(Error::QueueFull { waiting: 1 })));
            drop(turns);
            drop(given_up);
        }
        assert_eq!(queue.ready.into_inner() + queue.awaited.available_permits(), 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn nobody_waits_for_ever() {
        let queue = Arc::new(Queue::new(3, 100));
        let calls: Vec<_> = (0..20)
            .map(|_| {
                let queue = Arc::clone(&queue);
                tokio::spawn(async move {
                    for round in 0..1000 {
                        let turn = queue.turn(later()).await.unwrap();
                        if round % 7 == 0 {
                            tokio::task::yield_now().await;
                        }
                        drop(turn);
                    }
                })
            })
            .collect();
        for call in calls {
            timeout(Duration::from_secs(50), call).await.expect("a turn was lost").unwrap();
        }
        let queue = Arc::into_inner(queue).unwrap();
        assert_eq!(queue.ready.into_inner() + queue.awaited.available_permits(), 3);
    }
}
