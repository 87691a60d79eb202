//! Calls without an async runtime: the blocking client and server with each other, with the asynchronous ones, and each against a
//! peer that is written out in bytes.
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::print_stdout, reason = "a failing test shows what it was at")]

mod calls;
#[path = "../rpc/certificates.rs"]
mod certificates;
mod client;
#[path = "../../../tests/golden/store/mod.rs"]
mod generated;
mod http;
mod large;
mod mixed;
mod per_call;
#[path = "../rpc/raw.rs"]
#[allow(dead_code, reason = "here the messages are wanted, and the socket is another one")]
mod raw;
mod server;
mod tls;
mod wire;
#[cfg(feature = "zlib")]
mod zlib;

use generated::store;
use generated::store::blocking::{Base, Store, StoreClient, StoreServer};
use generated::store::{Item, NotFound, StoreFindError};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use thrift_runtime::blocking::{Client, ClientBuilder, Connection, Handle, Processor, Server};
use thrift_runtime::codegen::Bytes;
use thrift_runtime::{ApplicationErrorKind, Error, Protocol, Transport};

/// Longer than anything here takes on a busy machine: a test that waits so long hangs.
const LONG: Duration = Duration::from_secs(20);

/// A handler that does what the `name` says.
#[derive(Clone, Default)]
struct Handler {
    pings: Arc<AtomicU32>,
    /// The last `id` that was to be forgotten.
    forgotten: Arc<AtomicI64>,
    /// How many calls of `find` have begun.
    begun: Arc<AtomicU32>,
    gate: Arc<Gate>,
}

/// What calls by the name of `gate` wait for.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }

    fn wait(&self) {
        let closed = |open: &mut bool| !*open;
        let (open, waited) = self.opened.wait_timeout_while(self.open.lock().unwrap(), LONG, closed).unwrap();
        drop(open);
        assert!(!waited.timed_out(), "nobody opened the gate");
    }
}

impl Base for Handler {
    fn ping(&self) -> Result<(), Error> {
        self.pings.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

impl Store for Handler {
    fn find(&self, id: i64, name: String) -> Result<Item, StoreFindError> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let mut item = Item { id, name: Some(name.clone()), ..Item::default() };
        match name.as_str() {
            "missing" => return Err(NotFound { message: Some(format!("no item {id}")) }.into()),
            "application" => return Err(Error::application(ApplicationErrorKind(id as i32), "for your eyes").into()),
            "internal" => return Err(Error::internal("a secret").into()),
            "panic" => panic!("at the handler"),
            "slow" => thread::sleep(Duration::from_millis(id as u64)),
            "gate" => self.gate.wait(),
            "size" => item.name = Some("x".repeat(id as usize)),
            "blob" => item.blob = Some(Bytes::from(vec![7; id as usize])),
            "request" => {
                let request = thrift_runtime::request();
                let peer = request.peer_addr().map(|peer| peer.ip());
                item.name = Some(format!("{peer:?} {:?} {:?}", request.path(), request.header("X-Test")));
            }
            "certificates" => item.blob = thrift_runtime::request().certificates().first().cloned(),
            _ => {}
        }
        Ok(item)
    }

    fn forget(&self, id: i64) -> Result<(), Error> {
        self.forgotten.store(id, Ordering::SeqCst);
        match id {
            -1 => Err(Error::internal("cannot forget")),
            -2 => panic!("cannot forget"),
            _ => Ok(()),
        }
    }
}

/// A server that runs. It is stopped, and has to end, when this is dropped.
struct Running {
    address: SocketAddr,
    handler: Handler,
    handle: Handle,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

fn start() -> Running {
    start_with(|server| server)
}

fn start_with(configure: impl FnOnce(Server) -> Server) -> Running {
    let handler = Handler::default();
    run(configure(Server::bind("127.0.0.1:0").unwrap()), StoreServer::new(handler.clone()), handler)
}

/// What the server answers by is no handler of its own.
fn start_serving(processor: impl Processor) -> Running {
    run(Server::bind("127.0.0.1:0").unwrap(), processor, Handler::default())
}

fn run(server: Server, processor: impl Processor, handler: Handler) -> Running {
    let (address, handle) = (server.local_addr().unwrap(), server.handle());
    let thread = Some(thread::spawn(move || server.serve(processor)));
    Running { address, handler, handle, thread }
}

impl Running {
    /// Waits until the server has ended.
    fn join(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        eventually(|| thread.is_finished());
        thread.join().unwrap().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.handler.gate.open();
        self.handle.shutdown();
        if !thread::panicking() {
            self.join();
        }
    }
}

/// How a client speaks to the server.
#[derive(Clone, Copy, Debug)]
struct Way(Transport, Protocol);

const WAYS: [Way; 11] = [
    Way(Transport::Framed, Protocol::Binary),
    Way(Transport::Framed, Protocol::Compact),
    Way(Transport::Framed, Protocol::Json),
    Way(Transport::Buffered, Protocol::Binary),
    Way(Transport::Buffered, Protocol::Compact),
    Way(Transport::Buffered, Protocol::Json),
    Way(Transport::Header, Protocol::Binary),
    Way(Transport::Header, Protocol::Compact),
    Way(Transport::TtHeader, Protocol::Binary),
    Way(Transport::Http, Protocol::Binary),
    Way(Transport::Http, Protocol::Json),
];

impl Way {
    fn url(self, address: SocketAddr) -> String {
        if self.0 == Transport::Http { format!("http://{address}/store") } else { format!("tcp://{address}") }
    }

    /// Inside of TLS.
    fn secured_url(self, address: SocketAddr) -> String {
        let port = address.port();
        if self.0 == Transport::Http {
            format!("https://localhost:{port}/store")
        } else {
            format!("tls://localhost:{port}")
        }
    }

    fn builder(self) -> ClientBuilder {
        let Self(transport, protocol) = self;
        Client::builder().transport(transport).protocol(protocol)
    }

    fn connect(self, address: SocketAddr) -> StoreClient<Connection> {
        StoreClient::new(self.builder().connect(self.url(address)).unwrap())
    }
}

/// Waits for what has to become true.
#[track_caller]
fn eventually(mut is_true: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_true() {
        assert!(start.elapsed() < LONG, "it does not come");
        thread::sleep(Duration::from_millis(2));
    }
}

/// What has to be there soon.
async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(LONG, future).await.expect("hangs")
}
