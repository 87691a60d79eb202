//! One connection of a server that speaks HTTP/2: many requests at a time, each in a task of its own.
//!
//! What a client can have the server keep is bounded: 200 requests at a time or less, heads of 16 KiB, 20 requests that were
//! reset before they were answered. A request that its client resets is dropped, its handler with it. A connection is closed
//! when it carries nothing for the idle timeout, or when the client takes nothing of a reply for the write timeout.

use super::activity::Activity;
use super::{HttpService, failed};
use crate::context::Metadata;
use crate::processor::Processor;
use crate::server::Settings;
use crate::server::connection::{Ended, Stop};
use crate::server::rewind::Rewind;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::convert::Infallible;
use std::pin::pin;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

/// The most requests that one client may have at a time, whatever the settings are.
const MOST_STREAMS: usize = 200;

pub(super) async fn serve<S, P>(
    stream: Rewind<S>,
    metadata: Metadata,
    service: HttpService<P>,
    settings: &Settings,
    mut stop: Stop,
) -> Result<(), Ended>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    P: Processor,
{
    let activity = Activity::new();
    let answer = service_fn(|request| {
        let (service, metadata, exchange) = (service.clone(), metadata.clone(), activity.begin());
        async move {
            let response = service.answer(request, metadata).await;
            Ok::<_, Infallible>(response.map(|payload| exchange.reply(payload)))
        }
    });
    let streams = settings.requests_per_connection.min(MOST_STREAMS) as u32;
    let mut connection = pin!(
        http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_concurrent_streams(streams)
            .serve_connection(TokioIo::new(stream), answer)
    );
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = &mut connection => return ended.map_err(failed),
            () = stop.wait(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            ended = activity.ceased(settings) => match ended {
                Ended::Idle => break,
                ended => return Err(ended),
            }
        }
    }
    // The client is told, and has some time to say that it has understood.
    connection.as_mut().graceful_shutdown();
    let _ = timeout(settings.write_timeout, connection).await;
    Err(Ended::Idle)
}
