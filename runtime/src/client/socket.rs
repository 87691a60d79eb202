//! One connection to a server, which carries one call at a time.

use super::Settings;
use super::alarm::Alarm;
use super::endpoint::Endpoint;
use super::http::ping_pong::HttpSocket;
use super::outgoing::Outgoing;
use super::wrapping::Wrapping;
use crate::error::{Error, Timeout};
use crate::failures::Attempt;
use crate::message::MessageError;
use crate::net::Stream;
use crate::pieces::Message;
use crate::transport::Framing;
use crate::transport::compressed::Compressed;
use crate::transport::read::{self, Expected};
use bytes::{Buf, BytesMut};
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::ops::Range;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use tokio::io::AsyncWrite;
use tokio::runtime::{Handle, Id};
use tokio::time::timeout;

/// A connected socket.
#[derive(Debug)]
pub(super) struct Socket {
    link: Link,
    /// Of the call that it carries.
    alarm: Alarm,
    /// How it was connected, until there is an answer on it.
    pub(super) untried: Option<Attempt>,
    /// Where it is waited for. Elsewhere a call on it could hang, or fail when that runtime is gone.
    runtime: Option<Id>,
}

/// How messages travel on a socket.
#[derive(Debug)]
enum Link {
    Stream(Box<StreamSocket>),
    Http(Box<HttpSocket>),
}

impl Socket {
    pub(super) async fn connect(endpoint: &Endpoint, settings: &Settings) -> Result<Self, Error> {
        Self::on(connect(endpoint, settings).await?, endpoint, settings).await
    }

    /// On a stream that is connected.
    pub(super) async fn on(stream: Stream, endpoint: &Endpoint, settings: &Settings) -> Result<Self, Error> {
        let link = match &endpoint.http {
            Some(target) => Link::Http(Box::new(HttpSocket::new(stream, target, settings))),
            None => Link::Stream(Box::new(StreamSocket::new(stream, settings))),
        };
        Ok(Self { link, alarm: Alarm::default(), untried: None, runtime: runtime() })
    }

    /// The runtime in which it can carry calls.
    pub(super) fn runtime(&self) -> Option<Id> {
        self.runtime
    }

    /// Whether the socket can carry another call, as far as is known from the last one.
    pub(super) fn is_reusable(&mut self) -> bool {
        match &mut self.link {
            Link::Stream(socket) => socket.is_reusable(),
            Link::Http(socket) => socket.is_reusable(),
        }
    }

    /// Whether an idle socket can carry a call: see [`Stream::is_quiet`]. It is asked each time, however short the socket was
    /// idle: there are servers that close after each reply, or after a number of them.
    pub(super) fn is_fresh(&mut self) -> bool {
        let is_quiet = match &mut self.link {
            Link::Stream(socket) => socket.stream.inner().is_quiet(),
            Link::Http(socket) => socket.stream().is_quiet(),
        };
        is_quiet && self.is_reusable()
    }

    /// Lets go of memory that is of use only while calls follow one another.
    pub(super) fn release(&mut self) {
        match &mut self.link {
            Link::Stream(socket) => socket.expected.release(&mut socket.input),
            Link::Http(_) => {}
        }
    }

    /// Sends a request and reads the reply, if there is one. Unless this returns a reply (or, to a oneway request,
    /// nothing), the socket is of no more use.
    ///
    /// # Errors
    /// [`Timeout::Call`] at the call's deadline.
    pub(super) async fn exchange(&mut self, call: &mut Outgoing) -> Result<Option<Message>, Error> {
        let (Self { link, alarm, .. }, deadline) = (self, call.deadline);
        // The future of a call is allocated for each: what needs much room has it elsewhere.
        let exchange = pin!(async {
            match link {
                Link::Stream(socket) => socket.exchange(call).await,
                Link::Http(socket) => socket.exchange(call).await,
            }
        });
        alarm.before(deadline, exchange).await.unwrap_or(Err(Error::Timeout(Timeout::Call)))
    }
}

/// The runtime that this runs in.
pub(super) fn runtime() -> Option<Id> {
    Handle::try_current().ok().map(|handle| handle.id())
}

/// Connects to where the server is.
pub(super) async fn connect(endpoint: &Endpoint, settings: &Settings) -> Result<Stream, Error> {
    let stream = timeout(settings.connect_timeout, endpoint.connect()).await;
    stream.unwrap_or(Err(Error::Timeout(Timeout::Connect)))
}

