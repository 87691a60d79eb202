//! A connection's turn among all that may have requests in flight.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::{Semaphore, SemaphorePermit};

pub(super) struct Permits<'s> {
    requests: &'s Semaphore,
    waiting: Option<Waiting<'s>>,
}

type Waiting<'s> = Pin<Box<dyn Future<Output = Option<SemaphorePermit<'s>>> + Send + 's>>;

impl<'s> Permits<'s> {
    pub(super) fn new(requests: &'s Semaphore) -> Self {
        Self { requests, waiting: None }
    }

    /// Ready with the permit for a request.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<SemaphorePermit<'s>>> {
        if self.waiting.is_none() {
            match self.requests.try_acquire() {
                Ok(permit) => return Poll::Ready(Some(permit)),
                Err(_) => self.waiting = Some(Box::pin(acquire(self.requests))),
            }
        }
        let permit = self.waiting.as_mut().map_or(Poll::Ready(None), |waiting| waiting.as_mut().poll(cx));
        if permit.is_ready() {
            self.waiting = None;
        }
        permit
    }

    /// Leaves what this connection cannot use at present to others.
    pub(super) fn leave(&mut self) {
        self.waiting = None;
    }
}

async fn acquire(requests: &Semaphore) -> Option<SemaphorePermit<'_>> {
    // The semaphore is never closed.
    requests.acquire().await.ok()
}
