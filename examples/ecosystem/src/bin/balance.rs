//! Calls spread over several servers, of which one goes down.
//!
//! Of two servers at random a call goes to the one that has failed less lately, or has less to do: what tower calls
//! the power of two choices. What was not sent is tried again, and then goes elsewhere.

use ecosystem::{Greeter, GreeterClient, GreeterServer};
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use thrift_runtime::{Client, Connection, Error, Layered, OwnedRequest, ProcessorService, Reply, Server};
use tower::balance::p2c::Balance;
use tower::discover::ServiceList;
use tower::load::Load;
use tower::retry::Policy;
use tower::{Service, ServiceBuilder};

/// How long a server that could not be reached is asked only if all others are no better.
const AVOIDED: Duration = Duration::from_secs(5);

/// One of the servers, with what is known of it.
struct Backend {
    connection: ProcessorService<Connection>,
    /// Each call holds a clone.
    calls: Arc<()>,
    failed: Arc<Mutex<Option<Instant>>>,
}

impl Backend {
    fn new(connection: Connection) -> Self {
        Self { connection: ProcessorService::new(connection), calls: Arc::default(), failed: Arc::default() }
    }
}

impl Load for Backend {
    type Metric = (bool, usize);

    fn load(&self) -> (bool, usize) {
        let failed = self.failed.lock().unwrap().is_some_and(|at| at.elapsed() < AVOIDED);
        (failed, Arc::strong_count(&self.calls))
    }
}

impl Service<OwnedRequest> for Backend {
    type Response = Reply;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.connection.poll_ready(cx)
    }

    fn call(&mut self, request: OwnedRequest) -> Self::Future {
        let (reply, running) = (self.connection.call(request), Arc::clone(&self.calls));
        let failed = Arc::clone(&self.failed);
        Box::pin(async move {
            let reply = reply.await;
            drop(running);
            let is_down = matches!(&reply, Err(error) if error.is_unsent());
            *failed.lock().unwrap() = is_down.then(Instant::now);
            reply
        })
    }
}

/// Tries again what was not sent, a few times.
#[derive(Clone)]
struct Elsewhere(u32);

impl Policy<OwnedRequest, Reply, tower::BoxError> for Elsewhere {
    type Future = Ready<()>;

    fn retry(&mut self, _: &mut OwnedRequest, result: &mut Result<Reply, tower::BoxError>) -> Option<Ready<()>> {
        let error = result.as_ref().err()?.downcast_ref::<Error>()?;
        self.0 = self.0.checked_sub(1)?;
        error.is_unsent().then(|| ready(()))
    }

    fn clone_request(&mut self, request: &OwnedRequest) -> Option<OwnedRequest> {
        Some(request.clone())
    }
}

/// Counts its calls.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicU32>);

impl Greeter for Counting {
    async fn greet(&self, name: String) -> Result<String, Error> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(format!("Hello, {name}!"))
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let (mut connections, mut handlers, mut servers) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..3 {
        let (server, handler) = (Server::bind("127.0.0.1:0").await?, Counting::default());
        // A server that is down now may come up later.
        connections.push(Client::builder().connect_lazy(format!("tcp://{}", server.local_addr()?))?);
        servers.push(tokio::spawn(server.serve(GreeterServer::new(handler.clone()))));
        handlers.push(handler);
    }
    // Requests are written as for any of the connections.
    let like: Connection = connections[0].clone();
    let backends = connections.into_iter().map(Backend::new);
    let balance = Balance::new(ServiceList::new::<OwnedRequest>(backends));
    let service = ServiceBuilder::new().retry(Elsewhere(5)).buffer(100).service(balance);
    let client = GreeterClient::new(Layered::new(service, like));

    let greet = async |names: std::ops::Range<u32>| -> Result<(), Error> {
        for name in names {
            let greeting = client.greet(&name.to_string()).await?;
            assert_eq!(greeting, format!("Hello, {name}!"));
        }
        Ok(())
    };
    let calls = || handlers.iter().map(|handler| handler.0.load(Ordering::Relaxed)).collect::<Vec<_>>();

    greet(0..300).await?;
    println!("each of 3 servers has answered: {}", calls().iter().all(|&calls| calls > 50));

    servers[0].abort();
    let _ = (&mut servers[0]).await;
    let before = calls();
    greet(300..600).await?;
    println!("600 calls were answered, the last {} by 2 servers", calls()[1] + calls()[2] - before[1] - before[2]);
    Ok(())
}
