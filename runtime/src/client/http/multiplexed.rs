//! One HTTP/2 connection to a server, which carries many calls at a time.

use crate::client::Settings;
use crate::client::outgoing::Outgoing;
use crate::client::quiet::Quiet;
use crate::error::{Error, Timeout};
use crate::limits::Limits;
use crate::net::Stream;
use crate::transport::http::{BodyError, collect};
use crate::transport::http_request::Requests;
use crate::transport::http_response::{is_reply, is_text, too_large};
use crate::url::HttpTarget;
use bytes::Bytes;
use h2::Reason;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, Connection, SendRequest};
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::rt::Executor;
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::error::Error as _;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout, timeout_at};

/// While calls wait and nothing comes, the server is asked so often whether it is there, and given as long to answer.
const PING: Duration = Duration::from_secs(10);

/// The connection, which ends when this is dropped.
#[derive(Debug)]
pub(in crate::client) struct Http2 {
    sender: SendRequest<Full<Bytes>>,
    requests: Requests,
    limits: Limits,
    calls: Arc<Calls>,
    tasks: Tasks,
    /// The server has said that it takes no more calls, or says nothing at all. It ends with its last call.
    is_retired: AtomicBool,
    /// It has ended with calls on it.
    is_given_up: AtomicBool,
}

/// What sends requests on the connection that hyper's other tasks read and write.
type Sending = Connection<TokioIo<Stream>, Full<Bytes>, Tasks>;

/// Counts calls. It and the task that ends an idle connection agree, by their order of writing and reading, on whether a call
/// began before the end.
#[derive(Debug, Default)]
struct Calls {
    begun: AtomicU64,
    /// How many have had a response.
    answered: AtomicU64,
    going_on: AtomicUsize,
    /// How many the server takes at a time.
    room: AtomicUsize,
    ended: AtomicBool,
}

impl Http2 {
    /// Has tasks of the present runtime drive the stream, and waits for the server's first words.
    pub(in crate::client) async fn handshake(
        stream: Stream,
        target: &HttpTarget,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let tasks = Tasks::default();
        let mut builder = http2::Builder::new(tasks.clone());
        builder.timer(TokioTimer::new()).keep_alive_interval(PING).keep_alive_timeout(PING);
        // Until it is known how many the server takes: it would refuse those beyond that.
        builder.initial_max_send_streams(0);
        let (sender, mut connection) = builder.handshake(TokioIo::new(stream)).await.map_err(http_error)?;
        let greeted = timeout(settings.connect_timeout, tasks.greeted(&mut connection)).await;
        greeted.unwrap_or(Err(Error::Timeout(Timeout::Connect)))?;
        let mut requests = Requests::to(target, &settings.headers);
        // The target names the server in place of the header.
        let host = requests.headers.remove(HOST);
        let host = host.as_ref().and_then(|host| host.to_str().ok()).unwrap_or_default();
        let uri = Uri::builder().scheme(target.scheme.clone()).authority(host).path_and_query(target.path.clone());
        requests.target = uri.build().map_err(|error| Error::InvalidHttp(error.to_string()))?;
        let calls = Arc::new(Calls { room: connection.current_max_send_streams().into(), ..Calls::default() });
        tokio::spawn(drive(connection, Arc::clone(&calls), settings.idle_timeout));
        let (is_retired, is_given_up) = Default::default();
        let limits = settings.limits;
        Ok(Self { sender, requests, limits, calls, tasks, is_retired, is_given_up })
    }

    /// Whether it takes further calls.
    pub(in crate::client) fn is_usable(&self) -> bool {
        let has_ended = self.is_retired.load(Ordering::Relaxed) || self.calls.ended.load(Ordering::SeqCst);
        !has_ended && !self.sender.is_closed()
    }

    /// How many calls the server takes at a time.
    pub(in crate::client) fn room(&self) -> usize {
        self.calls.room.load(Ordering::Relaxed)
    }

