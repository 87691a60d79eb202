//! Oneway requests over HTTP, whose clients wait for a response: it comes before the handler is done.

use super::http::{Response, post};
use super::raw::{CALL, ONEWAY, Raw, message, ping, pong};
use super::store::{Base, Item, Store, StoreFindError, StoreServer};
use super::{LONG, Way, soon};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use thrift_runtime::{Error, Metrics, Processor, Protocol, Server};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// Forgets nothing before it may.
#[derive(Clone)]
struct Gate {
    may: Arc<Semaphore>,
    begun: Arc<AtomicU32>,
    done: Arc<AtomicU32>,
}

impl Base for Gate {
    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Store for Gate {
    async fn find(&self, id: i64, _: String) -> Result<Item, StoreFindError> {
        Ok(Item { id, ..Item::default() })
    }

    async fn forget(&self, _: i64) -> Result<(), Error> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        self.may.acquire().await.unwrap().forget();
        self.done.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

impl Gate {
    fn closed() -> Self {
        Self { may: Arc::new(Semaphore::new(0)), begun: Arc::default(), done: Arc::default() }
    }

    /// Lets one more request be done, and waits until it is.
    async fn open(&self) {
        let before = self.done();
        self.may.add_permits(1);
        soon(async {
            while self.done() == before {
                sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
    }

    fn done(&self) -> u32 {
        self.done.load(Ordering::SeqCst)
    }
}

struct Serving {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Error>>,
}

async fn serve(processor: impl Processor, configure: impl FnOnce(Server) -> Server) -> Serving {
    let server = configure(Server::bind("127.0.0.1:0").await.unwrap());
    let address = server.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let serving = server.serve_with_shutdown(processor, async {
        let _ = stopped.await;
    });
    Serving { address, stop, task: tokio::spawn(serving) }
}

/// A `forget` that is none but by the IDL, if its kind is `CALL`.
fn forget(kind: u8) -> Vec<u8> {
    post(&message(kind, "forget", 1, b"\x0a\0\x01\0\0\0\0\0\0\0\x07\0"), "")
}

async fn is_answered(client: &mut Raw) {
    let response = Response::read(client).await;
    assert_eq!((response.status, response.body), (200, vec![]));
}

async fn is_silent(client: &mut Raw) {
    let early = timeout(Duration::from_millis(100), Response::read(client)).await;
    assert!(early.is_err(), "an answer that should not be there yet");
}

/// Metrics that note nothing, but are in the way.
struct Deaf;

impl Metrics for Deaf {}

#[tokio::test]
async fn the_response_does_not_wait_for_the_handler() {
    let gate = Gate::closed();
    let plain = serve(StoreServer::new(gate.clone()), |server| server).await;
    let metered = serve(StoreServer::new(gate.clone()), |server| server.metrics(Deaf)).await;
    for (address, kind) in [(plain.address, ONEWAY), (plain.address, CALL), (metered.address, CALL)] {
        let mut client = Raw::connect(address).await;
        client.send(&[forget(kind), post(&ping(2), "")].concat()).await;
        is_answered(&mut client).await;
        let done = gate.done();
        assert_eq!(Response::read(&mut client).await.body, pong(2));
        gate.open().await;
        assert_eq!(gate.done(), done + 1);
    }
}

#[cfg(all(feature = "tower", feature = "tracing"))]
#[tokio::test]
async fn layers_and_spans_are_not_in_the_way() {
    let gate = Gate::closed();
    let layer = tower::ServiceBuilder::new().timeout(LONG);
    let layered = serve(StoreServer::new(gate.clone()).layer(layer), |server| server).await;
    let traced = serve(thrift_runtime::Traced::server("Store", StoreServer::new(gate.clone())), |server| server).await;
    for address in [layered.address, traced.address] {
        let mut client = Raw::connect(address).await;
        client.send(&forget(ONEWAY)).await;
        is_answered(&mut client).await;
        gate.open().await;
    }
}

#[tokio::test]
async fn a_client_that_leaves_after_the_response_cancels_nothing() {
    for way in [Way::Http(Protocol::Binary), Way::Http2(Protocol::Binary)] {
        let gate = Gate::closed();
        let server = serve(StoreServer::new(gate.clone()), |server| server).await;
        let client = way.connect(server.address).await;
        soon(client.forget(7)).await.unwrap();
        drop(client);
        gate.open().await;
    }
}

#[tokio::test]
async fn a_shutdown_waits_for_the_handler() {
    for way in [Way::Http(Protocol::Binary), Way::Http2(Protocol::Binary)] {
        let gate = Gate::closed();
        let server = serve(StoreServer::new(gate.clone()), |server| server).await;
        let client = way.connect(server.address).await;
        soon(client.forget(7)).await.unwrap();
        drop(client);
        server.stop.send(()).unwrap();
        let mut task = server.task;
        assert!(timeout(Duration::from_millis(100), &mut task).await.is_err(), "the handler runs");
        gate.open().await;
        soon(task).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_shutdown_waits_no_longer_than_it_may() {
    let gate = Gate::closed();
    let server = serve(StoreServer::new(gate.clone()), |server| server.drain_timeout(Duration::from_millis(50))).await;
    soon(Way::Http(Protocol::Binary).connect(server.address).await.forget(7)).await.unwrap();
    server.stop.send(()).unwrap();
    soon(server.task).await.unwrap().unwrap();
    // The handler is gone: only this test still holds the gate.
    soon(async {
        while Arc::strong_count(&gate.done) > 1 {
            sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    assert_eq!((gate.begun.load(Ordering::SeqCst), gate.done()), (1, 0));
}

#[tokio::test]
async fn handlers_that_run_on_are_requests_in_flight() {
    let gate = Gate::closed();
    let server = serve(StoreServer::new(gate.clone()), |server| server.max_requests(1)).await;
    let mut first = Raw::connect(server.address).await;
    first.send(&forget(ONEWAY)).await;
    is_answered(&mut first).await;
    let mut second = Raw::connect(server.address).await;
    second.send(&post(&ping(2), "")).await;
    is_silent(&mut second).await;
    gate.open().await;
    assert_eq!(Response::read(&mut second).await.body, pong(2));
}

#[tokio::test]
async fn one_connection_has_so_many_and_no_more() {
    let gate = Gate::closed();
    let server = serve(StoreServer::new(gate.clone()), |server| server.requests_per_connection(2)).await;
    let mut client = Raw::connect(server.address).await;
    client.send(&forget(ONEWAY).repeat(3)).await;
    is_answered(&mut client).await;
    is_answered(&mut client).await;
    // The third is carried out before there is more.
    is_silent(&mut client).await;
    assert_eq!(gate.begun.load(Ordering::SeqCst), 3);
    gate.may.add_permits(3);
    is_answered(&mut client).await;
}

#[cfg(feature = "tracing")]
#[tokio::test]
async fn what_a_client_names_is_logged_in_one_line() {
    let log = super::log::Log::start();
    let server = serve(StoreServer::new(Gate::closed()), |server| server).await;
    let mut client = Raw::connect(server.address).await;
    client.send(&post(&message(ONEWAY, "made\nup", 1, b"\0"), "")).await;
    is_answered(&mut client).await;
    log.expect("a oneway request was refused: \"Invalid method name: 'made\\nup'\"").await;
}
