//! Hooks for metrics, of servers and of clients.

use super::raw::{CALL, ONEWAY, Raw, exception, framed, message};
use super::store::{StoreClient, StoreServer};
use super::{BINARY, Handler, soon};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use thrift_runtime::{FinishedCall, Metered, Metrics, Processor, Server};
use tokio::time::sleep;

/// What was told, in words.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn note(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }

    fn count(&self, what: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|told| *told == what).count()
    }

    /// All that was told once it is as much, and so sorted that what happens at a time has an order.
    async fn sorted(&self, count: usize) -> Vec<String> {
        soon(async {
            while self.0.lock().unwrap().len() < count {
                sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        let mut told = std::mem::take(&mut *self.0.lock().unwrap());
        told.sort();
        told
    }
}

impl Metrics for Told {
    fn call_started(&self) {
        self.note("started".to_owned());
    }
    fn call_finished(&self, call: &FinishedCall<'_>) {
        let FinishedCall { method, outcome, duration, request_bytes, reply_bytes, .. } = *call;
        assert!(duration < super::LONG && request_bytes > 0);
        self.note(format!("{method} {} {}", outcome.name(), if reply_bytes > 0 { "reply" } else { "nothing" }));
    }
    fn connection_opened(&self) {
        self.note("opened".to_owned());
    }
    fn connection_closed(&self) {
        self.note("closed".to_owned());
    }
}

async fn serve(told: &Told) -> SocketAddr {
    serve_this(StoreServer::new(Handler::default()), told).await
}

async fn serve_this(processor: impl Processor, told: &Told) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap().metrics(told.clone());
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(processor));
    address
}

#[tokio::test]
async fn calls_are_counted_on_both_sides() {
    let (server, client) = (Told::default(), Told::default());
    let address = serve(&server).await;
    for way in BINARY {
        let connection = way.builder().connect(way.url(address)).await.unwrap();
        let store = StoreClient::new(Metered::new(connection, client.clone()));
        store.find(1, "x").await.unwrap();
        store.find(1, "missing").await.unwrap_err();
        store.find(1, "panic").await.unwrap_err();
        store.forget(1).await.unwrap();
        store.ping().await.unwrap();
        drop(store);
        let calls = ["find exception reply", "find failed reply", "find returned reply"];
        let calls = [&calls[..], &["forget returned nothing", "ping returned reply"], &["started"; 5]].concat();
        assert_eq!(client.sorted(10).await, calls);
        // Connecting may have tried whether the server is there by a connection of its own.
        soon(async {
            while server.count("closed") == 0 || server.count("opened") > server.count("closed") {
                sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        let mut told = server.sorted(10).await;
        told.retain(|what| !["closed", "opened"].contains(&what.as_str()));
        assert_eq!(told, calls, "{way:?}");
    }
}

#[tokio::test]
async fn what_is_given_up_is_over_too() {
    let told = Told::default();
    let address = serve(&told).await;
    let connection = thrift_runtime::Client::connect(format!("tcp://{address}")).await.unwrap();
    let client = Told::default();
    let store = StoreClient::new(Metered::new(connection, client.clone()));
    tokio::time::timeout(Duration::from_millis(20), store.find(1, "never")).await.unwrap_err();
    assert_eq!(client.sorted(2).await, ["find cancelled nothing", "started"]);
    drop(store.find(1, "x"));
    assert_eq!(client.sorted(0).await, [""; 0], "a call begins when it is awaited");
}

#[tokio::test]
async fn clients_cannot_make_up_names() {
    let told = Told::default();
    let mut client = Raw::connect(serve(&told).await).await;
    client.send(&framed(&message(CALL, "made up", 1, b"\0"))).await;
    client.expect(&framed(&exception("made up", 1, 1, "Invalid method name: 'made up'"))).await;
    assert_eq!(told.sorted(3).await, ["_OTHER failed reply", "opened", "started"]);
    // To a oneway request nothing is said.
    client.send(&framed(&message(ONEWAY, "made up", 1, b"\0"))).await;
    assert_eq!(told.sorted(2).await, ["_OTHER returned nothing", "started"]);

    let router = || thrift_runtime::Router::new().service("Store", StoreServer::new(Handler::default()));
    let mut routers = vec![serve_this(router(), &told).await];
    #[cfg(feature = "tower")]
    routers.push(serve_this(router().layer(tower::layer::util::Identity::new()), &told).await);
    // None of them is closed meanwhile.
    let mut clients = vec![client];
    for address in routers {
        let mut client = Raw::connect(address).await;
        assert_eq!(told.sorted(1).await, ["opened"]);
        for (kind, name, outcome) in [
            (ONEWAY, "Store:made up 1", "_OTHER returned nothing"),
            (CALL, "Store:made up 2", "_OTHER failed reply"),
            (ONEWAY, "made:up 3", "_OTHER returned nothing"),
            (CALL, "made:up 4", "_OTHER failed reply"),
            (ONEWAY, "made up 5", "_OTHER returned nothing"),
            (CALL, "made up 6", "_OTHER failed reply"),
            (CALL, "Store:ping", "Store:ping returned reply"),
        ] {
            client.send(&framed(&message(kind, name, 1, b"\0"))).await;
            assert_eq!(told.sorted(2).await, [outcome, "started"], "{name}");
        }
        clients.push(client);
    }
}
