//! A span of the `tracing` crate for each call, and the trace context that goes from one server to the next.

use crate::call_outcome::{CallOutcome, watch};
use crate::context::{Metadata, request as handled};
use crate::processor::{Dialect, Processor};
use crate::reply::{Reply, ReplyFuture};
use crate::request::Request;
use crate::trace_context::TraceContext;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use tracing::field::{Empty, display};
use tracing::{Instrument, Span, info_span};

/// A processor with a span for each call: around a server, or around a client's connection.
///
/// ```
/// # mod generated { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/example/mod.rs")); }
/// # use generated::example::*;
/// # struct Handler;
/// # impl ExampleService for Handler {
/// #     async fn process_request(&self, message: String) -> Result<String, thrift_runtime::Error> { Ok(message) }
/// # }
/// # async fn run() -> Result<(), thrift_runtime::Error> {
/// use thrift_runtime::{Client, Server, Traced};
///
/// let server = Traced::server("ExampleService", ExampleServiceServer::new(Handler));
/// # drop(server);
/// let connection = Client::connect("http://localhost:9090").await?;
/// let client = ExampleServiceClient::new(Traced::client("ExampleService", connection).propagate());
/// # drop(client);
/// # Ok(()) }
/// ```
///
/// The span `rpc` is of level `INFO`. Its fields are named as OpenTelemetry has it: `otel.name` and `otel.kind`,
/// `rpc.system`, `rpc.service`, `rpc.method`, `network.peer.address`, `rpc.request.size` and `rpc.response.size` in bytes,
/// `rpc.outcome` (see [`CallOutcome::name`]), and for what went wrong `error.type`, `otel.status_code` and
/// `otel.status_description`. The fields `trace_id`, `span_id` and `parent_span_id` are those of W3C trace context, also
/// where no subscriber listens: a server takes the trace over that its client names in the headers `traceparent` and
/// `tracestate`, of HTTP, THeader or TTHeader, or begins one, and a client takes over that of the handler that it is called
/// in.
///
/// Timeouts end within the span: those of connections and handlers, and of layers that are inside.
#[derive(Clone, Debug)]
pub struct Traced<P> {
    processor: P,
    service: Arc<str>,
    side: Side,
    peer: Option<Arc<str>>,
    propagates: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Server,
    Client,
}

impl<P: Processor> Traced<P> {
    /// A span for each call that the processor answers. `service` is its name for people; where the call names one, as in
    /// front of a [`Router`](crate::Router), that is taken.
    pub fn server(service: impl Into<Arc<str>>, processor: P) -> Self {
        Self { processor, service: service.into(), side: Side::Server, peer: None, propagates: false }
    }

    /// A span for each call over a connection. Around a layer that tries again, it is one for all tries; within, one for
    /// each.
    pub fn client(service: impl Into<Arc<str>>, processor: P) -> Self {
        Self { processor, service: service.into(), side: Side::Client, peer: None, propagates: false }
    }

    /// Where the calls go, for the field `network.peer.address`. A server knows its peers.
    pub fn peer(mut self, peer: impl Into<Arc<str>>) -> Self {
        self.peer = Some(peer.into());
        self
    }

    /// Has a client send the trace context with each call, where the transport has headers. By default it is kept to
    /// oneself, as servers of others need not know it.
    pub fn propagate(mut self) -> Self {
        self.propagates = self.side == Side::Client;
        self
    }

    fn span(&self, request: &Request<'_>, parent: Option<&TraceContext>, context: &TraceContext) -> Span {
        let (service, method) = request.method().split_once(':').unwrap_or((&self.service, request.method()));
        let span = info_span!(
            "rpc",
            otel.name = %format_args!("{service}/{method}"),
            otel.kind = if self.side == Side::Server { "server" } else { "client" },
            rpc.system = "thrift",
            rpc.service = service,
            rpc.method = method,
            network.peer.address = Empty,
            rpc.request.size = request.message_bytes(),
            rpc.response.size = Empty,
            rpc.outcome = Empty,
            error.type = Empty,
            otel.status_code = Empty,
            otel.status_description = Empty,
            trace_id = %format_args!("{:032x}", context.trace_id()),
            span_id = %format_args!("{:016x}", context.span_id()),
            parent_span_id = Empty,
        );
        if let Some(parent) = parent {
            span.record("parent_span_id", display(format_args!("{:016x}", parent.span_id())));
        }
        match (&self.peer, request.metadata().peer()) {
            (Some(peer), _) => _ = span.record("network.peer.address", &**peer),
            (None, Some(peer)) => _ = span.record("network.peer.address", display(peer)),
            (None, None) => {}
        }
        span
    }
}

impl<P: Processor> Processor for Traced<P> {
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        let parent = match self.side {
            Side::Server => request.metadata().trace_context(),
            // Without a span of the handler's own its caller's, and what a proxy passes on belongs where it came from.
            Side::Client => TraceContext::current()
                .or_else(|| handled().trace_context())
                .or_else(|| request.metadata().trace_context()),
        };
        let context = parent.as_ref().map_or_else(TraceContext::new, TraceContext::child);
        let span = self.span(&request, parent.as_ref(), &context);
        let mut metadata = request.metadata().clone();
        if self.propagates {
            metadata = own(metadata).with_trace_context(&context);
        }
        let request = request.with_metadata(&metadata);
        let reply = context.scope(|| span.in_scope(|| self.processor.process(request)));
        let ending = span.clone();
        let reply = watch(reply, move |outcome, reply| record(&ending, outcome, reply));
        reply.wrap(|mut reply| poll_fn(move |cx| context.scope(|| Pin::new(&mut reply).poll(cx))).instrument(span))
    }

    fn dialect(&self) -> Dialect<'_> {
        self.processor.dialect()
    }

    fn next_sequence_id(&self) -> i32 {
        self.processor.next_sequence_id()
    }
}

/// What is sent with a request. That which a proxy passes on came from a peer, of whose headers none is sent; the
/// deadline holds.
fn own(metadata: Metadata) -> Metadata {
    if !metadata.is_received() {
        return metadata;
    }
    match metadata.deadline() {
        Some(deadline) => Metadata::default().with_deadline(deadline),
        None => Metadata::default(),
    }
}

fn record(span: &Span, outcome: CallOutcome<'_>, reply: Option<&Reply>) {
    let reply_bytes = reply.map_or(0, Reply::message_bytes);
    span.record("rpc.outcome", outcome.name());
    if reply_bytes > 0 {
        span.record("rpc.response.size", reply_bytes);
    }
    if let Some(error) = outcome.error_type() {
        span.record("error.type", error);
        span.record("otel.status_code", "ERROR");
    }
    if let CallOutcome::NoReply(error) = outcome {
        span.record("otel.status_description", display(error));
    }
}
