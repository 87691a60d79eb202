//! Processors as services of the `tower` crate, and such services as processors, so that tower's layers apply to clients
//! and servers alike.

mod request;

pub use request::OwnedRequest;

use crate::answer::LateAnswer;
use crate::application::ApplicationErrorKind;
use crate::error::{Error, Timeout};
use crate::processor::{Dialect, Processor};
use crate::reply::{Reply, ReplyFuture};
use crate::request::Request;
use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::Service;
use tower::load_shed::error::Overloaded;
use tower::timeout::error::Elapsed;

/// A processor as a `tower` service. Cheap to clone.
#[derive(Debug)]
pub struct ProcessorService<P>(Arc<P>);

impl<P: Processor> ProcessorService<P> {
    /// Has the processor answer.
    pub fn new(processor: P) -> Self {
        Self(Arc::new(processor))
    }
}

impl<P> Clone for ProcessorService<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: Processor> Service<OwnedRequest> for ProcessorService<P> {
    type Response = Reply;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: OwnedRequest) -> Self::Future {
        let processor = Arc::clone(&self.0);
        Box::pin(async move {
            let reply = processor.process(request.as_request()?);
            reply.await
        })
    }
}

/// A `tower` service as a processor, for a server or for generated clients. Made by [`Processor::layer`] or
/// [`new`](Self::new).
///
/// Of the errors of a service, an [`Error`] is handed on as it is, `Elapsed` of tower's `Timeout` is
/// [`Error::Timeout`], `Overloaded` of its `LoadShed` is [`Error::Overloaded`], and any other is [`Error::Internal`].
/// A client's call fails with that. To a server's client it is an application exception, as if a handler had returned
/// it, and the connection lives on; that it took too long or was too much, the client is told.
pub struct Layered<S, P> {
    service: S,
    processor: Arc<P>,
}

impl<S, P: Processor> Layered<S, P> {
    /// Has the service answer, as one that balances over several connections. Clients write requests as they would
    /// for `like`, which is asked nothing else.
    pub fn new(service: S, like: P) -> Self {
        Self { service, processor: Arc::new(like) }
    }

    pub(crate) fn layer<L>(processor: P, layer: &L) -> Self
    where
        L: tower::Layer<ProcessorService<P>, Service = S>,
    {
        let processor = Arc::new(processor);
        Self { service: layer.layer(ProcessorService(Arc::clone(&processor))), processor }
    }
}

impl<S, P> Processor for Layered<S, P>
where
    S: Service<OwnedRequest, Response = Reply> + Clone + Send + Sync + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    S::Future: Send,
    P: Processor,
{
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        // What came from elsewhere gets an answer; a client's own call fails.
        let answer = request.metadata().is_received().then(|| LateAnswer::to(&request));
        let (mut service, request) = (self.service.clone(), OwnedRequest::from(request));
        let oneway = request.is_oneway();
        let reply = ReplyFuture::new(async move {
            let reply = async {
                poll_fn(|cx| service.poll_ready(cx)).await?;
                service.call(request).await
            };
            match (reply.await.map_err(|error| of_service(error.into())), answer) {
                (Ok(reply), _) if oneway => Ok(reply.silent()),
                (Err(error), Some(answer)) if !oneway => answer.answer().error(told(error)),
                (reply, _) => reply,
            }
        });
        // The request says so, or the service behind the layer will, too late.
        if oneway { reply.oneway() } else { reply }
    }

    fn dialect(&self) -> Dialect<'_> {
        self.processor.dialect()
    }

    fn next_sequence_id(&self) -> i32 {
        self.processor.next_sequence_id()
    }
}

impl<S: Clone, P> Clone for Layered<S, P> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone(), processor: Arc::clone(&self.processor) }
    }
}

impl<S: fmt::Debug, P> fmt::Debug for Layered<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layered").field("service", &self.service).finish_non_exhaustive()
    }
}

fn of_service(error: Box<dyn StdError + Send + Sync>) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => *error,
        Err(error) if error.is::<Elapsed>() => Error::Timeout(Timeout::Call),
        Err(error) if error.is::<Overloaded>() => Error::Overloaded,
        Err(error) => Error::Internal(error),
    }
}

/// What a server's client is told of an error.
fn told(error: Error) -> Error {
    match error {
        Error::Timeout(_) | Error::Overloaded => {
            Error::application(ApplicationErrorKind::INTERNAL_ERROR, error.to_string())
        }
        other => other,
    }
}
