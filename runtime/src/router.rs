//! Several services on one port: requests name the service before the method, `service:method`, which Thrift calls
//! multiplexed.

use crate::application::ApplicationErrorKind;
use crate::processor::{Dialect, Processor};
use crate::reply::ReplyFuture;
use crate::request::Request;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Several services on one port, told apart by the name before the method's: `Calculator:add`.
///
/// A call of a service that is not there, or of none where there is no [default](Self::default_service), is answered with
/// an application exception of the kind `PROTOCOL_ERROR`. Replies have the plain method's name, as with Apache's
/// libraries. Over HTTP, a path for each service does without this: see `HttpService`.
///
/// ```
/// # mod generated { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/example/mod.rs")); }
/// # use generated::example::*;
/// # struct Handler;
/// # impl ExampleService for Handler {
/// #     async fn process_request(&self, message: String) -> Result<String, thrift_runtime::Error> { Ok(message) }
/// # }
/// use thrift_runtime::{Processor, Router};
///
/// let router = Router::new()
///     .service("Example", ExampleServiceServer::new(Handler))
///     .default_service(ExampleServiceServer::new(Handler));
///
/// // A client says by `service` which one it means; over a connection likewise.
/// let router = std::sync::Arc::new(router);
/// let client = ExampleServiceClient::new(router.service("Example"));
/// # drop(client);
/// ```
#[derive(Default)]
pub struct Router {
    services: BTreeMap<String, Box<dyn Processor>>,
    default: Option<Box<dyn Processor>>,
}

impl Router {
    /// Without any service.
    pub fn new() -> Self {
        Self::default()
    }

    /// Has the processor answer calls of `name:method`. The name is usually the service's in the IDL. One with a colon is
    /// never called, as the first colon of a call ends the name. The last service of a name replaces those before.
    pub fn service(mut self, name: impl Into<String>, processor: impl Processor) -> Self {
        self.services.insert(name.into(), Box::new(processor));
        self
    }

    /// Has the processor answer calls that name no service.
    pub fn default_service(mut self, processor: impl Processor) -> Self {
        self.default = Some(Box::new(processor));
        self
    }
}

impl Processor for Router {
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        let called = request.method();
        let (service, method) =
            called.split_once(':').map_or((None, called), |(service, method)| (Some(service), method));
        let request = request.for_method(method);
        match (service, &self.default) {
            (Some(name), _) => match self.services.get(name) {
                Some(service) => service.process(request),
                None => request.refuse_name(ApplicationErrorKind::PROTOCOL_ERROR, format!("Unknown service: '{name}'")),
            },
            (None, Some(default)) => default.process(request),
            (None, None) => {
                let text = format!("'{method}' names no service: there are several, called as 'service:method'");
                request.refuse_name(ApplicationErrorKind::PROTOCOL_ERROR, text)
            }
        }
    }

    fn dialect(&self) -> Dialect<'_> {
        self.default.as_ref().map(Processor::dialect).unwrap_or_default()
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.services.keys().collect();
        f.debug_struct("Router").field("services", &names).field("default", &self.default.is_some()).finish()
    }
}

/// One service among several behind a processor: clients over this channel call `service:method`. Made by
/// [`Processor::service`].
#[derive(Clone, Debug)]
pub struct Multiplexed<P> {
    pub(crate) processor: P,
    pub(crate) service: Arc<str>,
}

impl<P> Multiplexed<P> {
    pub(crate) fn new(processor: P, service: Arc<str>) -> Self {
        Self { processor, service }
    }
}

impl<P: Processor> Processor for Multiplexed<P> {
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        self.processor.process(request)
    }

    fn dialect(&self) -> Dialect<'_> {
        Dialect { service: Some(&self.service), ..self.processor.dialect() }
    }

    fn next_sequence_id(&self) -> i32 {
        self.processor.next_sequence_id()
    }
}
