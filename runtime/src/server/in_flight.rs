//! The requests of one connection whose handlers still run, and the replies whose turn has not come.

use crate::error::Error;
use crate::log::log;
use crate::reply::{Reply, ReplyFuture};
use futures_util::stream::{FuturesUnordered, Stream, StreamExt};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// `T` is what is known of a request and needed for its reply, and `G` what it holds while it is in flight.
pub(super) struct InFlight<'h, T, G> {
    running: FuturesUnordered<Running<'h, T, G>>,
    /// Those for which nothing will be sent take no turn.
    oneways: FuturesUnordered<Running<'h, (), G>>,
    /// In order, the replies to come; the first is that to the oldest request. `None`: its handler still runs.
    turns: VecDeque<Option<Done<T>>>,
    /// The number of the first turn.
    first: u64,
    in_order: bool,
    /// The bytes of the replies that wait for their turn.
    held: usize,
}

/// A request and its reply.
type Done<T> = (T, Result<Reply, Error>);

struct Running<'h, T, G> {
    number: u64,
    request: Option<T>,
    reply: ReplyFuture<'h>,
    _permit: Option<G>,
}

/// Nothing in here is pinned but the reply, which can be moved.
impl<T, G> Unpin for Running<'_, T, G> {}

impl<T, G> Future for Running<'_, T, G> {
    type Output = (u64, Option<T>, Result<Reply, Error>);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let reply = ready!(Pin::new(&mut self.reply).poll(cx));
        Poll::Ready((self.number, self.request.take(), reply))
    }
}

impl<'h, T, G> InFlight<'h, T, G> {
    pub(super) fn new(in_order: bool) -> Self {
        Self {
            running: FuturesUnordered::new(),
            oneways: FuturesUnordered::new(),
            turns: VecDeque::new(),
            first: 0,
            in_order,
            held: 0,
        }
    }

    /// How many requests there are whose replies did not leave.
    pub(super) fn len(&self) -> usize {
        self.oneways.len() + if self.in_order { self.turns.len() } else { self.running.len() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes replies take that wait for their turn.
    pub(super) fn held_bytes(&self) -> usize {
        self.held
    }

    /// A handler that has begun to wait.
    pub(super) fn push(&mut self, request: T, reply: ReplyFuture<'h>, permit: Option<G>) {
        if reply.is_oneway() {
            return self.oneways.push(Running { number: 0, request: Some(()), reply, _permit: permit });
        }
        let number = self.first.wrapping_add(self.turns.len() as u64);
        if self.in_order {
            self.turns.push_back(None);
        }
        self.running.push(Running { number, request: Some(request), reply, _permit: permit });
    }

    /// Whether a reply that is there may leave before those that are not.
    pub(super) fn has_no_turns(&self) -> bool {
        self.turns.is_empty()
    }

    /// A reply that is there, and has to wait for those before it.
    pub(super) fn push_ready(&mut self, request: T, reply: Result<Reply, Error>) {
        self.held += size(&reply);
        self.turns.push_back(Some((request, reply)));
    }

    /// Forgets the requests that wait for a reply; the others go on.
    pub(super) fn forget_replies(&mut self) {
        (self.running, self.held) = (FuturesUnordered::new(), 0);
        self.turns.clear();
    }

    /// Waits for the requests without replies.
    pub(super) async fn finish_oneways(&mut self) {
        while let Some((_, _, reply)) = self.oneways.next().await {
            note(reply);
        }
    }

    /// The next reply that may leave. Pending, too, when there are no requests.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Done<T>> {
        // To ask those that are empty would take a few atomic operations, each time.
        while !self.oneways.is_empty()
            && let Poll::Ready(Some((_, _, reply))) = Pin::new(&mut self.oneways).poll_next(cx)
        {
            note(reply);
        }
        loop {
            if let Some(Some(_)) = self.turns.front()
                && let Some(Some((request, reply))) = self.turns.pop_front()
            {
                self.first = self.first.wrapping_add(1);
                self.held -= size(&reply);
                return Poll::Ready((request, reply));
            }
            if self.running.is_empty() {
                return Poll::Pending;
            }
            let Poll::Ready(Some(done)) = Pin::new(&mut self.running).poll_next(cx) else { return Poll::Pending };
            let (number, Some(request), reply) = done else { continue };
            if !self.in_order {
                return Poll::Ready((request, reply));
            }
            let index = usize::try_from(number.wrapping_sub(self.first)).unwrap_or(usize::MAX);
            if let Some(turn) = self.turns.get_mut(index) {
                self.held += size(&reply);
                *turn = Some((request, reply));
            }
        }
    }
}

/// Nobody else will hear of it.
fn note(reply: Result<Reply, Error>) {
    if let Err(error) = reply {
        log!(WARN, "a oneway request failed: {error}");
    }
}

fn size(reply: &Result<Reply, Error>) -> usize {
    reply.as_ref().map_or(0, Reply::message_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use std::future::poll_fn;
    use tokio::sync::oneshot;

    fn waiting() -> (oneshot::Sender<&'static str>, ReplyFuture<'static>) {
        let (sender, receiver) = oneshot::channel();
        (sender, ReplyFuture::new(async move { Ok(Reply::new(Bytes::from(receiver.await.unwrap()))) }))
    }

    async fn next(in_flight: &mut InFlight<'_, u32, ()>) -> (u32, Bytes) {
        let (request, reply) = poll_fn(|cx| in_flight.poll_next(cx)).await;
        (request, reply.unwrap().into_message().unwrap())
    }

    async fn run(in_order: bool) -> Vec<u32> {
        let mut in_flight = InFlight::<_, ()>::new(in_order);
        let (first, reply) = waiting();
        in_flight.push(1, reply, None);
        let (second, reply) = waiting();
        in_flight.push(2, reply, None);
        let mut order = Vec::new();
        if in_flight.has_no_turns() {
            order.push(3);
        } else {
            in_flight.push_ready(3, Ok(Reply::new(Bytes::from_static(b"three"))));
        }
        assert_eq!((in_flight.len(), in_flight.held_bytes()), if in_order { (3, 5) } else { (2, 0) });
        second.send("two").unwrap();
        if !in_order {
            order.push(next(&mut in_flight).await.0);
        }
        let pending = poll_fn(|cx| Poll::Ready(in_flight.poll_next(cx).is_pending())).await;
        assert!(pending, "the first is not there");
        first.send("one").unwrap();
        while !in_flight.is_empty() {
            let (request, reply) = next(&mut in_flight).await;
            assert_eq!(reply, ["", "one", "two", "three"][request as usize]);
            order.push(request);
        }
        assert_eq!(in_flight.held_bytes(), 0);
        order
    }

    #[tokio::test]
    async fn a_oneway_request_holds_up_nobody_but_counts() {
        let mut in_flight = InFlight::<_, ()>::new(true);
        in_flight.push(1, ReplyFuture::new(std::future::pending()).oneway(), None);
        assert!(in_flight.has_no_turns(), "another may leave");
        assert_eq!(in_flight.len(), 1);
        in_flight.forget_replies();
        assert_eq!(in_flight.len(), 1, "it goes on");
    }

    #[tokio::test]
    async fn replies_leave_in_order_or_as_they_come() {
        assert_eq!(run(true).await, [1, 2, 3]);
        assert_eq!(run(false).await, [3, 2, 1]);
    }
}
