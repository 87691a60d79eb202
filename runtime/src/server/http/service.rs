//! Thrift over HTTP: a request's body is a message, the response's body its reply.
//!
//! Any path and any content type are taken. `200` carries whatever Thrift has to say, also that a call failed; other
//! statuses mean that there was no Thrift request.

use super::background::Background;
use crate::allowed::Allowed;
use crate::context::{Metadata, Peer};
use crate::incoming::SHARE_FROM;
use crate::limits::Limits;
use crate::log::log;
use crate::processor::Processor;
use crate::request::Request;
use crate::server::{Settings, Shared};
use crate::transport::Transport;
use crate::transport::http::{BodyError, CONTENT_TYPE, collect};
use bytes::{Buf, Bytes};
use http_body_util::{BodyExt, Full};
use hyper::body::Body;
use hyper::header::{ALLOW, CONTENT_TYPE as CONTENT_TYPE_NAME, EXPECT, HeaderValue};
use hyper::http::Extensions;
use hyper::{Method, Response, StatusCode};
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// A Thrift service on an HTTP server that is there already: on hyper, on axum beside other routes, or wherever
/// services of `tower` are taken.
///
/// ```
/// # mod generated { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/example/mod.rs")); }
/// # use generated::example::*;
/// # struct Handler;
/// # impl ExampleService for Handler {
/// #     async fn process_request(&self, message: String) -> Result<String, thrift_runtime::Error> { Ok(message) }
/// # }
/// use axum::{Router, routing::get};
/// use thrift_runtime::HttpService;
///
/// let app: Router = Router::new()
///     .route("/health", get(|| async { "ok" }))
///     .route_service("/thrift", HttpService::new(ExampleServiceServer::new(Handler)));
/// ```
///
/// Several services have several paths, each its own `HttpService`. Any content type is taken. The status is
///
/// | status | |
/// |---|---|
/// | 200 | a reply, also that the call failed; without a body, for a oneway request |
/// | 400 | the body is no Thrift request |
/// | 405 | not a `POST` |
/// | 408 | the body took longer than [`message_timeout`](Self::message_timeout) |
/// | 413 | the body is over [`Limits::message_bytes`] |
/// | 500 | there is no reply, as from a processor that is a connection to another server |
///
/// Connections, heads of requests and shutdown are the HTTP server's business. The response to a oneway request comes at
/// once; its handler runs on in a task of its own, for which a shutdown does not wait.
pub struct HttpService<P> {
    processor: Arc<P>,
    limits: Limits,
    message_timeout: Duration,
    handler_timeout: Option<Duration>,
    allowed: Allowed,
    /// One for each request that may be in flight.
    requests: Option<Arc<Semaphore>>,
    peer_addr: fn(&Extensions) -> Option<SocketAddr>,
    background: Background,
}

impl<P: Processor> HttpService<P> {
    /// Has the processor answer.
    pub fn new(processor: P) -> Self {
        let settings = Settings::default();
        Self::with_settings(Arc::new(processor), &settings, Background::detached(settings.max_requests))
    }

    /// Answers as a server with these settings does.
    pub(super) fn of_server(processor: &Arc<P>, shared: &Shared, background: &Background) -> Self {
        let service = Self::with_settings(Arc::clone(processor), &shared.settings, background.clone());
        Self { requests: Some(Arc::clone(&shared.requests)), ..service }
    }

    fn with_settings(processor: Arc<P>, settings: &Settings, background: Background) -> Self {
        let Settings { limits, message_timeout, handler_timeout, allowed, .. } = *settings;
        let peer_addr = |_: &Extensions| None;
        Self { processor, limits, message_timeout, handler_timeout, allowed, requests: None, peer_addr, background }
    }

    /// Bounds the size and depth of messages.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How long a body may take. Default: 30 s.
    pub fn message_timeout(mut self, timeout: Duration) -> Self {
        self.message_timeout = timeout;
        self
    }

