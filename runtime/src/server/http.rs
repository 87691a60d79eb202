//! One connection of a server that speaks HTTP. Plain requests over HTTP/1.1 are read here; from the first other one on, and
//! over HTTP/2, hyper reads, and the [`HttpService`] answers.

mod background;
mod outcome;
mod plain;
mod rules;
mod sequential;
mod service;

pub use service::HttpService;

#[cfg(feature = "http2")]
mod activity;
#[cfg(feature = "http2")]
mod multiplexed;

use super::connection::{Client, Ended, Stop};
use super::rewind::Rewind;
use super::{Settings, Shared};
use crate::context::Metadata;
use crate::processor::Processor;
use crate::transport::compressed::Compressed;
use crate::transport::detect::Detected;
use background::Background;
use plain::{End, Plain};
use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// The longest timeout that is given to hyper, which adds it to the present time and panics where that overflows.
#[cfg(feature = "http2")]
const FOR_EVER: Duration = Duration::from_secs(1 << 30);

/// A connection is large where it comes to hyper, and has what it needs by itself: most do with less.
type Serving<'s> = Pin<Box<dyn Future<Output = Result<(), Ended>> + Send + 's>>;

/// Serves the connection in the version that was detected.
pub(super) fn serve<'s, S, P>(
    version: Detected,
    client: Client<'s, Compressed<S>>,
    metadata: Metadata,
    processor: &'s Arc<P>,
    shared: &'s Shared,
    stop: Stop,
) -> Serving<'s>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    P: Processor,
{
    match version {
        #[cfg(feature = "http2")]
        Detected::Http2 => Box::pin(version_2(client, metadata, processor, shared, stop)),
        _ => Box::pin(version_1(client, metadata, processor, shared, stop)),
    }
}

#[cfg(feature = "http2")]
async fn version_2<S, P>(
    client: Client<'_, Compressed<S>>,
    metadata: Metadata,
    processor: &Arc<P>,
    shared: &Shared,
    stop: Stop,
) -> Result<(), Ended>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    P: Processor,
{
    let background = Background::new(shared.settings.requests_per_connection);
    let service = HttpService::of_server(processor, shared, &background);
    let ended = multiplexed::serve(rewound(client), metadata, service, &shared.settings, stop).await;
    background.finish().await;
    ended
}

async fn version_1<S, P>(
    client: Client<'_, Compressed<S>>,
    metadata: Metadata,
    processor: &Arc<P>,
    shared: &Shared,
    mut stop: Stop,
) -> Result<(), Ended>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    P: Processor,
{
    // The time for a head counts from the end of the request before.
    let settings = Settings { idle_timeout: shared.settings.message_timeout, ..shared.settings };
    let mut plain = Plain::new(client.under(&settings), metadata.clone(), &**processor, shared);
    let ended = plain.run(&mut stop).await;
    let Plain { mut client, mut oneways, .. } = plain;
    let rest: Serving<'_> = Box::pin(async {
        let is_slow = match ended {
            Ok(End::Odd) => false,
            Ok(End::Slow) => true,
            Ok(End::Closed) | Err(_) => {
                client.close(ended.is_ok() && !client.input.is_empty()).await;
                return ended.map(|_| ());
            }
        };
        let background = Background::new(shared.settings.requests_per_connection);
        let service = HttpService::of_server(processor, shared, &background);
        // Of a body that is too slow, no more is awaited.
        let service = if is_slow { service.message_timeout(Duration::ZERO) } else { service };
        let ended = sequential::serve(rewound(client), metadata, &service, &shared.settings, stop).await;
        background.finish().await;
        ended
    });
    // Those whose clients were answered go on.
    tokio::join!(rest, oneways.finish_oneways()).0
}

/// The stream of a client, for hyper, which reads what was read once more.
fn rewound<S>(client: Client<'_, Compressed<S>>) -> Rewind<S> {
    let write_timeout = client.settings.write_timeout;
    let (stream, input) = client.into_parts();
    Rewind::new(input.freeze(), stream.into_inner(), write_timeout)
}

/// Why hyper gave up. What its stream says was said by [`Rewind`].
fn failed(error: hyper::Error) -> Ended {
    let of_stream = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    match of_stream.map(io::Error::kind) {
        Some(io::ErrorKind::TimedOut) => Ended::Stuck,
        _ => Ended::Http(error),
    }
}
