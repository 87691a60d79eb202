//! Clients that time out, cancel and reconnect at random, against servers that delay, answer out of order, forget and hang up
//! at random. Every answer is checked to belong to its call, and in the end nothing is left: no connection, no task, no
//! memory.
//!
//! Runs for a few seconds; `SOAK_SECONDS=300 cargo test --release -p thrift-runtime --test soak -- --nocapture` for
//! minutes, and shows what came of the calls.
#![cfg(all(feature = "http2", feature = "json", feature = "zlib"))]
#![deny(warnings)]
#![allow(clippy::print_stdout, reason = "shows what came of the calls")]

#[path = "../../tests/golden/store/mod.rs"]
mod generated;
#[path = "soak/servers.rs"]
mod servers;

use generated::store::{Item, StoreClient, StoreFindError};
use servers::Servers;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use thrift_runtime::{ApplicationErrorKind, Client, ClientBuilder, Connection, Error, Protocol, Transport};
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

#[global_allocator]
static GLOBAL: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How many tasks call in each way.
const CALLERS: usize = 4;

/// What may stay in use: buffers of threads, and what the runtime keeps for later.
const MEMORY: isize = 2 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn every_answer_belongs_to_its_call_and_nothing_is_left() {
    let seconds = std::env::var("SOAK_SECONDS").map_or(4, |seconds| seconds.parse().expect("SOAK_SECONDS is a number"));
    // What is made once, and kept, is made in the first second.
    soak(Duration::from_secs(1)).await;
    let before = Left::in_the_end().await;
    let outcomes = soak(Duration::from_secs(seconds)).await;
    println!("{outcomes:#?}");
    let after = Left::in_the_end().await;
    assert_eq!(after.files, before.files, "open files, after and before");
    assert!(after.memory - before.memory < MEMORY, "{} bytes are left in use", after.memory - before.memory);
    for expected in ["right", "dropped", "timeout of the call", "closed"] {
        assert!(outcomes.contains_key(expected), "there was no call that ended so: {expected}");
    }
}

/// What is in use.
struct Left {
    files: usize,
    memory: isize,
}

impl Left {
    /// Once all tasks have ended.
    async fn in_the_end() -> Self {
        let ended = async {
            while Handle::current().metrics().num_alive_tasks() > 0 {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(30), ended).await.expect("tasks are left");
        let stats = GLOBAL.stats();
        Self {
            files: std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count),
            memory: stats.bytes_allocated as isize - stats.bytes_deallocated as isize,
        }
    }
}

/// How many calls ended in which way.
type Outcomes = Arc<Mutex<BTreeMap<String, u64>>>;

async fn soak(time: Duration) -> BTreeMap<String, u64> {
    let servers = Servers::start().await;
    let outcomes = Outcomes::default();
    let end = Instant::now() + time;
    let mut callers = Vec::new();
    for way in ways(&servers) {
        for _ in 0..CALLERS {
            let caller = Caller { way: way.clone(), connection: way.connect(), outcomes: Arc::clone(&outcomes) };
            callers.push(tokio::spawn(caller.run(end)));
        }
    }
    for caller in callers {
        timeout(time + Duration::from_secs(60), caller).await.expect("a caller hangs").expect("a caller failed");
    }
    servers.stop().await;
    let outcomes = outcomes.lock().unwrap();
    outcomes.clone()
}

/// How a client speaks to which server.
#[derive(Clone)]
struct Way {
    builder: ClientBuilder,
    url: String,
    /// The server knows how long a call may take, and stops its handler then.
    tells_time: bool,
}

impl Way {
    fn connect(&self) -> Connection {
        self.builder.clone().connect_lazy(&self.url).unwrap()
    }
}

