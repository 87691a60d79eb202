//! Calls over real sockets: client and server, and each against a peer that is written out in bytes.
#![cfg(feature = "rpc")]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::print_stdout, reason = "a failing test shows what it was at")]

mod buffered;
mod calls;
#[cfg(all(feature = "tls", feature = "tracing"))]
mod certificates;
mod chaos;
mod client;
mod concurrent;
#[cfg(all(target_os = "linux", feature = "tracing"))]
mod descriptors;
mod faults;
#[path = "../../../tests/golden/store/mod.rs"]
mod generated;
mod headers;
mod hostile;
mod http;
#[cfg(feature = "http2")]
mod http2;
#[cfg(feature = "http2")]
mod http2_client;
mod idle;
mod ipv6;
mod large;
#[cfg(feature = "tower")]
mod layers;
#[cfg(feature = "tracing")]
mod log;
mod metrics;
#[cfg(feature = "tower")]
mod mounted;
mod multiplexed;
mod narrow;
mod oneway;
#[cfg(feature = "tracing")]
mod panics;
mod per_call;
mod plain_http;
mod raw;
mod router;
mod server;
#[cfg(feature = "tracing")]
mod spans;
mod stream;
#[cfg(all(feature = "tls", feature = "tracing"))]
mod tls;
#[cfg(all(feature = "tracing", feature = "tower"))]
mod traced;
#[cfg(unix)]
mod unix;
mod wrapped;

use generated::store;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{Base, Item, NotFound, Store, StoreClient, StoreFindError, StoreServer};
use thrift_runtime::codegen::Bytes;
use thrift_runtime::{ApplicationErrorKind, Client, ClientBuilder, Connection, Error, Protocol, Server, Transport};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// Longer than anything here takes on a busy machine: a test that waits so long hangs.
const LONG: Duration = Duration::from_secs(20);

/// What the handler forgets only after a while.
const SLOWLY: i64 = 1_000;

/// A handler that does what the `name` says.
#[derive(Clone, Default)]
struct Handler {
    pings: Arc<AtomicU32>,
    /// The last `id` that was to be forgotten.
    forgotten: Arc<AtomicI64>,
    /// What was asked for, once its call has begun.
    begun: Arc<Mutex<Vec<i64>>>,
    /// Who asked.
    peers: Arc<Mutex<Vec<Option<SocketAddr>>>>,
}

