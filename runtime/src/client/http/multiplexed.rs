//! One HTTP/2 connection to a server, which carries many calls at a time.

use super::{Requests, http_error};
use crate::client::Settings;
use crate::client::outgoing::Outgoing;
use crate::client::quiet::Quiet;
use crate::error::{Error, Timeout};
use crate::net::Stream;
use crate::url::HttpTarget;
use bytes::Bytes;
use h2::Reason;
use http_body_util::Full;
use hyper::Uri;
use hyper::client::conn::http2::{self, SendRequest};
use hyper::header::HOST;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::error::Error as _;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{sleep, timeout_at};

/// While calls wait and nothing comes, the server is asked so often whether it is there, and given as long to answer.
const PING: Duration = Duration::from_secs(10);

/// The connection, which ends when this is dropped.
#[derive(Debug)]
pub(in crate::client) struct Http2 {
    sender: SendRequest<Full<Bytes>>,
    requests: Requests,
    calls: Arc<Calls>,
    /// The server has said that it takes no more calls, or says nothing at all.
    is_retired: AtomicBool,
}

/// Counts calls. It and the task that ends an idle connection agree, by their order of writing and reading, on whether a call
/// began before the end.
#[derive(Debug, Default)]
struct Calls {
    begun: AtomicU64,
    /// How many have had a response.
    answered: AtomicU64,
    going_on: AtomicUsize,
    ended: AtomicBool,
}

impl Http2 {
    /// Has tasks of the present runtime drive the stream.
    pub(in crate::client) async fn handshake(
        stream: Stream,
        target: &HttpTarget,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.timer(TokioTimer::new()).keep_alive_interval(PING).keep_alive_timeout(PING);
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(http_error)?;
        let mut requests = Requests::to(target, settings);
        // The target names the server in place of the header.
        let host = requests.headers.remove(HOST);
        let host = host.as_ref().and_then(|host| host.to_str().ok()).unwrap_or_default();
        let uri = Uri::builder().scheme(target.scheme.clone()).authority(host).path_and_query(target.path.clone());
        requests.target = uri.build().map_err(|error| Error::InvalidHttp(error.to_string()))?;
        let calls = Arc::new(Calls::default());
        tokio::spawn(drive(connection, Arc::clone(&calls), settings.idle_timeout));
        Ok(Self { sender, requests, calls, is_retired: AtomicBool::new(false) })
    }

    /// Whether it takes further calls.
    pub(in crate::client) fn is_usable(&self) -> bool {
        let has_ended = self.is_retired.load(Ordering::Relaxed) || self.calls.ended.load(Ordering::SeqCst);
        !has_ended && !self.sender.is_closed()
    }

    /// Sends a request and awaits the reply, if there is one.
    pub(in crate::client) async fn exchange(&self, call: &Outgoing) -> Result<Option<Bytes>, Error> {
        let request = self.requests.request(call)?;
        let _going_on =
            GoingOn::begin(&self.calls).ok_or_else(|| unsent(Error::Io(io::ErrorKind::NotConnected.into())))?;
        let answered = self.calls.answered.load(Ordering::Relaxed);
        let exchange = async {
            let mut sender = self.sender.clone();
            sender.ready().await.map_err(|error| unsent(http_error(error)))?;
            let response = sender.try_send_request(request).await.map_err(|mut error| match error.take_message() {
                Some(_) => unsent(http_error(error.into_error())),
                None => self.error(error.into_error()),
            });
            let response = response?;
            self.calls.answered.fetch_add(1, Ordering::Relaxed);
            self.requests.reply(response, call.oneway).await
        };
        timeout_at(call.deadline.into(), exchange).await.unwrap_or_else(|_| {
            // A server that is gone without a word looks like one that is silent.
            if self.calls.answered.load(Ordering::Relaxed) == answered {
                self.is_retired.store(true, Ordering::Relaxed);
            }
            Err(Error::Timeout(Timeout::Call))
        })
    }

    /// An error in place of a response. That the server has refused the request, it says itself, in one of two ways.
    fn error(&self, error: hyper::Error) -> Error {
        let Some(cause) = error.source().and_then(|cause| cause.downcast_ref::<h2::Error>()) else {
            return http_error(error);
        };
        let is_handled = !cause.is_remote() || !(cause.is_go_away() || cause.reason() == Some(Reason::REFUSED_STREAM));
        let error = http_error(error);
        if is_handled {
            return error;
        }
        // It would refuse the next ones as well, or is full.
        self.is_retired.store(true, Ordering::Relaxed);
        unsent(error)
    }
}

fn unsent(error: Error) -> Error {
    Error::Unsent(Box::new(error))
}

/// Drives the connection until it ends, or has had no calls for a while.
async fn drive<E>(connection: impl Future<Output = Result<(), E>>, calls: Arc<Calls>, idle_timeout: Duration) {
    let mut connection = pin!(connection);
    let mut quiet = Quiet::new(idle_timeout);
    loop {
        tokio::select! {
            // What went wrong, the calls say.
            _ = &mut connection => return,
            () = sleep(quiet.quarter()) => {
                let (begun, going_on) = (calls.begun.load(Ordering::SeqCst), calls.going_on.load(Ordering::SeqCst));
                if quiet.is_over(begun, going_on) && calls.end() {
                    return;
                }
            }
        }
    }
}

impl Calls {
    /// Lets no more calls begin, if none goes on.
    fn end(&self) -> bool {
        self.ended.store(true, Ordering::SeqCst);
        let has_none = self.going_on.load(Ordering::SeqCst) == 0;
        self.ended.store(has_none, Ordering::SeqCst);
        has_none
    }
}

/// Counts one call.
struct GoingOn<'c>(&'c Calls);

impl<'c> GoingOn<'c> {
    /// `None`: the connection has ended.
    fn begin(calls: &'c Calls) -> Option<Self> {
        calls.going_on.fetch_add(1, Ordering::SeqCst);
        let begun = Self(calls);
        calls.begun.fetch_add(1, Ordering::SeqCst);
        (!calls.ended.load(Ordering::SeqCst)).then_some(begun)
    }
}

impl Drop for GoingOn<'_> {
    fn drop(&mut self) {
        self.0.going_on.fetch_sub(1, Ordering::SeqCst);
    }
}
