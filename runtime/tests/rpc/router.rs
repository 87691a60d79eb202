//! Several services on one port.

use super::raw::{CALL, ONEWAY, Raw, exception, framed, message, ping, pong};
use super::store::{BaseClient, BaseServer, StoreClient, StoreFindError, StoreServer};
use super::{Handler, Way, soon};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use thrift_runtime::{ApplicationErrorKind, Error, Processor, Protocol, Router, Server};

/// The handlers of `Base`, of `Store` and of what names no service.
struct Handlers {
    base: Handler,
    store: Handler,
    default: Handler,
}

fn router() -> (Handlers, Router) {
    let handlers = Handlers { base: Handler::default(), store: Handler::default(), default: Handler::default() };
    let router = Router::new()
        .service("Base", BaseServer::new(handlers.base.clone()))
        .service("Store", StoreServer::new(handlers.store.clone()))
        .default_service(StoreServer::new(handlers.default.clone()));
    (handlers, router)
}

async fn serve(processor: impl Processor) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(processor));
    address
}

async fn each_service_answers_its_own<C: Processor + Clone>(channel: C, handlers: &Handlers) {
    let pings = |handler: &Handler| handler.pings.load(Ordering::SeqCst);
    let before = [&handlers.base, &handlers.store, &handlers.default].map(pings);
    let base = BaseClient::new(channel.clone().service("Base"));
    let store = StoreClient::new(channel.clone().service("Store"));
    base.ping().await.unwrap();
    store.ping().await.unwrap();
    store.ping().await.unwrap();
    for _ in 0..3 {
        StoreClient::new(channel.clone()).ping().await.unwrap();
    }
    let after = [&handlers.base, &handlers.store, &handlers.default].map(pings);
    assert_eq!([after[0] - before[0], after[1] - before[1], after[2] - before[2]], [1, 2, 3]);

    assert_eq!(store.find(7, "x").await.unwrap().id, 7);
    assert!(matches!(store.find(7, "missing").await, Err(StoreFindError::NotFound(_))));
    match StoreClient::new(channel.clone().service("Base")).find(1, "x").await {
        Err(StoreFindError::Other(Error::Application(error))) => {
            assert_eq!(error.to_string(), "UNKNOWN_METHOD: Invalid method name: 'find'");
        }
        other => panic!("{other:?}"),
    }
    match BaseClient::new(channel.service("Elsewhere")).ping().await {
        Err(Error::Application(error)) => {
            assert_eq!(error.kind, ApplicationErrorKind::PROTOCOL_ERROR);
            assert_eq!(error.message, "Unknown service: 'Elsewhere'");
        }
        other => panic!("{other:?}"),
    }
    // The connection lives on.
    base.ping().await.unwrap();
}

#[tokio::test]
async fn services_are_told_apart_over_each_transport() {
    let (handlers, router) = router();
    let address = serve(router).await;
    for way in super::WAYS {
        let connection = way.builder().connect(way.url(address)).await.unwrap();
        soon(each_service_answers_its_own(connection, &handlers)).await;
    }
}

#[tokio::test]
async fn services_are_told_apart_without_sockets_and_behind_connections() {
    let (handlers, router) = router();
    let router = Arc::new(router);
    soon(each_service_answers_its_own(Arc::clone(&router), &handlers)).await;

    // A router before other servers hands on plain names.
    let mut front = Router::new();
    for (name, handler) in [("Base", &handlers.base), ("Store", &handlers.store), ("", &handlers.default)] {
        let address = serve(StoreServer::new(handler.clone())).await;
        let backend =
            Way::Framed(Protocol::Binary).builder().connect(Way::Framed(Protocol::Binary).url(address)).await.unwrap();
        front = if name.is_empty() { front.default_service(backend) } else { front.service(name, backend) };
    }
    let base = BaseClient::new(Arc::new(front).service("Store"));
    let before = handlers.store.pings.load(Ordering::SeqCst);
    soon(base.ping()).await.unwrap();
    assert_eq!(handlers.store.pings.load(Ordering::SeqCst), before + 1);
}

#[tokio::test]
async fn replies_have_the_plain_name() {
    let (_, router) = router();
    let mut client = Raw::connect(serve(router).await).await;
    for (called, answer) in [
        ("Base:ping", pong(1)),
        ("ping", pong(1)),
        (":ping", exception("ping", 1, 7, "Unknown service: ''")),
        ("base:ping", exception("ping", 1, 7, "Unknown service: 'base'")),
        // The first colon ends the service's name.
        ("Base:ping:ping", exception("ping:ping", 1, 1, "Invalid method name: 'ping:ping'")),
        ("Base:", exception("", 1, 1, "Invalid method name: ''")),
    ] {
        client.send(&framed(&message(CALL, called, 1, b"\0"))).await;
        client.expect(&framed(&answer)).await;
    }
    // To a oneway request there is no answer, whatever it names.
    client.send(&framed(&message(ONEWAY, "Elsewhere:forget", 1, b"\0"))).await;
    client.send(&framed(&ping(2))).await;
    client.expect(&framed(&pong(2))).await;
}

#[tokio::test]
async fn without_a_default_service_a_name_is_needed() {
    let router = Router::new().service("Base", BaseServer::new(Handler::default()));
    let mut client = Raw::connect(serve(router).await).await;
    client.send(&framed(&ping(1))).await;
    let text = "'ping' names no service: there are several, called as 'service:method'";
    client.expect(&framed(&exception("ping", 1, 7, text))).await;
    client.send(&framed(&message(CALL, "Base:ping", 2, b"\0"))).await;
    client.expect(&framed(&pong(2))).await;
}

#[tokio::test]
async fn a_reply_with_the_services_name_is_taken_too() {
    for name in ["ping", "Base:ping"] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("tcp://{}", listener.local_addr().unwrap());
        let sloppy = tokio::spawn(async move {
            let mut server = Raw(listener.accept().await.unwrap().0);
            server.expect(&framed(&message(CALL, "Base:ping", 1, b"\0"))).await;
            server.send(&framed(&message(super::raw::REPLY, name, 1, b"\0"))).await;
        });
        let connection = thrift_runtime::Client::connect(url).await.unwrap();
        soon(BaseClient::new(connection.service("Base")).ping()).await.unwrap();
        sloppy.await.unwrap();
    }
}
