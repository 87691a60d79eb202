//! One connection to a server, which carries one call at a time.

use super::Settings;
use super::alarm::Alarm;
use super::endpoint::Endpoint;
use super::http::ping_pong::HttpSocket;
use super::outgoing::Outgoing;
use super::wrapping::Wrapping;
use crate::error::{Error, Timeout};
use crate::message::MessageError;
use crate::net::Stream;
use crate::transport::compressed::Compressed;
use crate::transport::{Framing, framed, read};
use bytes::{Buf, Bytes, BytesMut};
use std::io;
use std::pin::pin;
use tokio::io::AsyncWriteExt;
use tokio::runtime::{Handle, Id};
use tokio::time::timeout;

/// A message of at most so many bytes is copied behind its length: the system takes one slice in less time than two.
const COPIED: usize = 4096;

/// A connected socket.
#[derive(Debug)]
pub(super) struct Socket {
    link: Link,
    /// Of the call that it carries.
    alarm: Alarm,
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
            Some(target) => Link::Http(Box::new(HttpSocket::handshake(stream, target, settings).await?)),
            None => Link::Stream(Box::new(StreamSocket::new(stream, settings))),
        };
        Ok(Self { link, alarm: Alarm::default(), runtime: runtime() })
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

    /// Sends a request and reads the reply, if there is one. Unless this returns a reply (or, to a oneway request,
    /// nothing), the socket is of no more use.
    ///
    /// # Errors
    /// [`Timeout::Call`] at the call's deadline.
    pub(super) async fn exchange(&mut self, call: &Outgoing) -> Result<Option<Bytes>, Error> {
        let Self { link, alarm, .. } = self;
        // The future of a call is allocated for each: what needs much room has it elsewhere.
        let exchange = pin!(async {
            match link {
                Link::Stream(socket) => socket.exchange(call).await,
                Link::Http(socket) => Box::pin(socket.exchange(call)).await,
            }
        });
        alarm.before(call.deadline, exchange).await.unwrap_or(Err(Error::Timeout(Timeout::Call)))
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
    /// A small message that is being sent.
    output: Vec<u8>,
    /// The server is about to close.
    is_last: bool,
}

impl StreamSocket {
    fn new(stream: Stream, settings: &Settings) -> Self {
        let wrapping = Wrapping::new(settings);
        let (stream, framing) = (wrapping.stream(stream, settings.transport), wrapping.framing());
        Self { stream, framing, wrapping, input: BytesMut::new(), output: Vec::new(), is_last: false }
    }

    fn is_reusable(&self) -> bool {
        self.input.is_empty() && self.stream.is_drained() && !self.is_last
    }

    async fn exchange(&mut self, call: &Outgoing) -> Result<Option<Bytes>, Error> {
        self.send(call).await?;
        if call.oneway { Ok(None) } else { self.receive().await.map(Some) }
    }

    async fn send(&mut self, call: &Outgoing) -> Result<(), Error> {
        let message = self.wrapping.wrap(call, &call.message)?;
        let prefix = match self.wrapping.frame_limit() {
            None => None,
            Some(limit) => Some(
                framed::prefix(message.len())
                    .filter(|_| message.len() <= limit)
                    .ok_or(MessageError::FrameTooLarge { length: message.len(), limit })?,
            ),
        };
        let prefix = prefix.as_ref().map_or(&[][..], |prefix| prefix);
        if message.len() <= COPIED {
            self.output.clear();
            self.output.extend_from_slice(prefix);
            self.output.extend_from_slice(&message);
            write_all(&mut self.stream, &self.output[..]).await?;
        } else {
            write_all(&mut self.stream, prefix.chain(&message[..])).await?;
        }
        Ok(self.stream.flush().await?)
    }

    async fn receive(&mut self) -> Result<Bytes, Error> {
        loop {
            let message = self.framing.next(&self.input);
            if let Some(message) = message.map_err(|error| read::as_http(&self.input).unwrap_or(error))? {
                let mut whole = read::take(&mut self.input, message.end);
                whole.advance(message.start);
                let (message, is_last) = self.wrapping.unwrap(whole)?;
                self.is_last |= is_last;
                return Ok(message);
            }
            let missing = self.framing.least_length(&self.input).saturating_sub(self.input.len());
            if read::read(&mut self.stream, &mut self.input, missing).await? == 0 {
                return Err(Error::Io(io::ErrorKind::UnexpectedEof.into()));
            }
        }
    }
}

/// Writes all of `rest`.
async fn write_all(stream: &mut Compressed<Stream>, mut rest: impl Buf + Send) -> Result<(), Error> {
    let (whole, transforms) = (rest.remaining(), stream.transforms());
    while rest.has_remaining() {
        let written = match rest.chunk().len() == rest.remaining() {
            // Not as a list of one slice, which takes the system longer.
            true => stream.write(rest.chunk()).await.inspect(|&count| rest.advance(count)),
            false => stream.write_buf(&mut rest).await,
        };
        match written {
            Ok(0) => return Err(Error::Io(io::ErrorKind::WriteZero.into())),
            Ok(_) => {}
            Err(error) if rest.remaining() == whole && !transforms => {
                return Err(Error::Unsent(Box::new(error.into())));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
