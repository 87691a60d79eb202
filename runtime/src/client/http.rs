//! One HTTP/1.1 connection to a server, which carries one call at a time.
//!
//! Hyper's connection is polled by the call that uses it, not by a task of its own: dropping a call closes the
//! connection, and nothing is left behind.

use super::Settings;
use super::url::HttpTarget;
use crate::error::{DecodeError, DecodeErrorKind, Error};
use crate::limits::Limits;
use crate::message::{MessageError, MessageHeader, Protocol};
use crate::net::Stream;
use crate::transport::http::{BodyError, CONTENT_TYPE, collect};
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{ACCEPT, CONTENT_TYPE as CONTENT_TYPE_NAME, HOST, HeaderMap, HeaderValue, USER_AGENT};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub(super) struct HttpSocket {
    stream: SharedStream,
    sender: SendRequest<Full<Bytes>>,
    driver: Driver,
    path: PathAndQuery,
    headers: HeaderMap,
}

impl HttpSocket {
    pub(super) async fn handshake(stream: Stream, target: &HttpTarget, settings: &Settings) -> Result<Self, Error> {
        let stream = SharedStream(Arc::new(Mutex::new(stream)));
        let io = TokioIo::new(stream.clone());
        let (sender, connection) = http1::handshake(io).await.map_err(http_error)?;
        let mut headers = HeaderMap::with_capacity(4 + settings.headers.len());
        headers.insert(HOST, target.host.clone());
        headers.insert(CONTENT_TYPE_NAME, CONTENT_TYPE);
        headers.insert(ACCEPT, CONTENT_TYPE);
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("thrift-runtime/", env!("CARGO_PKG_VERSION"))));
        for (name, value) in &settings.headers {
            headers.insert(name, value.clone());
        }
        let driver = Driver(Some(Box::pin(connection)));
        Ok(Self { stream, sender, driver, path: target.path.clone(), headers })
    }

    /// See [`Stream::is_quiet`].
    pub(super) fn is_quiet(&self) -> bool {
        self.stream.lock().is_quiet()
    }

    pub(super) fn is_reusable(&mut self) -> bool {
        // Hyper learns here that the response was the last one, or gets ready for the next.
        self.driver.poll(&mut Context::from_waker(Waker::noop()));
        self.driver.0.is_some() && self.sender.is_ready()
    }

    pub(super) async fn exchange(
        &mut self,
        message: &Bytes,
        oneway: bool,
        limits: &Limits,
    ) -> Result<Option<Bytes>, Error> {
        let mut request = Request::new(Full::new(message.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from(self.path.clone());
        *request.headers_mut() = self.headers.clone();
        let response = self.sender.send_request(request);
        let exchange = async {
            let mut response = response.await.map_err(http_error)?;
            let body = collect(response.body_mut(), limits.message_bytes).await;
            Ok::<_, Error>((body.map_err(|error| body_error(error, limits))?, response))
        };
        let mut exchange = pin!(exchange);
        let driver = &mut self.driver;
        let (body, response) = poll_fn(|cx| {
            if let Poll::Ready(done) = exchange.as_mut().poll(cx) {
                return Poll::Ready(done);
            }
            driver.poll(cx);
            exchange.as_mut().poll(cx)
        })
        .await?;
        // Some servers answer a failed call with a Thrift message and another status than 200.
        match (oneway, response.status()) {
            (true, status) if status.is_success() => Ok(None),
            (false, StatusCode::OK) if body.is_empty() => Ok(None),
            // What looks like a message at first sight, but is none, gets an error that says more.
            (false, StatusCode::OK) if Protocol::of(&body).is_ok() => Ok(Some(body)),
            (false, _) if MessageHeader::read(&body).is_ok() => Ok(Some(body)),
            (_, status) => Err(Error::Http { status: status.as_u16(), text: text(response.headers(), &body) }),
        }
    }
}

/// The beginning of a body for people.
fn text(headers: &HeaderMap, body: &Bytes) -> String {
    const ENOUGH: usize = 200;
    let is_text = headers.get(CONTENT_TYPE_NAME).is_some_and(|media| media.as_bytes().starts_with(b"text/plain"));
    let body = if is_text { body.get(..ENOUGH).unwrap_or(body) } else { b"" };
    let mut text = String::new();
    for c in String::from_utf8_lossy(body).trim().chars() {
        // In a terminal or a log, control characters could do more than be read.
        if c.is_control() { text.extend(c.escape_default()) } else { text.push(c) }
    }
    text
}

fn body_error(error: BodyError<hyper::Error>, limits: &Limits) -> Error {
    match error {
        BodyError::TooLarge => {
            let kind = DecodeErrorKind::MessageTooLarge { limit: limits.message_bytes };
            Error::Message(MessageError::Body(DecodeError::new(kind, 0)))
        }
        BodyError::Http(error) => http_error(error),
    }
}

fn http_error(error: hyper::Error) -> Error {
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        return Error::Io(io::ErrorKind::UnexpectedEof.into());
    }
    let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<io::Error>());
    match cause {
        Some(cause) => Error::Io(io::Error::new(cause.kind(), error)),
        None => Error::InvalidHttp(error.to_string()),
    }
}

/// What reads and writes for the sender, until it ends.
struct Driver(Option<Pin<Box<Connection>>>);

type Connection = http1::Connection<TokioIo<SharedStream>, Full<Bytes>>;

impl Driver {
    fn poll(&mut self, cx: &mut Context<'_>) {
        if let Some(connection) = &mut self.0
            && connection.as_mut().poll(cx).is_ready()
        {
            // What went wrong, the sender says.
            self.0 = None;
        }
    }
}

impl fmt::Debug for HttpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSocket").field("stream", &self.stream).field("path", &self.path).finish_non_exhaustive()
    }
}

/// A socket that hyper reads and writes, while the pool can still ask for its state.
#[derive(Clone, Debug)]
struct SharedStream(Arc<Mutex<Stream>>);

impl SharedStream {
    fn lock(&self) -> MutexGuard<'_, Stream> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncRead for SharedStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.lock()).poll_read(cx, buffer)
    }
}

impl AsyncWrite for SharedStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.lock()).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.lock()).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.lock().is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.lock()).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.lock()).poll_shutdown(cx)
    }
}