    /// Ends the connection with the calls on it.
    pub(in crate::client) fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
        self.tasks.end();
    }

    pub(in crate::client) fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::Relaxed)
    }

    /// Sends a request and awaits the reply, if there is one.
    pub(in crate::client) async fn exchange(&self, call: &Outgoing) -> Result<Option<Bytes>, Error> {
        let request = self.request(call)?;
        let _going_on = GoingOn::begin(self).ok_or_else(|| unsent(Error::Io(io::ErrorKind::NotConnected.into())))?;
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
            self.reply(response, call.oneway).await
        };
        timeout_at(call.deadline.into(), exchange).await.unwrap_or_else(|_| {
            // A server that is gone without a word looks like one that is silent.
            if self.calls.answered.load(Ordering::Relaxed) == answered {
                self.is_retired.store(true, Ordering::SeqCst);
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
        self.is_retired.store(true, Ordering::SeqCst);
        unsent(error)
    }
}

fn unsent(error: Error) -> Error {
    Error::Unsent(Box::new(error))
}

/// Drives the connection until it ends, or has had no calls for a while.
async fn drive(mut connection: Sending, calls: Arc<Calls>, idle_timeout: Duration) {
    let mut quiet = Quiet::new(idle_timeout);
    loop {
        let sending = poll_fn(|cx| {
            let polled = Pin::new(&mut connection).poll(cx);
            calls.room.store(connection.current_max_send_streams(), Ordering::Relaxed);
            polled
        });
        tokio::select! {
            // What went wrong, the calls say.
            _ = sending => return,
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
struct GoingOn<'c>(&'c Http2);

impl<'c> GoingOn<'c> {
    /// `None`: the connection has ended, or is to end.
    fn begin(connection: &'c Http2) -> Option<Self> {
        let calls = &connection.calls;
        calls.going_on.fetch_add(1, Ordering::SeqCst);
        let begun = Self(connection);
        calls.begun.fetch_add(1, Ordering::SeqCst);
        let has_ended = calls.ended.load(Ordering::SeqCst) || connection.is_retired.load(Ordering::SeqCst);
        (!has_ended).then_some(begun)
    }
}

impl Drop for GoingOn<'_> {
    fn drop(&mut self) {
        let Http2 { calls, tasks, is_retired, .. } = self.0;
        let is_last = calls.going_on.fetch_sub(1, Ordering::SeqCst) == 1;
        if is_last && is_retired.load(Ordering::SeqCst) {
            tasks.end();
        }
    }
}

/// Runs hyper's tasks.
#[derive(Clone, Debug, Default)]
struct Tasks(Arc<FirstTask>);

/// The first of them reads and writes. The others end with it.
#[derive(Debug, Default)]
struct FirstTask {
    handle: OnceLock<AbortHandle>,
    /// It has run, and may have read something.
    has_run: Notify,
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Tasks {
    fn execute(&self, future: F) {
        if self.0.handle.get().is_some() {
            tokio::spawn(future);
            return;
        }
        let first = Arc::clone(&self.0);
        let task = tokio::spawn(async move {
            let mut future = pin!(future);
            let watched = poll_fn(|cx| {
                let polled = future.as_mut().poll(cx);
                first.has_run.notify_one();
                polled
            });
            watched.await;
        });
        let _ = self.0.handle.set(task.abort_handle());
    }
}

impl Tasks {
    /// Waits until the server has said how many calls it takes at a time. It has to, before all else.
    async fn greeted(&self, connection: &mut Sending) -> Result<(), Error> {
        while connection.current_max_send_streams() == 0 {
            tokio::select! {
                ended = &mut *connection => {
                    let ended = ended.map_or_else(http_error, |()| Error::Io(io::ErrorKind::UnexpectedEof.into()));
                    return Err(unsent(ended));
                }
                () = self.0.has_run.notified() => {}
            }
        }
        Ok(())
    }

    fn end(&self) {
        if let Some(first) = self.0.handle.get() {
            first.abort();
        }
    }
}

impl Http2 {
    fn request(&self, call: &Outgoing) -> Result<Request<Full<Bytes>>, Error> {
        let mut request = Request::new(Full::new(call.message.to_bytes()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.requests.target.clone();
        *request.headers_mut() =
            self.requests.headers_of(&call.headers)?.unwrap_or_else(|| self.requests.headers.clone());
        Ok(request)
    }

    /// Reads the reply. `None`: there is none in it, as to a oneway request.
    async fn reply(&self, mut response: Response<Incoming>, oneway: bool) -> Result<Option<Bytes>, Error> {
        let body = collect(response.body_mut(), self.limits.message_bytes, |_| true).await;
        let body = body.map_err(|error| match error {
            BodyError::TooLarge | BodyError::NoRoom => too_large(&self.limits),
            BodyError::Http(error) => http_error(error),
        })?;
        let is_text = response.headers().get(CONTENT_TYPE).is_some_and(|media| is_text(media.as_bytes()));
        Ok(is_reply(response.status(), oneway, is_text, &body)?.then_some(body))
    }
}

fn http_error(error: hyper::Error) -> Error {
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        return Error::Io(io::ErrorKind::UnexpectedEof.into());
    }
    if error.is_timeout() {
        return Error::Io(io::Error::new(io::ErrorKind::TimedOut, "no answer to a PING"));
    }
    let cause = std::error::Error::source(&error);
    if let Some(cause) = cause.and_then(|cause| cause.downcast_ref::<h2::Error>()) {
        return match cause.get_io() {
            Some(cause) => Error::Io(io::Error::new(cause.kind(), cause.to_string())),
            None if cause.is_remote() => Error::Io(io::Error::new(io::ErrorKind::ConnectionReset, cause.to_string())),
            None => Error::InvalidHttp(cause.to_string()),
        };
    }
    match cause.and_then(|cause| cause.downcast_ref::<io::Error>()) {
        // Hyper's own words say no more than that there is one.
        Some(cause) => Error::Io(io::Error::new(cause.kind(), cause.to_string())),
        None => Error::InvalidHttp(error.to_string()),
    }
}
