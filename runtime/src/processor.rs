//! What answers requests, and how a client has to ask it.

use crate::limits::Limits;
use crate::message::Protocol;
use crate::reply::ReplyFuture;
use crate::request::Request;
use crate::router::Multiplexed;
use std::sync::Arc;

/// Anything that answers requests: a generated server around a handler, a `Connection` to a server
/// elsewhere, or a layer around another processor.
///
/// A generated client calls any processor, so `StoreClient::new(StoreServer::new(handler))` works without sockets.
pub trait Processor: Send + Sync + 'static {
    /// Answers one request. What the answer needs of the request is decoded before this returns.
    ///
    /// A handler may have begun, or be done, when this returns: what has to come before it, as a check whether the caller may
    /// ask this, has to come before this is called, and what it has to run in, as the scope of a task-local, has to be around
    /// the call, too. It goes on when the future is polled, and is dropped with it.
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h>;

    /// How a client writes its requests. A layer hands on what the processor behind it says.
    fn dialect(&self) -> Dialect<'_> {
        Dialect::default()
    }

    /// The sequence id for a client's next request. It need only differ where requests share a connection.
    fn next_sequence_id(&self) -> i32 {
        0
    }

    /// The channel to one of several services behind this: a client over it calls `service:method`. The server's side is a
    /// [`Router`](crate::Router).
    ///
    /// ```
    /// # async fn run() -> Result<(), thrift_runtime::Error> {
    /// # use thrift_runtime::{Client, Processor};
    /// let connection = Client::connect("tcp://localhost:9090").await?;
    /// let calculator = connection.clone().service("Calculator"); // CalculatorClient::new(calculator)
    /// # drop(calculator);
    /// # Ok(()) }
    /// ```
    fn service(self, name: impl Into<Arc<str>>) -> Multiplexed<Self>
    where
        Self: Sized,
    {
        Multiplexed::new(self, name.into())
    }

    /// This behind a layer of `tower`, or several by its `ServiceBuilder`: for a server as for a client. The service that
    /// comes of it has to be `Clone` and `Sync`; what is not goes behind tower's `Buffer`, or into a
    /// `BoxCloneSyncService`.
    ///
    /// ```
    /// # use thrift_runtime::Processor;
    /// # fn run(processor: impl Processor) {
    /// use std::time::Duration;
    /// use tower::ServiceBuilder;
    ///
    /// let bounded = processor.layer(
    ///     ServiceBuilder::new().load_shed().concurrency_limit(100).timeout(Duration::from_secs(5)),
    /// );
    /// # drop(bounded);
    /// # }
    /// ```
    #[cfg(feature = "tower")]
    fn layer<L>(self, layer: L) -> crate::layered::Layered<L::Service, Self>
    where
        Self: Sized,
        L: tower::Layer<crate::layered::ProcessorService<Self>>,
    {
        crate::layered::Layered::layer(self, &layer)
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