impl Base for Handler {
    async fn ping(&self) -> Result<(), Error> {
        self.pings.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

impl Store for Handler {
    async fn find(&self, id: i64, name: String) -> Result<Item, StoreFindError> {
        self.begun.lock().unwrap().push(id);
        self.peers.lock().unwrap().push(thrift_runtime::request().peer_addr());
        let mut item = Item { id, name: Some(name.clone()), ..Item::default() };
        match name.as_str() {
            "missing" => return Err(NotFound { message: Some(format!("no item {id}")) }.into()),
            "application" => return Err(Error::application(ApplicationErrorKind(id as i32), "for your eyes").into()),
            "internal" => return Err(Error::internal("a secret").into()),
            "panic" => panic!("at the handler"),
            "panic later" => {
                sleep(Duration::from_millis(5)).await;
                panic!("at the handler, later");
            }
            "slow" => sleep(Duration::from_millis(id as u64)).await,
            "never" => std::future::pending().await,
            "size" => item.name = Some("x".repeat(id as usize)),
            "blob later" => {
                sleep(Duration::from_millis(100)).await;
                item.blob = Some(Bytes::from(vec![7; id as usize]));
            }
            "blob" => item.blob = Some(Bytes::from(vec![7; id as usize])),
            "deep" => {
                for _ in 0..id {
                    item = Item { next: Some(Box::new(item)), ..Item::default() };
                }
            }
            "peer" => item.name = Some(format!("{:?}", thrift_runtime::request().peer())),
            "certificates" => item.blob = thrift_runtime::request().certificates().first().cloned(),
            "request" => {
                tokio::task::yield_now().await;
                let request = thrift_runtime::request();
                let peer = request.peer_addr().map(|peer| peer.ip());
                item.name = Some(format!("{peer:?} {:?} {:?}", request.path(), request.header("X-Test")));
            }
            _ => {}
        }
        Ok(item)
    }

    async fn forget(&self, id: i64) -> Result<(), Error> {
        if id == SLOWLY {
            sleep(Duration::from_millis(100)).await;
        }
        self.forgotten.store(id, Ordering::SeqCst);
        match id {
            -1 => Err(Error::internal("cannot forget")),
            -2 => panic!("cannot forget"),
            _ => Ok(()),
        }
    }
}

/// A server that runs.
struct Running {
    address: SocketAddr,
    handler: Handler,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Error>>,
}

async fn start() -> Running {
    start_with(|server| server).await
}

async fn start_with(configure: impl FnOnce(Server) -> Server) -> Running {
    run(configure(Server::bind("127.0.0.1:0").await.unwrap()))
}

fn run(server: Server) -> Running {
    // A Unix socket has none.
    let address = server.local_addr().unwrap_or_else(|_| ([0; 4], 0).into());
    let handler = Handler::default();
    let (stop, stopped) = oneshot::channel();
    let serving = server.serve_with_shutdown(StoreServer::new(handler.clone()), async {
        let _ = stopped.await;
    });
    Running { address, handler, stop, task: tokio::spawn(serving) }
}

/// How a client speaks to the server.
#[derive(Clone, Copy, Debug)]
enum Way {
    Http(Protocol),
    /// With many calls on one connection, as for `Shared`.
    Http2(Protocol),
    Framed(Protocol),
    Buffered(Protocol),
    /// Framed, with many calls on one connection.
    Shared(Protocol),
}

const WAYS: [Way; 15] = [
    Way::Http(Protocol::Binary),
    Way::Http(Protocol::Compact),
    Way::Http(Protocol::Json),
    Way::Http2(Protocol::Binary),
    Way::Http2(Protocol::Compact),
    Way::Http2(Protocol::Json),
    Way::Framed(Protocol::Binary),
    Way::Framed(Protocol::Compact),
    Way::Framed(Protocol::Json),
    Way::Buffered(Protocol::Binary),
    Way::Buffered(Protocol::Compact),
    Way::Buffered(Protocol::Json),
    Way::Shared(Protocol::Binary),
    Way::Shared(Protocol::Compact),
    Way::Shared(Protocol::Json),
];

/// One of each transport.
const BINARY: [Way; 5] = [
    Way::Http(Protocol::Binary),
    Way::Http2(Protocol::Binary),
    Way::Framed(Protocol::Binary),
    Way::Buffered(Protocol::Binary),
    Way::Shared(Protocol::Binary),
];

impl Way {
    fn protocol(self) -> Protocol {
        match self {
            Self::Http(protocol)
            | Self::Http2(protocol)
            | Self::Framed(protocol)
            | Self::Buffered(protocol)
            | Self::Shared(protocol) => protocol,
        }
    }

    fn is_http(self) -> bool {
        matches!(self, Self::Http(_) | Self::Http2(_))
    }

    fn url(self, address: SocketAddr) -> String {
        if self.is_http() { format!("http://{address}/store") } else { format!("tcp://{address}") }
    }

    fn builder(self) -> ClientBuilder {
        let builder = Client::builder().protocol(self.protocol());
        match self {
            #[cfg(feature = "http2")]
            Self::Http(_) | Self::Http2(_) => builder.http2(matches!(self, Self::Http2(_))),
            #[cfg(not(feature = "http2"))]
            Self::Http(_) | Self::Http2(_) => builder,
            Self::Framed(_) => builder,
            Self::Buffered(_) => builder.transport(Transport::Buffered),
            Self::Shared(_) => builder.calls_per_connection(32),
        }
    }

    async fn connect(self, address: SocketAddr) -> StoreClient<Connection> {
        StoreClient::new(self.builder().connect(self.url(address)).await.unwrap())
    }
}

/// Fails a test that hangs.
async fn soon<F: Future>(future: F) -> F::Output {
    timeout(LONG, future).await.expect("this takes too long")
}
