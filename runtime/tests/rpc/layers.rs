//! Layers of `tower` around servers and around clients.

use super::raw::{Raw, exception, find, framed, message, ping, pong};
use super::store::{StoreClient, StoreFindError, StoreServer};
use super::{Handler, WAYS, Way, soon, start};
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use thrift_runtime::{
    ApplicationErrorKind, Error, Layered, OwnedRequest, Processor, ProcessorService, Protocol, Reply, ReplyFuture,
    Request, Server, Timeout,
};
use tower::retry::Policy;
use tower::{Service, ServiceBuilder, ServiceExt};

async fn serve(processor: impl Processor) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(processor));
    address
}

/// Waits until the first call is with the handler.
async fn has_begun(handler: &Handler) {
    soon(async {
        while handler.begun.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn layers_that_do_nothing_change_nothing() {
    let server = start().await;
    let nothing = ServiceBuilder::new().timeout(super::LONG).concurrency_limit(10);
    let address = serve(StoreServer::new(server.handler.clone()).layer(nothing.clone())).await;
    for way in WAYS {
        let connection = way.builder().connect(way.url(address)).await.unwrap();
        let client = StoreClient::new(connection.layer(nothing.clone()));
        soon(super::calls::every_outcome(client, &server.handler)).await;
    }
    let client = StoreClient::new(StoreServer::new(server.handler.clone()).layer(nothing));
    soon(super::calls::every_outcome(client, &server.handler)).await;
}

#[tokio::test]
async fn a_clients_timeout_is_one_of_the_call() {
    let server = start().await;
    let connection = Way::Framed(Protocol::Binary)
        .builder()
        .connect(Way::Framed(Protocol::Binary).url(server.address))
        .await
        .unwrap();
    let client = StoreClient::new(connection.layer(ServiceBuilder::new().timeout(Duration::from_millis(50))));
    match soon(client.find(1, "never")).await {
        Err(StoreFindError::Other(Error::Timeout(Timeout::Call))) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(client.find(2, "x").await.unwrap().id, 2);
}

#[tokio::test]
async fn a_servers_client_is_told_of_timeouts_and_overload_and_no_more() {
    let timeout = ServiceBuilder::new().timeout(Duration::from_millis(100));
    let address = serve(StoreServer::new(Handler::default()).layer(timeout)).await;
    let mut client = Raw::connect(address).await;
    client.send(&framed(&find(1, 1, "never"))).await;
    client.expect(&framed(&exception("find", 1, 6, "the call took too long"))).await;
    client.send(&framed(&ping(2))).await;
    client.expect(&framed(&pong(2))).await;

    let handler = Handler::default();
    let shed = ServiceBuilder::new().load_shed().concurrency_limit(1);
    let address = serve(StoreServer::new(handler.clone()).layer(shed)).await;
    let (mut client, mut other) = (Raw::connect(address).await, Raw::connect(address).await);
    client.send(&framed(&find(3, 150, "never"))).await;
    has_begun(&handler).await;
    other.send(&framed(&ping(4))).await;
    other.expect(&framed(&exception("ping", 4, 6, "too many calls at a time"))).await;
    other.send(&framed(&message(super::raw::ONEWAY, "forget", 5, b"\0"))).await;

    let failing = tower::service_fn(|request: OwnedRequest| async move {
        match request.method() {
            "ping" => Err::<Reply, _>(Box::<dyn std::error::Error + Send + Sync>::from("a secret")),
            _ => Err(Error::application(ApplicationErrorKind(77), "for your eyes").into()),
        }
    });
    let address = serve(Layered::new(failing, StoreServer::new(Handler::default()))).await;
    let mut client = Raw::connect(address).await;
    client.send(&[framed(&ping(1)), framed(&find(2, 0, "x"))].concat()).await;
    client.expect(&framed(&exception("ping", 1, 6, "Internal error"))).await;
    client.expect(&framed(&exception("find", 2, 77, "for your eyes"))).await;
}

#[tokio::test]
async fn errors_keep_their_type_for_a_client() {
    let handler = Handler::default();
    let shed = ServiceBuilder::new().load_shed().concurrency_limit(1);
    let client = StoreClient::new(StoreServer::new(handler.clone()).layer(shed));
    let call = tokio::spawn(client.find(1, "never"));
    has_begun(&handler).await;
    assert!(matches!(client.ping().await, Err(Error::Overloaded)));
    call.abort();
    assert!(soon(call).await.unwrap_err().is_cancelled());
    client.ping().await.unwrap();

    let failing = tower::service_fn(|_: OwnedRequest| async { Err::<Reply, _>(std::fmt::Error) });
    let client = StoreClient::new(Layered::new(failing, StoreServer::new(Handler::default())));
    match client.ping().await {
        Err(Error::Internal(error)) => assert!(error.is::<std::fmt::Error>()),
        other => panic!("{other:?}"),
    }
}

/// A processor whose first calls fail.
#[derive(Clone)]
struct Flaky {
    failures: u32,
    calls: Arc<AtomicU32>,
    inner: StoreServer<Handler>,
}

impl Processor for Flaky {
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        if self.calls.fetch_add(1, Ordering::SeqCst) < self.failures {
            return ReplyFuture::ready(Err(Error::Closed { peer: "nobody".to_owned() }));
        }
        self.inner.process(request)
    }
}

/// So many tries of what is sure to do no harm.
#[derive(Clone)]
struct Retries(u32);

impl Policy<OwnedRequest, Reply, Error> for Retries {
    type Future = Ready<()>;

    fn retry(&mut self, request: &mut OwnedRequest, result: &mut Result<Reply, Error>) -> Option<Ready<()>> {
        self.0 = self.0.checked_sub(1)?;
        (result.is_err() && request.method() == "find").then(|| ready(()))
    }

    fn clone_request(&mut self, request: &OwnedRequest) -> Option<OwnedRequest> {
        Some(request.clone())
    }
}

#[tokio::test]
async fn a_failed_call_is_tried_again() {
    for (failures, retries, succeeds) in [(0, 0, true), (1, 0, false), (1, 1, true), (3, 3, true), (4, 3, false)] {
        let calls = Arc::new(AtomicU32::new(0));
        let flaky = Flaky { failures, calls: Arc::clone(&calls), inner: StoreServer::new(Handler::default()) };
        let client = StoreClient::new(flaky.layer(ServiceBuilder::new().retry(Retries(retries))));
        let found = client.find(7, "x").await;
        assert_eq!(found.is_ok(), succeeds, "{failures} failures, {retries} retries: {found:?}");
        assert_eq!(calls.load(Ordering::SeqCst), failures.min(retries) + 1);
    }
    let flaky = Flaky { failures: 1, calls: Arc::default(), inner: StoreServer::new(Handler::default()) };
    let client = StoreClient::new(flaky.layer(ServiceBuilder::new().retry(Retries(9))));
    assert!(matches!(client.ping().await, Err(Error::Closed { .. })), "only what the policy says");
}

#[tokio::test]
async fn a_service_that_is_not_clone_goes_behind_a_buffer() {
    let server = start().await;
    let connection = Way::Buffered(Protocol::Compact)
        .builder()
        .connect(Way::Buffered(Protocol::Compact).url(server.address))
        .await
        .unwrap();
    let limits = ServiceBuilder::new().buffer(10).rate_limit(1000, Duration::from_secs(1));
    let client = StoreClient::new(connection.layer(limits));
    soon(super::calls::every_outcome(client, &server.handler)).await;
}

#[tokio::test]
async fn a_layer_sees_the_request() {
    let handler = Handler::default();
    let mut service = ProcessorService::new(StoreServer::new(handler));
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let spying = tower::service_fn(move |request: OwnedRequest| {
        let header = request.metadata().header("x-test").map(str::to_owned);
        log.lock().unwrap().push((request.method().to_owned(), request.is_oneway(), header));
        service.call(request)
    });
    let shared = Arc::clone(&seen);
    let service = tower::util::BoxCloneSyncService::new(spying);
    let channel = Layered::new(service.map_request(named), StoreServer::new(Handler::default()));
    let client = StoreClient::new(channel);
    client.ping().await.unwrap();
    client.forget(1).await.unwrap();
    assert_eq!(client.find(1, "request").await.unwrap().name.as_deref(), Some("None None Some(\"yes\")"));
    let yes = Some("yes".to_owned());
    let expected = [("ping", false), ("forget", true), ("find", false)];
    assert_eq!(*shared.lock().unwrap(), expected.map(|(name, oneway)| (name.to_owned(), oneway, yes.clone())));
}

/// A layer that adds a header.
fn named(request: OwnedRequest) -> OwnedRequest {
    let metadata = request.metadata().clone().with_header("x-test", "yes");
    request.with_metadata(metadata)
}
