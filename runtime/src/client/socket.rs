//! One connection to a server, which carries one call at a time.

use super::Settings;
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
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

/// A connected socket, by how messages travel on it.
#[derive(Debug)]
pub(super) enum Socket {
    Stream(Box<StreamSocket>),
    Http(Box<HttpSocket>),
}

impl Socket {
    pub(super) async fn connect(endpoint: &Endpoint, settings: &Settings) -> Result<Self, Error> {
        Self::on(connect(endpoint, settings).await?, endpoint, settings).await
    }

    /// On a stream that is connected.
    pub(super) async fn on(stream: Stream, endpoint: &Endpoint, settings: &Settings) -> Result<Self, Error> {
        match &endpoint.http {
            Some(target) => Ok(Self::Http(Box::new(HttpSocket::handshake(stream, target, settings).await?))),
            None => Ok(Self::Stream(Box::new(StreamSocket::new(stream, settings)))),
        }
    }

    /// Whether the socket can carry another call, as far as is known from the last one.
    pub(super) fn is_reusable(&mut self) -> bool {
        match self {
            Self::Stream(socket) => socket.is_reusable(),
            Self::Http(socket) => socket.is_reusable(),
        }
    }

    /// Whether an idle socket can carry a call: see [`Stream::is_quiet`].
    pub(super) fn is_fresh(&mut self) -> bool {
        let is_quiet = match self {
            Self::Stream(socket) => socket.stream.inner().is_quiet(),
            Self::Http(socket) => socket.is_quiet(),
        };
        is_quiet && self.is_reusable()
    }

    /// Sends a request and reads the reply, if there is one. Unless this returns a reply (or, to a oneway request,
    /// nothing), the socket is of no more use.
    pub(super) async fn exchange(&mut self, call: &Outgoing) -> Result<Option<Bytes>, Error> {
        match self {
            Self::Stream(socket) => {
                socket.send(call).await?;
                if call.oneway { Ok(None) } else { socket.receive().await.map(Some) }
            }
            Self::Http(socket) => socket.exchange(call).await,
        }
    }
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
    /// The server is about to close.
    is_last: bool,
}

impl StreamSocket {
    fn new(stream: Stream, settings: &Settings) -> Self {
        let wrapping = Wrapping::new(settings);
        let (stream, framing) = (wrapping.stream(stream, settings.transport), wrapping.framing());
        Self { stream, framing, wrapping, input: BytesMut::new(), is_last: false }
    }

    fn is_reusable(&self) -> bool {
        self.input.is_empty() && self.stream.is_drained() && !self.is_last
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
        let mut rest = prefix.chain(&message[..]);
        let whole = rest.remaining();
        let transforms = self.stream.transforms();
        self.stream.write_all_buf(&mut rest).await.map_err(|error| match rest.remaining() == whole && !transforms {
            true => Error::Unsent(Box::new(error.into())),
            false => error.into(),
        })?;
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
