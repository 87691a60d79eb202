//! One connection of a server that speaks HTTP/1.1: one request after the other, though they may come at once.

use super::gathered::Gathered;
use super::outcome::{NOTHING, Outcome, outcome, respond};
use super::service::Whole;
use super::written::Written;
use super::{HttpService, failed};
use crate::context::Metadata;
use crate::processor::Processor;
use crate::reply::ReplyFuture;
use crate::server::Settings;
use crate::server::connection::{Ended, Stop};
use crate::server::in_flight::InFlight;
use crate::server::rewind::Rewind;
use crate::server::ticker::Ticker;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::OwnedSemaphorePermit;

/// Hyper pauses after 16 requests. So often it goes on before what was gathered is sent, and others have their turn.
const ROUNDS: usize = 8;

pub(super) async fn serve<S, P>(
    stream: Rewind<S>,
    metadata: Metadata,
    service: &HttpService<P>,
    settings: &Settings,
    mut stop: Stop,
) -> Result<(), Ended>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    P: Processor,
{
    let (socket, exchange) = (Gathered::new(stream), Exchange::default());
    let oneways = Oneways { running: Mutex::new(InFlight::new(true)), most: settings.requests_per_connection };
    let answering = service_fn(|request| {
        exchange.begin();
        let receiving = service.receive(request, metadata.clone());
        async {
            let response = match receiving.await {
                Ok(mut whole) => respond(answer(service, &mut whole, &oneways).await, whole.permit),
                Err(response) => response,
            };
            exchange.end();
            Ok::<_, Infallible>(response.map(|payload| Written(Some(payload.message))))
        }
    });
    // A client that shuts down its half of the connection still reads; and what one asked for is done to the end.
    let connection = http1::Builder::new().half_close(true).serve_connection(TokioIo::new(&socket), answering);
    let mut connection = pin!(connection);
    let mut is_stopping = false;
    let mut patience = Patience::new(settings.message_timeout);
    let served = poll_fn(|cx| {
        loop {
            for _ in 0..ROUNDS {
                if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                    return Poll::Ready(ended.map_err(failed));
                }
                if exchange.is_running() || socket.is_drained() {
                    break;
                }
            }
            if let Poll::Ready(makes_room) = socket.poll_send(cx).map_err(sending_failed)?
                && makes_room
            {
                continue;
            }
            let _ = oneways.go_on(cx);
            if is_stopping || stop.poll(cx).is_pending() {
                return patience.poll(&exchange, &socket, cx).map(Err);
            }
            is_stopping = true;
            connection.as_mut().graceful_shutdown();
        }
    });
    let ended = served.await;
    // Hyper may have given up with something to say; and what oneway requests asked for is done to the end, also when their
    // client has left.
    let mut is_sent = false;
    poll_fn(|cx| {
        is_sent = is_sent || socket.poll_send(cx).is_ready();
        if oneways.go_on(cx).is_ready() && is_sent { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    ended
}

fn sending_failed(error: io::Error) -> Ended {
    if error.kind() == io::ErrorKind::TimedOut { Ended::Stuck } else { Ended::Io(error) }
}

/// Polls the handler in place. One of a oneway request that waits goes on beside the next requests.
async fn answer<'s, P: Processor>(service: &'s HttpService<P>, whole: &mut Whole, oneways: &Oneways<'s>) -> Outcome {
    let mut reply = match service.begin(whole) {
        Ok(reply) => reply,
        Err(refusal) => return Err(refusal),
    };
    match poll_fn(|cx| Poll::Ready(Pin::new(&mut reply).poll(cx))).await {
        Poll::Ready(reply) => outcome(reply),
        Poll::Pending if oneways.have_room_for(&reply) => {
            lock(&oneways.running).push((), reply, whole.permit.take());
            Ok(NOTHING)
        }
        Poll::Pending => outcome(reply.await),
    }
}

/// Nobody else is at it: one task drives hyper, which calls the service.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The handlers of oneway requests whose client was answered.
struct Oneways<'s> {
    running: Mutex<InFlight<'s, (), OwnedSemaphorePermit>>,
    /// So many at a time: who asks without end is made to wait.
    most: usize,
}

impl Oneways<'_> {
    fn have_room_for(&self, reply: &ReplyFuture<'_>) -> bool {
        reply.is_oneway() && lock(&self.running).len() < self.most
    }

    /// Ready when all are done.
    fn go_on(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut running = lock(&self.running);
        if !running.is_empty() {
            let _ = running.poll_next(cx);
        }
        if running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// What the service tells who drives the connection: whether there is a request.
#[derive(Default)]
struct Exchange {
    is_running: AtomicBool,
    /// There was one since somebody asked.
    was_running: AtomicBool,
}

impl Exchange {
    fn begin(&self) {
        self.is_running.store(true, Relaxed);
    }

    fn end(&self) {
        self.is_running.store(false, Relaxed);
        self.was_running.store(true, Relaxed);
    }

    fn is_running(&self) -> bool {
        self.is_running.load(Relaxed)
    }

    fn was_running(&self) -> bool {
        self.was_running.swap(false, Relaxed) || self.is_running()
    }
}

/// Bounds the time from the end of a request to the head of the next one.
struct Patience {
    ticker: Ticker,
    /// The tick after the client had last got something.
    since: u64,
    timeout: Duration,
}

impl Patience {
    fn new(timeout: Duration) -> Self {
        // Twice as fine as usual, because it takes until the next tick to notice that something was going on.
        Self { ticker: Ticker::new(timeout / 2), since: 0, timeout }
    }

    /// Ready when it is over.
    fn poll<S>(&mut self, exchange: &Exchange, socket: &Gathered<S>, cx: &mut Context<'_>) -> Poll<Ended>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        loop {
            ready!(self.ticker.poll(cx));
            let now = self.ticker.now();
            if exchange.was_running() || !socket.release() {
                self.since = now;
            } else if now >= self.since.saturating_add(self.ticker.span(self.timeout)) {
                return Poll::Ready(Ended::Idle);
            }
        }
    }
}
