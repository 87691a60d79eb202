//! Thrift over HTTP: a request's body is a message, the response's body its reply.
//!
//! Any path and any content type are taken. `200` carries whatever Thrift has to say, also that a call failed; other
//! statuses mean that there was no Thrift request.

use super::background::Background;
use super::outcome::{Admitted, NOTHING, Payload, Permit, outcome, respond};
use super::rules::Rules;
use crate::context::{Metadata, Peer};
use crate::incoming::SHARE_FROM;
use crate::limits::Limits;
use crate::processor::Processor;
use crate::server::buffered::Buffered;
use crate::server::{Settings, Shared};
use crate::transport::http::{BodyError, collect};
use crate::transport::http_reply::Refusal;
use bytes::{Buf, Bytes};
use http_body_util::{BodyExt, Full};
use hyper::body::Body;
use hyper::header::EXPECT;
use hyper::http::Extensions;
use hyper::{Method, Response};
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::Semaphore;
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
/// | 503 | within a [`Server`](crate::Server), all connections keep as much as they [may](crate::Server::max_buffered_bytes); most requests over HTTP/1.1 end with their connection instead |
/// | 500 | there is no reply, as from a processor that is a connection to another server |
///
/// Connections, heads of requests and shutdown are the HTTP server's business. The response to a oneway request comes at
/// once; its handler runs on in a task of its own, for which a shutdown does not wait.
pub struct HttpService<P> {
    processor: Arc<P>,
    rules: Rules,
    message_timeout: Duration,
    /// One for each request that may be in flight, and what all may keep.
    bounds: Option<(Arc<Semaphore>, Arc<Buffered>)>,
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
        Self { bounds: Some((Arc::clone(&shared.requests), Arc::clone(&shared.buffered))), ..service }
    }

    fn with_settings(processor: Arc<P>, settings: &Settings, background: Background) -> Self {
        let (rules, message_timeout) = (Rules::of(settings), settings.message_timeout);
        let peer_addr = |_: &Extensions| None;
        Self { processor, rules, message_timeout, bounds: None, peer_addr, background }
    }

    /// Bounds the size and depth of messages.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.rules.limits = limits;
        self
    }

    /// How long a body may take. Default: 30 s.
    pub fn message_timeout(mut self, timeout: Duration) -> Self {
        self.message_timeout = timeout;
        self
    }

    /// How long a handler may take: then it is dropped, and the client gets an internal error. Default: `None`, for ever.
    pub fn handler_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.rules.handler_timeout = timeout.into();
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
        metadata: Metadata,
    ) -> impl Future<Output = Response<Payload>>
    where
        B: Body<Error: fmt::Display>,
    {
        let receiving = self.receive(request, metadata);
        async {
            match receiving.await {
                Ok(whole) => self.reply(whole).await,
                Err(response) => response,
            }
        }
    }

    async fn reply(&self, whole: Whole) -> Response<Payload> {
        let is_oneway = Arc::new(AtomicBool::new(false));
        let (rules, processor, tell) = (self.rules, Arc::clone(&self.processor), Arc::clone(&is_oneway));
        // Borrows nothing, so that it can run on by itself.
        let mut work = Box::pin(async move {
            let Whole { message, metadata, permit } = whole;
            let reply = match rules.begin(&*processor, &message, shared(&message), &metadata) {
                Ok(reply) => {
                    tell.store(reply.is_oneway(), Relaxed);
                    outcome(reply.await)
                }
                Err(refusal) => Err(refusal),
            };
            respond(reply, permit)
        });
        let step = poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Pending if !is_oneway.load(Relaxed) => Poll::Pending,
            step => Poll::Ready(step),
        });
        match step.await {
            Poll::Ready(response) => response,
            Poll::Pending => match self.background.spawn(work) {
                Some(work) => work.await,
                None => respond(Ok(NOTHING), None),
            },
        }
    }

    /// The whole of a request, or the response to what is none.
    fn receive<B>(
        &self,
        request: hyper::Request<B>,
        metadata: Metadata,
    ) -> impl Future<Output = Result<Whole, Response<Payload>>>
    where
        B: Body<Error: fmt::Display>,
    {
        // At once, because the head is large to move from one future into the next.
        let (head, body) = request.into_parts();
        let metadata = metadata.with_http(head);
        async {
            if metadata.http().is_some_and(|head| head.method != Method::POST) {
                return Err(respond(Err(Refusal::NoPost), None));
            }
            // Before the body: what is read of it is kept, too.
            let mut permit = self.permit().await;
            match self.read(body, &metadata, &mut permit).await {
                Ok(message) => Ok(Whole { message, metadata, permit }),
                Err(refusal) => Err(respond(Err(refusal), permit)),
            }
        }
    }

    async fn permit(&self) -> Permit {
        let (requests, buffered) = self.bounds.as_ref()?;
        let turn = match Arc::clone(requests).try_acquire_owned() {
            Ok(turn) => turn,
            // The semaphore is never closed.
            Err(_) => Arc::clone(requests).acquire_owned().await.ok()?,
        };
        Some(Admitted { _turn: turn, share: buffered.share() })
    }

    async fn read<B>(&self, body: B, metadata: &Metadata, permit: &mut Permit) -> Result<Bytes, Refusal>
    where
        B: Body<Error: fmt::Display>,
    {
        let mut body = pin!(body);
        let limit = self.rules.limits.message_bytes;
        let may_keep = |bytes| permit.as_mut().is_none_or(|permit| permit.share.keep(bytes).is_ok());
        match within(self.message_timeout, collect(body.as_mut(), limit, may_keep)).await {
            Some(Ok(message)) => Ok(message),
            Some(Err(error @ (BodyError::TooLarge | BodyError::NoRoom))) => {
                // What came of it is let go.
                if let Some(permit) = permit {
                    let _ = permit.share.keep(0);
                }
                if metadata.http().is_none_or(|head| !head.headers.contains_key(EXPECT)) {
                    // Closing with bytes unread could reset the connection before the client has read the answer.
                    let _ = timeout(self.message_timeout, discard(body, limit)).await;
                }
                Err(match error {
                    BodyError::NoRoom => Refusal::NoRoom,
                    _ => Refusal::TooLarge { limit },
                })
            }
            Some(Err(BodyError::Http(error))) => Err(Refusal::Invalid(error.to_string())),
            None => Err(Refusal::TooSlow),
        }
    }
}

/// A request that has come as a whole.
struct Whole {
    message: Bytes,
    metadata: Metadata,
    permit: Permit,
}

/// A large message, of which binaries may be slices.
fn shared(message: &Bytes) -> Option<&Bytes> {
    Some(message).filter(|message| message.len() >= SHARE_FROM)
}

impl<P> Clone for HttpService<P> {
    fn clone(&self) -> Self {
        let Self { rules, message_timeout, peer_addr, .. } = *self;
        let (processor, bounds) = (Arc::clone(&self.processor), self.bounds.clone());
        Self { processor, rules, message_timeout, bounds, peer_addr, background: self.background.clone() }
    }
}

impl<P> fmt::Debug for HttpService<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpService").field("limits", &self.rules.limits).finish_non_exhaustive()
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
        Box::pin(
            async move { Ok(service.answer(request, metadata).await.map(|payload| Full::new(payload.message.into()))) },
        )
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
