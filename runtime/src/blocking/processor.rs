//! Answering requests in the thread that asks.
//!
//! What a request comes to is the same as with futures, and but for calls of a handler made by the same code: a future that
//! waits for nothing is ready when it is first polled, and a blocking handler has returned by then.

use crate::answer::Answer;
use crate::application::ApplicationErrorKind;
use crate::error::Error;
use crate::handler::caught;
use crate::outcome::{MethodError, ReturnValue};
use crate::processor::{self, Dialect};
use crate::reply::{Reply, ReplyFuture};
use crate::request::{Invocation, Request};
use crate::router::Multiplexed;
use std::fmt;
use std::future::{Future, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Anything that answers requests before it returns: a generated blocking server around a handler, a blocking `Connection` to
/// a server elsewhere, or a layer around another processor.
///
/// A generated blocking client calls any such processor, so `StoreClient::new(StoreServer::new(handler))` works without sockets.
pub trait Processor: Send + Sync + 'static {
    /// Answers one request.
    ///
    /// # Errors
    /// There is no reply: a server closes the connection, a client's call fails.
    fn process(&self, request: Request<'_>) -> Result<Reply, Error>;

    /// How a client writes its requests. A layer hands on what the processor behind it says.
    fn dialect(&self) -> Dialect<'_> {
        Dialect::default()
    }

    /// The sequence id for a client's next request. It need only differ where requests share a connection.
    fn next_sequence_id(&self) -> i32 {
        0
    }

    /// The channel to one of several services behind this: a client over it calls `service:method`. The server's side is a
    /// [`Router`](super::Router).
    fn service(self, name: impl Into<Arc<str>>) -> Multiplexed<Self>
    where
        Self: Sized,
    {
        Multiplexed::new(self, name.into())
    }
}

macro_rules! processor_behind {
    ($($pointer:ident),*) => { $(
        impl<P: Processor + ?Sized> Processor for $pointer<P> {
            fn process(&self, request: Request<'_>) -> Result<Reply, Error> {
                (**self).process(request)
            }
            fn dialect(&self) -> Dialect<'_> {
                (**self).dialect()
            }
            fn next_sequence_id(&self) -> i32 {
                (**self).next_sequence_id()
            }
        }
    )* };
}
processor_behind!(Arc, Box);

impl Request<'_> {
    /// Answers that there is no such method, without a future.
    ///
    /// # Errors
    /// The answer cannot be written.
    pub fn blocking_unknown_method(self) -> Result<Reply, Error> {
        now(self.unknown_method())
    }

    /// Answers that the call failed, and says why, without a future. A oneway request gets no answer, so that the reason is
    /// logged.
    ///
    /// # Errors
    /// The answer cannot be written.
    pub fn blocking_refuse(self, kind: ApplicationErrorKind, text: String) -> Result<Reply, Error> {
        now(self.refuse(kind, text))
    }
}

impl<V> Invocation<'_, V> {
    /// Has a blocking handler answer. It can be told of a deadline, in the metadata, but not be stopped.
    ///
    /// # Errors
    /// The answer cannot be written.
    pub fn blocking_call<T, E>(self, handler: impl FnOnce(V) -> Result<T, E>) -> Result<Reply, Error>
    where
        T: ReturnValue,
        E: MethodError,
    {
        let answer = Answer::to(self.request);
        let values = match self.values {
            Ok(values) => values,
            Err(error) => return answer.invalid(&error),
        };
        let mut reply = Ok(Reply::none());
        match caught(&self.request.bounded_metadata(), || answer.result(handler(values), &mut reply)) {
            Ok(()) => reply,
            Err(why) => answer.failed(&why),
        }
    }

    /// Has a blocking handler take a request to which there is no reply.
    ///
    /// # Errors
    /// None at present.
    pub fn blocking_oneway<E>(self, handler: impl FnOnce(V) -> Result<(), E> + Send) -> Result<Reply, Error>
    where
        V: Send,
        E: fmt::Display + Send,
    {
        let metadata = self.request.bounded_metadata();
        let request = self.request.clone().with_metadata(&metadata).within(None);
        now(Invocation { request: &request, values: self.values }.oneway(|values| ready(handler(values))))
    }
}

/// A blocking processor as one whose replies are there at once.
#[derive(Clone, Debug)]
pub(super) struct Immediate<P>(pub(super) P);

impl<P: Processor> processor::Processor for Immediate<P> {
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        ReplyFuture::ready(self.0.process(request))
    }
    fn dialect(&self) -> Dialect<'_> {
        self.0.dialect()
    }
    fn next_sequence_id(&self) -> i32 {
        self.0.next_sequence_id()
    }
}

/// What comes of a future that waits for nothing.
pub(super) fn now<T, E: From<Error>>(future: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(Error::internal("there is no one to wait for a future here").into()),
    }
}
