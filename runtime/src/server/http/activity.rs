//! What goes on on an HTTP/2 connection: requests that are being answered, and replies that the client takes, or does not.

use super::FOR_EVER;
use super::outcome::{Payload, Permit};
use crate::server::Settings;
use crate::server::connection::Ended;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::time::{Instant, sleep_until};

/// So much of a reply is given to hyper at a time, which asks for more when the client has room. What it has got, it
/// keeps until it is sent.
const PIECE: usize = 16 * 1024;

#[derive(Clone)]
pub(super) struct Activity(Arc<Mutex<State>>);

struct State {
    /// When the client last took a piece of the reply; `None` while there is no reply.
    exchanges: BTreeMap<u64, Option<Instant>>,
    next: u64,
    /// When the last of them was over.
    since: Instant,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State { exchanges: BTreeMap::new(), next: 0, since: Instant::now() })))
    }

    /// A request begins. It is over, with its reply, when what is returned is dropped.
    pub(super) fn begin(&self) -> Exchange {
        let mut state = self.state();
        let id = state.next;
        state.next += 1;
        state.exchanges.insert(id, None);
        Exchange { activity: self.clone(), id }
    }

    /// Returns when there has been no request for as long as a client may be idle, or when it has taken nothing of a reply
    /// for too long.
    pub(super) async fn ceased(&self, settings: &Settings) -> Ended {
        let (idle, write) = (settings.idle_timeout.min(FOR_EVER), settings.write_timeout.min(FOR_EVER));
        loop {
            let now = Instant::now();
            // A reply that begins from now on is late no sooner.
            let mut look = now + write;
            {
                let state = self.state();
                if let Some(&taken) = state.exchanges.values().flatten().min() {
                    if taken + write <= now {
                        return Ended::Stuck;
                    }
                    look = look.min(taken + write);
                }
                if state.exchanges.is_empty() {
                    if state.since + idle <= now {
                        return Ended::Idle;
                    }
                    look = look.min(state.since + idle);
                }
            }
            sleep_until(look).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request and its reply.
pub(super) struct Exchange {
    activity: Activity,
    id: u64,
}

impl Exchange {
    /// The reply, which is watched on its way.
    pub(super) fn reply(self, payload: Payload) -> Reply {
        self.proceeds();
        let Payload { message, _permit } = payload;
        Reply { rest: message.into(), exchange: self, _permit }
    }

    fn proceeds(&self) {
        self.activity.state().exchanges.insert(self.id, Some(Instant::now()));
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let mut state = self.activity.state();
        state.exchanges.remove(&self.id);
        state.since = Instant::now();
    }
}

/// The body of a response.
pub(super) struct Reply {
    rest: Bytes,
    exchange: Exchange,
    /// A reply in memory is a request in flight.
    _permit: Permit,
}

impl Body for Reply {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        self.exchange.proceeds();
        let length = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieces::Message;
    use std::time::Duration;
    use tokio::time::timeout;

    const SHORT: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn requests_that_run_and_replies_that_are_taken_are_activity() {
        let settings = Settings { idle_timeout: SHORT, write_timeout: 4 * SHORT, ..Settings::default() };
        let activity = Activity::new();
        let start = Instant::now();
        let exchange = activity.begin();
        assert!(timeout(4 * SHORT, activity.ceased(&settings)).await.is_err(), "a handler takes its time");
        drop(exchange);
        let ended = timeout(Duration::from_secs(20), activity.ceased(&settings)).await.unwrap();
        assert!(matches!(ended, Ended::Idle) && start.elapsed() >= 5 * SHORT);

        // Which it begins to wait for before there is a reply.
        let settings = Settings { idle_timeout: Duration::from_secs(1000), ..settings };
        let waiting = activity.clone();
        let waiting = tokio::spawn(async move { waiting.ceased(&settings).await });
        tokio::task::yield_now().await;
        let mut reply = activity.begin().reply(Payload { message: Message::Own(vec![0; 3 * PIECE]), _permit: None });
        for _ in 0..2 {
            tokio::time::sleep(SHORT).await;
            assert!(!waiting.is_finished());
            let piece = Pin::new(&mut reply).poll_frame(&mut Context::from_waker(std::task::Waker::noop()));
            assert!(matches!(piece, Poll::Ready(Some(Ok(piece))) if piece.data_ref().unwrap().len() == PIECE));
        }
        let taken = Instant::now();
        let ended = timeout(Duration::from_secs(20), waiting).await.unwrap().unwrap();
        assert!(matches!(ended, Ended::Stuck) && taken.elapsed() >= SHORT);
    }
}
