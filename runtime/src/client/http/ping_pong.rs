//! One HTTP/1.1 connection to a server, which carries one call at a time.
//!
//! Hyper's connection is polled by the call that uses it, not by a task of its own: dropping a call closes the
//! connection, and nothing is left behind.

use super::{Requests, http_error};
use crate::client::Settings;
use crate::client::outgoing::Outgoing;
use crate::error::Error;
use crate::net::Stream;
use crate::url::HttpTarget;
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub(in crate::client) struct HttpSocket {
    stream: SharedStream,
    sender: SendRequest<Full<Bytes>>,
    driver: Driver,
    requests: Requests,
}

impl HttpSocket {
    pub(in crate::client) async fn handshake(
        stream: Stream,
        target: &HttpTarget,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let stream = SharedStream(Arc::new(Mutex::new(stream)));
        let io = TokioIo::new(stream.clone());
        let (sender, connection) = http1::handshake(io).await.map_err(http_error)?;
        let driver = Driver(Some(Box::pin(connection)));
        Ok(Self { stream, sender, driver, requests: Requests::to(target, settings) })
    }

    pub(in crate::client) fn stream(&self) -> MutexGuard<'_, Stream> {
        self.stream.lock()
    }

    pub(in crate::client) fn is_reusable(&mut self) -> bool {
        // Hyper learns here that the response was the last one, or gets ready for the next.
        self.driver.poll(&mut Context::from_waker(Waker::noop()));
        self.driver.0.is_some() && self.sender.is_ready()
    }

    pub(in crate::client) async fn exchange(&mut self, call: &mut Outgoing) -> Result<Option<Bytes>, Error> {
        let Self { sender, requests, driver, .. } = self;
        let response = sender.try_send_request(requests.request(call)?);
        let exchange = async {
            let response = response.await.map_err(|mut error| match error.take_message() {
                Some(_) => Error::Unsent(Box::new(http_error(error.into_error()))),
                None => http_error(error.into_error()),
            });
            requests.reply(response?, call.oneway).await
        };
        let mut exchange = pin!(exchange);
        poll_fn(|cx| {
            if let Poll::Ready(done) = exchange.as_mut().poll(cx) {
                return Poll::Ready(done);
            }
            driver.poll(cx);
            exchange.as_mut().poll(cx)
        })
        .await
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
        f.debug_struct("HttpSocket")
            .field("stream", &self.stream)
            .field("requests", &self.requests)
            .finish_non_exhaustive()
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