/// Messages on a socket of their own.
#[derive(Debug)]
pub(super) struct StreamSocket {
    stream: Compressed<Stream>,
    framing: Framing,
    wrapping: Wrapping,
    input: BytesMut,
    expected: Expected,
    /// The server is about to close.
    is_last: bool,
}

impl StreamSocket {
    fn new(stream: Stream, settings: &Settings) -> Self {
        let wrapping = Wrapping::new(settings);
        let (stream, framing) = (wrapping.stream(stream, settings.transport), wrapping.framing());
        Self { stream, framing, wrapping, input: BytesMut::new(), expected: Expected::default(), is_last: false }
    }

    fn is_reusable(&self) -> bool {
        self.input.is_empty() && self.stream.is_drained() && !self.is_last
    }

    async fn exchange(&mut self, call: &mut Outgoing) -> Result<Option<Message>, Error> {
        self.send(call).await?;
        call.message.forget();
        if call.oneway { Ok(None) } else { poll_fn(|cx| self.poll_receive(cx)).await.map(Some) }
    }

    async fn send(&mut self, call: &mut Outgoing) -> Result<(), Error> {
        let wrapped = self.wrapping.wrap(call, &call.message)?;
        let pieces = match (&wrapped, self.wrapping.frame_limit()) {
            (Some(wrapped), _) => [&wrapped[..], &[]],
            (None, None) => [&call.message[..], &[]],
            (None, Some(limit)) => {
                call.message.frame(limit)?;
                call.message.framed()
            }
        };
        let mut sent = 0;
        let transforms = self.stream.transforms();
        poll_fn(|cx| poll_send(&mut self.stream, transforms, cx, pieces, &mut sent)).await
    }

    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<Result<Message, Error>> {
        let Self { stream, framing, wrapping, input, expected, is_last } = self;
        // Nearly all replies come whole in one read.
        if input.is_empty() && !expected.is_large() {
            let whole = ready!(read::poll_chunk(stream, cx, |chunk| {
                let Some(message) = next(framing, chunk)? else {
                    input.extend_from_slice(chunk);
                    return Ok(None);
                };
                input.extend_from_slice(chunk.get(message.end..).unwrap_or_default());
                wrapping.open(chunk.get(message).unwrap_or_default()).map(Some)
            }));
            if let Some((message, last)) = whole?? {
                *is_last |= last;
                return Poll::Ready(Ok(message));
            }
        }
        loop {
            let missing = framing.least_length(input).saturating_sub(input.len());
            if ready!(expected.poll_read(stream, cx, input, missing))? == 0 {
                return Poll::Ready(Err(Error::Io(io::ErrorKind::UnexpectedEof.into())));
            }
            if let Some(message) = next(framing, input)? {
                let mut whole = expected.take(input, message.end);
                whole.advance(message.start);
                let (message, last) = wrapping.unwrap(whole)?;
                *is_last |= last;
                return Poll::Ready(Ok(Message::Shared(message)));
            }
        }
    }
}

fn next(framing: &mut Framing, input: &[u8]) -> Result<Option<Range<usize>>, MessageError> {
    framing.next(input).map_err(|error| read::as_http(input).unwrap_or(error))
}

/// Writes the pieces, of which so many bytes are sent.
pub(super) fn poll_send<S: AsyncWrite + Unpin>(
    stream: &mut S,
    transforms: bool,
    cx: &mut Context<'_>,
    pieces: [&[u8]; 2],
    sent: &mut usize,
) -> Poll<Result<(), Error>> {
    let mut stream = Pin::new(stream);
    let [first, second] = pieces;
    while *sent < first.len() + second.len() {
        let first_rest = first.get(*sent..).unwrap_or_default();
        let second_rest = second.get(sent.saturating_sub(first.len())..).unwrap_or_default();
        // Not as a list of one slice, which takes the system longer.
        let written = match (first_rest, second_rest) {
            (rest, []) | ([], rest) => stream.as_mut().poll_write(cx, rest),
            (first, second) => stream.as_mut().poll_write_vectored(cx, &[first, second].map(IoSlice::new)),
        };
        match ready!(written) {
            Ok(0) => return Poll::Ready(Err(Error::Io(io::ErrorKind::WriteZero.into()))),
            Ok(count) => *sent += count,
            Err(error) if *sent == 0 && !transforms => return Poll::Ready(Err(Error::Unsent(Box::new(error.into())))),
            Err(error) => return Poll::Ready(Err(error.into())),
        }
    }
    stream.poll_flush(cx).map_err(Error::from)
}
