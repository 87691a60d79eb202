//! The reply to a request, and the reply to come.

use crate::error::Error;
use crate::spare;
use bytes::Bytes;
use std::fmt;
use std::future::Future;
use std::mem;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The reply to a request.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    message: Option<Message>,
    /// The request named a method or service that is not there.
    names_nothing: bool,
}

/// The bytes of a reply.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// A buffer that can be [used again](crate::spare).
    Own(Vec<u8>),
    Shared(Bytes),
}

impl Reply {
    /// A reply: a whole message, head and result, in the request's protocol and with its sequence id.
    pub fn new(message: Bytes) -> Self {
        Self { message: Some(Message::Shared(message)), names_nothing: false }
    }

    pub(crate) fn written(message: Vec<u8>) -> Self {
        Self { message: Some(Message::Own(message)), names_nothing: false }
    }

    /// What has come of a request.
    #[cfg(feature = "rpc")]
    pub(crate) fn received(message: Option<Message>) -> Self {
        Self { message, names_nothing: false }
    }

    /// No reply, as to a oneway request.
    pub fn none() -> Self {
        Self::default()
    }

    /// The message; `None` where there is no reply.
    pub fn message(&self) -> Option<&[u8]> {
        self.message.as_deref()
    }

    /// The message; `None` where there is no reply.
    pub fn into_message(self) -> Option<Bytes> {
        self.message.map(Bytes::from)
    }

    /// The message as it is.
    #[cfg(feature = "rpc")]
    pub(crate) fn into_bytes(self) -> Option<Message> {
        self.message
    }

    /// The message as it is, where it is.
    pub(crate) fn message_mut(&mut self) -> Option<&mut Message> {
        self.message.as_mut()
    }

    /// The reply to a request that named a method or service which is not there: also where there is no message that says
    /// so, what the client called it is not for those who count calls by their names.
    pub(crate) fn naming_nothing(self) -> Self {
        Self { names_nothing: true, ..self }
    }

    /// Whether the request named a method or service that is not there.
    pub(crate) fn names_nothing(&self) -> bool {
        self.names_nothing
    }

    /// The same without a message.
    #[cfg(feature = "tower")]
    pub(crate) fn silent(self) -> Self {
        Self { message: None, ..self }
    }

    /// The size of the message; 0 where there is none.
    pub(crate) fn message_bytes(&self) -> usize {
        self.message().map_or(0, <[u8]>::len)
    }
}

impl Message {
    /// Takes the message away.
    #[cfg(any(feature = "rpc", feature = "blocking"))]
    pub(crate) fn take(&mut self) -> Bytes {
        mem::replace(self, Self::Own(Vec::new())).into()
    }

    /// Has what is kept of it be slices of one buffer.
    pub(crate) fn share(&mut self) {
        if let Self::Own(buffer) = self {
            *self = Self::Shared(mem::take(buffer).into());
        }
    }

    /// The buffer that can be sliced.
    pub(crate) fn shared(&self) -> Option<&Bytes> {
        match self {
            Self::Own(_) => None,
            Self::Shared(message) => Some(message),
        }
    }

    /// Gives the buffer to those that are written next, as its bytes are not needed any more.
    pub(crate) fn recycle(&mut self) {
        if let Self::Own(buffer) = self {
            spare::give(mem::take(buffer));
        }
    }
}

impl Deref for Message {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Own(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }
}

impl From<Message> for Bytes {
    fn from(message: Message) -> Self {
        match message {
            Message::Own(bytes) => bytes.into(),
            Message::Shared(bytes) => bytes,
        }
    }
}

/// The reply to come. An error means that there is none: a server closes the connection, a client's call fails.
#[derive(Debug)]
pub struct ReplyFuture<'h> {
    state: State<'h>,
    is_oneway: bool,
}

enum State<'h> {
    /// `None` once it was taken.
    Ready(Option<Result<Reply, Error>>),
    Waiting(Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send + 'h>>),
}

impl<'h> ReplyFuture<'h> {
    /// A reply that takes some time.
    pub fn new(future: impl Future<Output = Result<Reply, Error>> + Send + 'h) -> Self {
        Self { state: State::Waiting(Box::pin(future)), is_oneway: false }
    }

    /// A reply that is there.
    pub fn ready(reply: Result<Reply, Error>) -> Self {
        Self { state: State::Ready(Some(reply)), is_oneway: false }
    }

    /// The reply, if it is there already.
    pub(crate) fn done(&mut self) -> Option<&mut Result<Reply, Error>> {
        match &mut self.state {
            State::Ready(reply) => reply.as_mut(),
            State::Waiting(_) => None,
        }
    }

    /// Says that no reply will come: the future only tells when the handler is done.
    pub fn oneway(self) -> Self {
        Self { is_oneway: true, ..self }
    }

    /// Whether it is known that no reply will come, before the handler is done: a server need not wait with what it says
    /// to later requests. The future has to be driven on all the same. `false` where there will be none, but who answers
    /// does not know it yet, as a connection to another server.
    pub fn is_oneway(&self) -> bool {
        self.is_oneway
    }

    /// A future around this one, as a layer has it: what is known of the reply is known of it, too. It is around what is left to
    /// do: see [`Processor::process`](crate::Processor::process).
    pub fn wrap<F>(self, around: impl FnOnce(Self) -> F) -> Self
    where
        F: Future<Output = Result<Reply, Error>> + Send + 'h,
    {
        let is_oneway = self.is_oneway;
        Self { is_oneway, ..Self::new(around(self)) }
    }
}

impl Future for ReplyFuture<'_> {
    type Output = Result<Reply, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.state {
            // Once taken, nothing more comes.
            State::Ready(reply) => reply.take().map_or(Poll::Pending, Poll::Ready),
            State::Waiting(future) => future.as_mut().poll(cx),
        }
    }
}

impl fmt::Debug for State<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready(reply) => f.debug_tuple("Ready").field(reply).finish(),
            Self::Waiting(_) => f.write_str("Waiting"),
        }
    }
}
