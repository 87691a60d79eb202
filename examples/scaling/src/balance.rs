//! Balancing by the client: of two servers at random a call goes to the one with fewer calls on their way, which tower
//! calls the power of two choices; and what failed is called again.

use crate::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use thrift_runtime::{Client, Connection, Layered, OwnedRequest, Processor, ProcessorService, Reply};
use tokio::time::{Sleep, sleep};
use tower::balance::p2c::Balance;
use tower::discover::ServiceList;
use tower::load::pending_requests::Count;
use tower::load::{CompleteOnResponse, Load, PendingRequests};
use tower::retry::Policy;
use tower::{BoxError, Service, ServiceBuilder};

/// How long a server that has failed is only called if the others are no better. Without that it would draw the calls:
/// none are on their way to a server that refuses them at once.
const AVOIDED: Duration = Duration::from_millis(500);

/// A processor that balances over the servers at the addresses, and how many calls it has repeated.
pub(crate) fn over(addresses: &[&str]) -> Result<(impl Processor + Clone, Repeated), Error> {
    let builder = Client::builder()
        .call_timeout(Duration::from_secs(10))
        .calls_per_connection(8)
        .max_connections(4)
        .reconnect_pause(Duration::from_millis(200));
    let connect = |address: &&str| builder.clone().connect_lazy(format!("tcp://{address}"));
    let connections = addresses.iter().map(connect).collect::<Result<Vec<_>, _>>()?;
    // Requests are written as for any of the connections.
    let like = connections.first().ok_or("no addresses")?.clone();
    let balance = Balance::new(ServiceList::new::<OwnedRequest>(connections.into_iter().map(Backend::new)));
    let repeated = Repeated::default();
    let again = Again { left: 10, repeated: repeated.clone() };
    let service = ServiceBuilder::new().retry(again).buffer(100).service(balance);
    Ok((Layered::new(service, like), repeated))
}

/// Counts the calls that were repeated.
#[derive(Clone, Default)]
pub(crate) struct Repeated(Arc<AtomicUsize>);

impl Repeated {
    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Repeats a call so many times, each after a pause: what was surely not sent, and what does no harm when it is done
/// twice, by this server or another one.
#[derive(Clone)]
struct Again {
    left: u32,
    repeated: Repeated,
}

impl Policy<OwnedRequest, Reply, BoxError> for Again {
    type Future = Sleep;

    fn retry(&mut self, request: &mut OwnedRequest, result: &mut Result<Reply, BoxError>) -> Option<Sleep> {
        let error = result.as_ref().err()?.downcast_ref::<thrift_runtime::Error>()?;
        let is_idempotent = request.method() == "hash";
        if !error.is_unsent() && !is_idempotent {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        self.repeated.0.fetch_add(1, Ordering::Relaxed);
        Some(sleep(Duration::from_millis(10)))
    }

    fn clone_request(&mut self, request: &OwnedRequest) -> Option<OwnedRequest> {
        Some(request.clone())
    }
}

/// One of the servers, with what is known of it.
struct Backend {
    connection: PendingRequests<ProcessorService<Connection>>,
    failed: Arc<Mutex<Option<Instant>>>,
}

impl Backend {
    fn new(connection: Connection) -> Self {
        let service = ProcessorService::new(connection);
        Self { connection: PendingRequests::new(service, CompleteOnResponse::default()), failed: Arc::default() }
    }
}

impl Load for Backend {
    type Metric = (bool, Count);

    fn load(&self) -> (bool, Count) {
        let failed = *self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        (failed.is_some_and(|at| at.elapsed() < AVOIDED), self.connection.load())
    }
}

impl Service<OwnedRequest> for Backend {
    type Response = Reply;
    type Error = thrift_runtime::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, thrift_runtime::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), thrift_runtime::Error>> {
        self.connection.poll_ready(cx)
    }

    fn call(&mut self, request: OwnedRequest) -> Self::Future {
        let (reply, failed) = (self.connection.call(request), Arc::clone(&self.failed));
        Box::pin(async move {
            let reply = reply.await;
            *failed.lock().unwrap_or_else(PoisonError::into_inner) = reply.is_err().then(Instant::now);
            reply
        })
    }
}
