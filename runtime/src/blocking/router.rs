//! Several blocking services on one port.

use super::processor::{Immediate, Processor, now};
use crate::error::Error;
use crate::processor::{Dialect, Processor as _};
use crate::reply::Reply;
use crate::request::Request;
use crate::router::{self, Multiplexed};

/// Several services on one port, told apart by the name before the method's, `Calculator:add`: the
/// [`Router`](crate::Router) of blocking servers.
///
/// ```no_run
/// # fn run<P: thrift_runtime::blocking::Processor>(calculator: P, store: P) -> Result<(), thrift_runtime::Error> {
/// use thrift_runtime::blocking::{Client, Processor, Router, Server};
///
/// let router = Router::new().service("Calculator", calculator).service("Store", store);
/// Server::bind("127.0.0.1:9090")?.serve(router)?;
///
/// // A client says which one it means: `CalculatorClient::new(channel)`.
/// let channel = Client::connect("tcp://localhost:9090")?.service("Calculator");
/// # drop(channel);
/// # Ok(()) }
/// ```
#[derive(Debug, Default)]
pub struct Router(router::Router);

impl Router {
    /// Without any service.
    pub fn new() -> Self {
        Self::default()
    }

    /// Has the processor answer calls of `name:method`. The name is usually the service's in the IDL. One with a colon is
    /// never called, as the first colon of a call ends the name. The last service of a name replaces those before.
    pub fn service(self, name: impl Into<String>, processor: impl Processor) -> Self {
        Self(self.0.service(name, Immediate(processor)))
    }

    /// Has the processor answer calls that name no service.
    pub fn default_service(self, processor: impl Processor) -> Self {
        Self(self.0.default_service(Immediate(processor)))
    }
}

impl Processor for Router {
    fn process(&self, request: Request<'_>) -> Result<Reply, Error> {
        now(self.0.process(request))
    }

    fn dialect(&self) -> Dialect<'_> {
        self.0.dialect()
    }
}

impl<P: Processor> Processor for Multiplexed<P> {
    fn process(&self, request: Request<'_>) -> Result<Reply, Error> {
        self.processor.process(request)
    }

    fn dialect(&self) -> Dialect<'_> {
        Dialect { service: Some(&self.service), ..self.processor.dialect() }
    }

    fn next_sequence_id(&self) -> i32 {
        self.processor.next_sequence_id()
    }
}
