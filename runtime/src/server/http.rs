//! One connection of a server that speaks HTTP: hyper reads its requests, and the [`HttpService`] answers them.

mod background;
mod service;

pub use service::HttpService;

#[cfg(feature = "http2")]
mod activity;
#[cfg(feature = "http2")]
mod multiplexed;

use super::connection::{Ended, Stop};
use super::rewind::Rewind;
use super::{Settings, Shared};
use crate::context::Metadata;
use crate::processor::Processor;
use crate::transport::detect::Detected;
use background::Background;
use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// The longest timeout that is given to hyper, which adds it to the present time and panics where that overflows.
const FOR_EVER: Duration = Duration::from_secs(1 << 30);

/// Serves the connection, of which `prefix` was read already, in the version that was detected.
pub(super) async fn serve<S, P>(
    version: Detected,
    stream: S,
    prefix: Bytes,
    metadata: Metadata,
    processor: &Arc<P>,
    shared: &Shared,
    stop: Stop,
) -> Result<(), Ended>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    P: Processor,
{
    let settings = &shared.settings;
    let stream = Rewind::new(prefix, stream, settings.write_timeout);
    let background = Background::new(settings.requests_per_connection);
    let service = HttpService::of_server(processor, shared, &background);
    let ended = match version {
        #[cfg(feature = "http2")]
        Detected::Http2 => multiplexed::serve(stream, metadata, service, settings, stop).await,
        _ => serve_http1(stream, metadata, &service, settings, stop).await,
    };
    // What oneway requests asked for is done to the end, also when their client has left.
    background.finish().await;
    ended
}

async fn serve_http1<S, P>(
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
    let answer = service_fn(|request| {
        let metadata = metadata.clone();
        async move { Ok::<_, Infallible>(service.answer(request, metadata).await.map(|payload| Full::new(payload.message))) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(settings.message_timeout.min(FOR_EVER))
            // A client that shuts down its half of the connection still reads; and what one asked for is done to the end.
            .half_close(true)
            .serve_connection(TokioIo::new(stream), answer)
    );
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.wait() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    ended.map_err(Ended::Http)
}
