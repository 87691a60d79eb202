//! What answers requests, and how a client has to ask it.

use crate::limits::Limits;
use crate::message::Protocol;
use crate::reply::ReplyFuture;
use crate::request::Request;
use std::sync::Arc;

/// Anything that answers requests: a generated server around a handler, a `Connection` to a server
/// elsewhere, or a layer around another processor.
///
/// A generated client calls any processor, so `StoreClient::new(StoreServer::new(handler))` works without sockets.
pub trait Processor: Send + Sync + 'static {
    /// Answers one request. What the answer needs of the request is decoded before this returns.
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h>;

    /// How a client writes its requests. A layer hands on what the processor behind it says.
    fn dialect(&self) -> Dialect<'_> {
        Dialect::default()
    }

    /// The sequence id for a client's next request. It need only differ where requests share a connection.
    fn next_sequence_id(&self) -> i32 {
        0
    }
}

/// How a client writes requests to a processor, and within which bounds it reads the replies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dialect<'a> {
    /// The protocol of requests and replies.
    pub protocol: Protocol,
    /// The bounds within which requests are written and replies are read.
    pub limits: Limits,
    /// The service's name before each method's, `service:method`, where several services share a port.
    pub service: Option<&'a str>,
}

macro_rules! processor_behind {
    ($($pointer:ident),*) => { $(
        impl<P: Processor + ?Sized> Processor for $pointer<P> {
            fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
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
