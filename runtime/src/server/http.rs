//! One connection of a server that speaks HTTP: hyper reads its requests, and the [`HttpService`] answers them.

mod background;
mod gathered;
mod outcome;
mod pipelined;
mod service;
mod written;

pub use service::HttpService;

#[cfg(feature = "http2")]
mod activity;
#[cfg(feature = "http2")]
mod multiplexed;

use super::Shared;
use super::connection::{Ended, Stop};
use super::rewind::Rewind;
use crate::context::Metadata;
use crate::processor::Processor;
use crate::transport::detect::Detected;
use background::Background;
use bytes::Bytes;
use std::error::Error;
use std::io;
use std::sync::Arc;
#[cfg(feature = "http2")]
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// The longest timeout that is given to hyper, which adds it to the present time and panics where that overflows.
#[cfg(feature = "http2")]
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
    match version {
        #[cfg(feature = "http2")]
        Detected::Http2 => {
            let ended = multiplexed::serve(stream, metadata, service, settings, stop).await;
            // What oneway requests asked for is done to the end, also when their client has left.
            background.finish().await;
            ended
        }
        _ => pipelined::serve(stream, metadata, &service, settings, stop).await,
    }
}

/// Why hyper gave up. What its stream says was said by [`Rewind`].
fn failed(error: hyper::Error) -> Ended {
    let of_stream = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    match of_stream.map(io::Error::kind) {
        Some(io::ErrorKind::TimedOut) => Ended::Stuck,
        _ => Ended::Http(error),
    }
}
