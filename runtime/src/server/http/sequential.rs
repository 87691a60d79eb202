//! One connection of a server that speaks HTTP/1.1, read by hyper: one request after the other.

use super::{HttpService, failed};
use crate::context::Metadata;
use crate::processor::Processor;
use crate::server::Settings;
use crate::server::connection::{Ended, Stop};
use crate::server::rewind::{Progress, Rewind};
use crate::server::ticker::Ticker;
use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

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
    let mut patience = Patience::new(settings.message_timeout, stream.progress());
    let is_answering = AtomicBool::new(false);
    let answer = service_fn(|request| {
        is_answering.store(true, Relaxed);
        let answering = service.answer(request, metadata.clone());
        async {
            let response = answering.await;
            is_answering.store(false, Relaxed);
            Ok::<_, Infallible>(response.map(|payload| Full::new(Bytes::from(payload.message))))
        }
    });
    // A client that shuts down its half of the connection still reads.
    let mut connection = pin!(http1::Builder::new().half_close(true).serve_connection(TokioIo::new(stream), answer));
    let mut is_stopping = false;
    poll_fn(|cx| {
        loop {
            if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                return Poll::Ready(ended.map_err(failed));
            }
            if is_stopping || stop.poll(cx).is_pending() {
                return patience.poll(is_answering.load(Relaxed), cx).map(Err);
            }
            is_stopping = true;
            connection.as_mut().graceful_shutdown();
        }
    })
    .await
}

/// Bounds the time from the end of a request to the head of the next one.
struct Patience {
    ticker: Ticker,
    timeout: Duration,
    progress: Progress,
    /// The tick after the client had last got something.
    since: u64,
}

impl Patience {
    fn new(timeout: Duration, progress: Progress) -> Self {
        // Twice as fine as usual, because it takes until the next tick to notice that something was going on.
        Self { ticker: Ticker::new(timeout / 2), timeout, progress, since: 0 }
    }

    /// Ready when it is over.
    fn poll(&mut self, is_answering: bool, cx: &mut Context<'_>) -> Poll<Ended> {
        loop {
            ready!(self.ticker.poll(cx));
            let now = self.ticker.now();
            if self.progress.was_made() || is_answering {
                self.since = now;
            } else if now >= self.since.saturating_add(self.ticker.span(self.timeout)) {
                return Poll::Ready(Ended::Idle);
            }
        }
    }
}
