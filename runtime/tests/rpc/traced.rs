//! Spans of calls, and the trace context that goes with them.

use super::raw::{Raw, ping};
use super::spans::Spans;
use super::store::{Base, BaseServer, StoreClient, StoreServer};
use super::{BINARY, Handler, soon, start};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use thrift_runtime::{Client, Error, Metadata, Processor, ReplyFuture, Request, Router, Server, TraceContext, Traced};
use tower::ServiceBuilder;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[tokio::test]
async fn a_span_says_what_was_called_and_what_came_of_it() {
    let (spans, _guard) = Spans::listen();
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Traced::server("Store", StoreServer::new(Handler::default()))));
    for (round, way) in BINARY.into_iter().enumerate() {
        let connection = way.builder().connect(way.url(address)).await.unwrap();
        let connection = Traced::client("Store", connection).peer(way.url(address));
        let client = StoreClient::new(connection);
        client.find(1, "x").await.unwrap();
        client.find(1, "missing").await.unwrap_err();
        client.find(1, "internal").await.unwrap_err();
        client.forget(7).await.unwrap();
        client.ping().await.unwrap();

        let calls = &spans.calls()[10 * round..];
        let of = |kind: &str| calls.iter().filter(|call| call["otel.kind"] == kind).cloned().collect::<Vec<_>>();
        let (clients, servers) = (of("client"), of("server"));
        let outcomes = [
            ("find", "returned", None),
            ("find", "exception", None),
            ("find", "failed", Some("INTERNAL_ERROR")),
            ("forget", "returned", None),
            ("ping", "returned", None),
        ];
        for (index, (method, outcome, error)) in outcomes.into_iter().enumerate() {
            for call in [&clients[index], &servers[index]] {
                assert_eq!(call["otel.name"], format!("Store/{method}"));
                assert_eq!(
                    (&*call["rpc.system"], &*call["rpc.service"], &*call["rpc.method"]),
                    ("thrift", "Store", method)
                );
                assert_eq!((&*call["rpc.outcome"], call.get("error.type").map(String::as_str)), (outcome, error));
                assert_eq!(call.get("otel.status_code").is_some(), error.is_some());
            }
            let sizes = |field| [clients[index].get(field), servers[index].get(field)];
            let [sent, received] = sizes("rpc.request.size");
            assert!(sent.is_some() && sent == received, "{sent:?} {received:?}");
            let [received, sent] = sizes("rpc.response.size");
            assert!(sent == received && sent.is_some() == (method != "forget"), "{sent:?} {received:?}");
            assert_eq!(clients[index]["network.peer.address"], way.url(address));
            assert!(servers[index]["network.peer.address"].starts_with("127.0.0.1:"));
            // Not sent, unless one asks for it.
            assert_ne!(clients[index]["trace_id"], servers[index]["trace_id"]);
        }
    }
}

#[tokio::test]
async fn what_takes_too_long_or_is_given_up_ends_its_span() {
    let (spans, _guard) = Spans::listen();
    let server = start().await;
    let connect = async |timeout| {
        let builder = Client::builder().call_timeout(timeout);
        builder.connect(format!("tcp://{}", server.address)).await.unwrap()
    };
    let short = Duration::from_millis(50);
    let by_itself = StoreClient::new(Traced::client("Store", connect(short).await));
    soon(by_itself.find(1, "never")).await.unwrap_err();
    let layered = connect(super::LONG).await.layer(ServiceBuilder::new().timeout(short));
    soon(StoreClient::new(Traced::client("Store", layered)).find(1, "never")).await.unwrap_err();
    let patient = StoreClient::new(Traced::client("Store", connect(super::LONG).await));
    tokio::time::timeout(short, patient.find(1, "never")).await.unwrap_err();

    let errors: Vec<String> = spans.calls().iter().map(|call| call["error.type"].clone()).collect();
    assert_eq!(errors, ["timeout", "timeout", "cancelled"]);
    assert_eq!(spans.calls()[0]["otel.status_description"], "the call took too long");
    assert_eq!(spans.calls()[2]["rpc.outcome"], "cancelled");
}

#[tokio::test]
async fn what_a_call_logs_is_within_its_span() {
    let (spans, _guard) = Spans::listen();
    let client = StoreClient::new(Traced::server("Store", StoreServer::new(Handler::default())));
    client.find(1, "internal").await.unwrap_err();
    client.find(1, "panic later").await.unwrap_err();
    assert_eq!(spans.events_of(0), ["the handler of \"find\" failed: a secret"]);
    assert_eq!(spans.events_of(1), ["the handler of \"find\" panicked: at the handler, later"]);
}

#[tokio::test]
async fn the_service_of_a_multiplexed_call_is_the_one_it_names() {
    let (spans, _guard) = Spans::listen();
    let router = Router::new().service("Base", BaseServer::new(Handler::default()));
    let client = StoreClient::new(Arc::new(Traced::server("all of them", router)).service("Base"));
    client.ping().await.unwrap();
    assert_eq!(spans.calls()[0]["otel.name"], "Base/ping");
}