fn ways(servers: &Servers) -> Vec<Way> {
    let builder = || {
        let builder = Client::builder().max_connections(3).idle_timeout(Duration::from_millis(200));
        builder.call_timeout(Duration::from_secs(5)).reconnect_pause(Duration::from_millis(50))
    };
    let way = |builder: ClientBuilder, scheme: &str, address: std::net::SocketAddr| Way {
        builder,
        url: format!("{scheme}://{address}"),
        tells_time: false,
    };
    let tt_header = builder().calls_per_connection(8).transport(Transport::TtHeader);
    vec![
        way(builder(), "tcp", servers.unordered),
        way(builder().calls_per_connection(8), "tcp", servers.unordered),
        way(builder(), "tcp", servers.proxy),
        way(builder().transport(Transport::Buffered).protocol(Protocol::Compact), "tcp", servers.proxy),
        way(builder().calls_per_connection(8).protocol(Protocol::Json), "tcp", servers.proxy),
        way(builder().calls_per_connection(8).transport(Transport::Buffered), "tcp", servers.proxy),
        way(builder().transport(Transport::Header), "tcp", servers.proxy),
        way(builder().calls_per_connection(8).transport(Transport::Header).zlib(true), "tcp", servers.proxy),
        Way { tells_time: true, ..way(tt_header, "tcp", servers.proxy) },
        way(builder().calls_per_connection(8).zlib(true), "tcp", servers.proxy),
        way(builder().http2(false), "http", servers.proxy),
        way(builder().http2(true), "http", servers.proxy),
    ]
}

struct Caller {
    way: Way,
    connection: Connection,
    outcomes: Outcomes,
}

impl Caller {
    async fn run(mut self, end: Instant) {
        while Instant::now() < end {
            match random(100) {
                0 => self.connection = self.way.connect(),
                1 => sleep(Duration::from_millis(random(300))).await,
                2..10 => self.end("oneway", StoreClient::new(self.connection.clone()).forget(1).await.map(drop)),
                _ => {
                    let calls = (0..=random(6)).map(|_| self.call());
                    let calls: Vec<_> = calls.map(tokio::spawn).collect();
                    for call in calls {
                        let (what, result) = call.await.expect("a call failed");
                        self.end(what, result);
                    }
                }
            }
        }
    }

    /// A call that nobody else makes, which may be given up.
    fn call(&self) -> impl Future<Output = (&'static str, Result<(), Error>)> + Send + 'static {
        static CALLS: AtomicU64 = AtomicU64::new(0);
        let id = CALLS.fetch_add(1, Ordering::Relaxed) as i64;
        let name = format!("{id} {}", "x".repeat(random(if random(50) == 0 { 200_000 } else { 200 }) as usize));
        let time = Duration::from_millis(random(200) + 1);
        let (given_up, patience) = (random(10) == 0, Duration::from_millis(random(60)));
        let client = StoreClient::new(self.connection.with_timeout(time));
        async move {
            let call = client.find(id, &name);
            let found = match given_up {
                true => timeout(patience, call).await.ok(),
                false => Some(call.await),
            };
            match found {
                None => ("dropped", Ok(())),
                Some(Ok(Item { id: other, name: found, .. })) => {
                    assert!(
                        other == id && found.as_ref() == Some(&name),
                        "call {id} got the answer to {other}: {found:?}"
                    );
                    ("right", Ok(()))
                }
                Some(Err(StoreFindError::NotFound(error))) => panic!("call {id}: {error}"),
                Some(Err(StoreFindError::Other(error))) => ("", Err(error)),
            }
        }
    }

    fn end(&self, what: &str, result: Result<(), Error>) {
        let what = match result {
            Ok(()) => what.to_owned(),
            Err(Error::Timeout(what)) => format!("timeout of the {what:?}").to_lowercase(),
            Err(Error::Closed { .. }) => "closed".to_owned(),
            Err(Error::Io(error)) => format!("broken, {}", error.kind()),
            Err(Error::Connect(error)) => format!("not connected, {}", error.kind()),
            Err(Error::Unsent(error)) => format!("not sent, {error}").split(':').next().unwrap_or_default().to_owned(),
            Err(Error::InvalidHttp(text)) => format!("HTTP: {text}"),
            Err(Error::Application(error))
                if self.way.tells_time && error.kind == ApplicationErrorKind::INTERNAL_ERROR =>
            {
                "stopped by the server".to_owned()
            }
            // No server sends any of these.
            Err(error) => panic!("{}: {error:?}", self.way.url),
        };
        *self.outcomes.lock().unwrap().entry(what).or_default() += 1;
    }
}

/// A number below `bound`.
fn random(bound: u64) -> u64 {
    static STATE: AtomicU64 = AtomicU64::new(0);
    // Splitmix64.
    let mut z = STATE.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) % bound
}