    /// How long a handler may take: then it is dropped, and the client gets an internal error. Default: `None`, for ever.
    pub fn handler_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.handler_timeout = timeout.into();
        self
    }

    /// Where the HTTP server keeps the address of the client, for
    /// [`Metadata::peer_addr`](crate::Metadata::peer_addr). With axum's `into_make_service_with_connect_info`:
    ///
    /// ```
    /// # fn service<P: thrift_runtime::Processor>(processor: P) -> thrift_runtime::HttpService<P> {
    /// use axum::extract::ConnectInfo;
    /// use std::net::SocketAddr;
    ///
    /// thrift_runtime::HttpService::new(processor)
    ///     .peer_addr(|extensions| extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0))
    /// # }
    /// ```
    pub fn peer_addr(mut self, find: fn(&Extensions) -> Option<SocketAddr>) -> Self {
        self.peer_addr = find;
        self
    }

    /// The response to a request that came where `metadata` says.
    pub(super) fn answer<B>(
        &self,
        request: hyper::Request<B>,
        metadata: &Metadata,
    ) -> impl Future<Output = Response<Payload>>
    where
        B: Body<Error: fmt::Display>,
    {
        // At once, because the head is large to move from one future into the next.
        let (head, body) = request.into_parts();
        let metadata = metadata.with_http(head);
        async move {
            if metadata.http().is_some_and(|head| head.method != Method::POST) {
                return Outcome::NoPost.into_response(None, metadata);
            }
            // Before the body: what is read of it is kept, too.
            let permit = self.permit().await;
            match self.receive(body, &metadata).await {
                Ok(message) => self.reply(message, metadata, permit).await,
                Err(outcome) => outcome.into_response(permit, metadata),
            }
        }
    }

    async fn permit(&self) -> Permit {
        let requests = self.requests.as_ref()?;
        match Arc::clone(requests).try_acquire_owned() {
            Ok(permit) => Some(permit),
            // The semaphore is never closed.
            Err(_) => Arc::clone(requests).acquire_owned().await.ok(),
        }
    }

    /// The whole body of a request, or what is answered in its place.
    async fn receive<B>(&self, body: B, metadata: &Metadata) -> Result<Bytes, Outcome>
    where
        B: Body<Error: fmt::Display>,
    {
        let mut body = pin!(body);
        let limit = self.limits.message_bytes;
        match within(self.message_timeout, collect(body.as_mut(), limit)).await {
            Some(Ok(message)) => Ok(message),
            Some(Err(BodyError::TooLarge)) => {
                if metadata.http().is_none_or(|head| !head.headers.contains_key(EXPECT)) {
                    // Closing with bytes unread could reset the connection before the client has read the answer.
                    let _ = timeout(self.message_timeout, discard(body, limit)).await;
                }
                Err(Outcome::TooLarge { limit })
            }
            Some(Err(BodyError::Http(error))) => Err(Outcome::Invalid(error.to_string())),
            None => Err(Outcome::TooSlow),
        }
    }

    async fn reply(&self, message: Bytes, metadata: Metadata, permit: Permit) -> Response<Payload> {
        let is_oneway = Arc::new(AtomicBool::new(false));
        let mut work = Box::pin(self.process(message, metadata, permit, Arc::clone(&is_oneway)));
        // A client waits for the response to a oneway request, too, though it says nothing.
        let step = poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Pending if !is_oneway.load(Relaxed) => Poll::Pending,
            step => Poll::Ready(step),
        });
        match step.await {
            Poll::Ready(response) => response,
            Poll::Pending => match self.background.spawn(work) {
                Some(work) => work.await,
                None => Outcome::Reply(Bytes::new()).into_response(None, Metadata::default()),
            },
        }
    }

    /// Has the processor answer, and tells at the first poll if there will be no reply. Borrows nothing, so that it can run on
    /// by itself.
    fn process(
        &self,
        message: Bytes,
        metadata: Metadata,
        permit: Permit,
        is_oneway: Arc<AtomicBool>,
    ) -> impl Future<Output = Response<Payload>> + Send + use<P> {
        let Self { limits, handler_timeout, allowed, .. } = *self;
        let processor = Arc::clone(&self.processor);
        async move {
            let reply = Request::read(&message, limits, &metadata).map(|request| {
                let request = request.within(handler_timeout);
                let request = if message.len() < SHARE_FROM { request } else { request.sharing(&message) };
                match allowed.refusal(&request, Transport::Http) {
                    Some((kind, text)) => request.refuse(kind, text),
                    None => processor.process(request),
                }
            });
            let outcome = match reply {
                Ok(reply) => {
                    is_oneway.store(reply.is_oneway(), Relaxed);
                    match reply.await {
                        Ok(reply) => Outcome::Reply(reply.into_message().unwrap_or_default()),
                        Err(error) => {
                            log!(WARN, "no reply to a request over HTTP: {error}");
                            Outcome::Failed
                        }
                    }
                }
                Err(error) => Outcome::Invalid(error.to_string()),
            };
            outcome.into_response(permit, metadata)
        }
    }
}