/// A handler that asks another server, and keeps what it sees of the trace: its caller's place in it, and its own.
struct Hop<P> {
    next: StoreClient<P>,
    seen: Arc<Mutex<Vec<[Option<TraceContext>; 2]>>>,
}

impl<P: Processor + Clone> Base for Hop<P> {
    async fn ping(&self) -> Result<(), Error> {
        tokio::task::yield_now().await;
        self.seen.lock().unwrap().push([thrift_runtime::request().trace_context(), TraceContext::current()]);
        self.next.ping().await
    }
}

/// Keeps what is to be sent with each request.
#[derive(Clone, Default)]
struct Last(Arc<Mutex<Vec<Metadata>>>);

impl Processor for Last {
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        self.0.lock().unwrap().push(request.metadata().clone());
        ReplyFuture::ready(Err(Error::internal("the end")))
    }
}

#[tokio::test]
async fn a_trace_goes_on_from_server_to_server() {
    let (spans, _guard) = Spans::listen();
    let (seen, last) = (Arc::default(), Last::default());
    let next = StoreClient::new(Traced::client("Last", last.clone()).propagate());
    let handler = Hop { next, seen: Arc::clone(&seen) };
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Traced::server("Hop", BaseServer::new(handler))));

    for (headers, state) in [
        (format!("traceparent: {PARENT}\r\nTraceState: a=1\r\ntracestate: b=2\r\n"), Some("a=1,b=2")),
        (format!("traceparent: {PARENT}\r\ntracestate: not in order\r\n"), None),
    ] {
        let mut client = Raw::connect(address).await;
        let body = ping(1);
        let head = format!(
            "POST / HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        client.send(&[head.as_bytes(), &body].concat()).await;
        assert!(client.rest().await.starts_with(b"HTTP/1.1 200"));

        let [caller, here] = seen.lock().unwrap().pop().unwrap();
        let (caller, here) = (caller.unwrap(), here.unwrap());
        assert_eq!((caller.traceparent().as_str(), caller.tracestate()), (PARENT, state));
        let sent = last.0.lock().unwrap().pop().unwrap();
        let sent = sent.trace_context().unwrap();
        assert_eq!([here.trace_id(), sent.trace_id()], [caller.trace_id(); 2]);
        assert_eq!(sent.tracestate(), state);
        let calls = spans.calls();
        let [server, client] = &calls[calls.len() - 2..] else { panic!("{calls:?}") };
        let hex = |id: u64| format!("{id:016x}");
        assert_eq!(server["parent_span_id"], hex(caller.span_id()));
        assert_eq!((&server["span_id"], &client["parent_span_id"]), (&hex(here.span_id()), &hex(here.span_id())));
        assert_eq!(client["span_id"], hex(sent.span_id()));
        assert!(here.span_id() != caller.span_id() && sent.span_id() != here.span_id());
    }

    // What is not in order, or twice, begins a trace of its own.
    for headers in
        [String::new(), "traceparent: 00-1-2-3\r\n".to_owned(), format!("traceparent: {PARENT}\r\n").repeat(2)]
    {
        let mut client = Raw::connect(address).await;
        let body = ping(1);
        let head = format!(
            "POST / HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        client.send(&[head.as_bytes(), &body].concat()).await;
        client.rest().await;
        let [caller, here] = seen.lock().unwrap().pop().unwrap();
        let here = here.unwrap();
        assert_eq!(caller, None);
        assert!(here.is_sampled() && !here.traceparent().contains("4bf92f35"));
        let sent = last.0.lock().unwrap().pop().unwrap().trace_context().unwrap();
        assert_eq!(sent.trace_id(), here.trace_id());
    }
    assert_eq!(TraceContext::current(), None, "outside of a handler");
}

#[tokio::test]
async fn a_trace_goes_on_over_http_and_through_proxies() {
    let seen = Arc::default();
    let next = StoreClient::new(Last::default());
    let last = BaseServer::new(Hop { next, seen: Arc::clone(&seen) });
    let mut url = serve(Traced::server("Last", last)).await;
    // A proxy with spans for both of its sides, and one that has only a client's.
    url = serve(Traced::server("Proxy", to(&url).await)).await;
    url = serve(to(&url).await).await;
    let caller = Client::connect(&url).await.unwrap().with_header("traceparent", PARENT).unwrap();
    StoreClient::new(caller).ping().await.unwrap_err();
    let [caller, here] = seen.lock().unwrap().pop().unwrap();
    let (caller, here) = (caller.expect("the header has come"), here.unwrap());
    assert!(caller.traceparent().starts_with(&PARENT[..36]) && caller.traceparent() != PARENT, "{caller}");
    assert_eq!(here.trace_id(), caller.trace_id());
}

async fn serve(processor: impl Processor) -> String {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    tokio::spawn(server.serve(processor));
    url
}

async fn to(url: &str) -> Traced<thrift_runtime::Connection> {
    Traced::client("Next", Client::connect(url).await.unwrap()).propagate()
}
