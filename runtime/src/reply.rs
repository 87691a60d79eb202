//! The reply to a request, and the reply to come.

use crate::error::Error;
use crate::pieces::Message;
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The reply to a request.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub(crate) message: Option<Message>,
    /// The request named a method or service that is not there.
    names_nothing: bool,
}

impl Reply {
    /// A reply: a whole message, head and result, in the request's protocol and with its sequence id.
    pub fn new(message: Bytes) -> Self {
        Self { message: Some(Message::Shared(message)), names_nothing: false }
    }

    pub(crate) fn written(message: Message) -> Self {
        Self { message: Some(message), names_nothing: false }
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

    /// The message; `None` where there is no reply. A long binary in it may not have been copied yet: then the message is, here.
    pub fn message(&self) -> Option<Cow<'_, [u8]>> {
        self.message.as_ref().map(Message::whole)
    }

    /// The bytes at the beginning of the message that [stand together](Message::beginning).
    pub(crate) fn beginning(&self) -> Option<&[u8]> {
        self.message.as_ref().map(Message::beginning)
    }

    /// The message; `None` where there is no reply. It may be copied, as by [`message`](Self::message).
    pub fn into_message(self) -> Option<Bytes> {
        self.message.map(Bytes::from)
    }

    /// The message as it is.
    #[cfg(any(feature = "rpc", feature = "blocking"))]
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
        self.message.as_ref().map_or(0, Message::len)
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