impl<P> Clone for HttpService<P> {
    fn clone(&self) -> Self {
        let Self { limits, message_timeout, handler_timeout, allowed, peer_addr, .. } = *self;
        let (processor, requests) = (Arc::clone(&self.processor), self.requests.clone());
        let background = self.background.clone();
        Self { processor, limits, message_timeout, handler_timeout, allowed, requests, peer_addr, background }
    }
}

impl<P> fmt::Debug for HttpService<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpService").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// The response to come.
type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Send>>;

impl<P, B> hyper::service::Service<hyper::Request<B>> for HttpService<P>
where
    P: Processor,
    B: Body<Data: Send, Error: fmt::Display + Send> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn call(&self, request: hyper::Request<B>) -> ResponseFuture {
        let service = self.clone();
        let peer = (service.peer_addr)(request.extensions()).map(Peer::Tcp);
        let metadata = peer.map(Metadata::of_peer).unwrap_or_default();
        Box::pin(async move { Ok(service.answer(request, &metadata).await.map(|payload| Full::new(payload.message))) })
    }
}

#[cfg(feature = "tower")]
impl<P, B> tower::Service<hyper::Request<B>> for HttpService<P>
where
    P: Processor,
    B: Body<Data: Send, Error: fmt::Display + Send> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: hyper::Request<B>) -> ResponseFuture {
        hyper::service::Service::call(self, request)
    }
}

/// Reads at most so many bytes of a body that nobody wants.
async fn discard<B: Body>(mut body: Pin<&mut B>, mut limit: usize) {
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Buf::remaining);
        match limit.checked_sub(length) {
            Some(left) => limit = left,
            None => return,
        }
    }
}

/// Returns `None` when the future takes too long. One that is ready at once costs neither a timer nor the time of day.
async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    match poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
        Poll::Ready(done) => Some(done),
        Poll::Pending => timeout(limit, future).await.ok(),
    }
}

/// What a request needs that is in flight, where their number is bounded: it may run on when it was answered, and its
/// reply may wait for the client when the handler is done.
pub(super) type Permit = Option<OwnedSemaphorePermit>;

/// The body of a response.
pub(super) struct Payload {
    pub(super) message: Bytes,
    pub(super) _permit: Permit,
}

/// What a request comes to.
enum Outcome {
    Reply(Bytes),
    NoPost,
    TooLarge { limit: usize },
    Invalid(String),
    TooSlow,
    Failed,
}

impl Outcome {
    /// The headers of the request are of no use any more, but their memory is.
    fn into_response(self, permit: Permit, mut metadata: Metadata) -> Response<Payload> {
        let mut headers = metadata.take_http_headers().unwrap_or_default();
        headers.clear();
        let (status, content_type, message) = match self {
            Self::Reply(message) => (StatusCode::OK, CONTENT_TYPE, message),
            other => {
                if matches!(other, Self::NoPost) {
                    headers.insert(ALLOW, HeaderValue::from_static("POST"));
                }
                let (status, text) = other.words();
                (status, HeaderValue::from_static("text/plain; charset=utf-8"), text.into())
            }
        };
        headers.insert(CONTENT_TYPE_NAME, content_type);
        let mut response = Response::new(Payload { message, _permit: permit });
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    /// What a client is told in place of a reply.
    fn words(self) -> (StatusCode, String) {
        match self {
            Self::Reply(_) => (StatusCode::OK, String::new()),
            Self::NoPost => (StatusCode::METHOD_NOT_ALLOWED, "send Thrift messages by POST\n".to_owned()),
            Self::TooLarge { limit } => {
                (StatusCode::PAYLOAD_TOO_LARGE, format!("the message is over the limit of {limit} bytes\n"))
            }
            Self::Invalid(reason) => (StatusCode::BAD_REQUEST, format!("not a Thrift request: {reason}\n")),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body took too long\n".to_owned()),
            Self::Failed => (StatusCode::INTERNAL_SERVER_ERROR, "the request failed\n".to_owned()),
        }
    }
}
