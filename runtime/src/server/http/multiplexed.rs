//! One connection of a server that speaks HTTP/2: many requests at a time, each in a task of its own.
//!
//! Hyper bounds what a client can have the server keep: 200 requests at a time, heads of 16 KiB, 20 requests that were
//! reset before they were answered. A request that its client resets is dropped, its handler with it.

use super::{FOR_EVER, HttpService};
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
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep_until, timeout};

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
        let (service, metadata, running) = (service.clone(), metadata.clone(), activity.begin());
        async move {
            let response = service.answer(request, metadata).await;
            drop(running);
            Ok::<_, Infallible>(response)
        }
    });
    let mut connection = pin!(
        http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), answer)
    );
    tokio::select! {
        ended = &mut connection => return ended.map_err(Ended::Http),
        () = stop.wait() => {
            connection.as_mut().graceful_shutdown();
            return connection.await.map_err(Ended::Http);
        }
        () = activity.ceased(settings.idle_timeout) => {}
    }
    connection.as_mut().graceful_shutdown();
    // What is left are at most replies that the client does not take.
    match timeout(settings.write_timeout, connection).await {
        Ok(_) => Err(Ended::Idle),
        Err(_) => Err(Ended::Slow),
    }
}

/// How many requests are being answered, and since when there are none.
#[derive(Clone)]
struct Activity(Arc<Mutex<State>>);

struct State {
    running: usize,
    since: Instant,
}

impl Activity {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(State { running: 0, since: Instant::now() })))
    }

    /// A request begins, which runs until what is returned is dropped.
    fn begin(&self) -> Running {
        self.state().running += 1;
        Running(self.clone())
    }

    /// Returns when there has been no request for so long.
    async fn ceased(&self, idle: Duration) {
        let idle = idle.min(FOR_EVER);
        loop {
            let now = Instant::now();
            let until = match &*self.state() {
                State { running: 0, since } if now >= *since + idle => return,
                State { running: 0, since } => *since + idle,
                State { .. } => now + idle,
            };
            sleep_until(until).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Running(Activity);

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.running -= 1;
        state.since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_that_run_are_activity() {
        let idle = Duration::from_millis(50);
        let activity = Activity::new();
        let start = Instant::now();
        let running = activity.begin();
        assert!(timeout(4 * idle, activity.ceased(idle)).await.is_err());
        drop(running);
        timeout(Duration::from_secs(20), activity.ceased(idle)).await.unwrap();
        assert!(start.elapsed() >= 5 * idle);
    }
}
