//! A server that sheds load, and a client that keeps to a rate.

use ecosystem::{Greeter, GreeterClient, GreeterServer, Handler, start};
use std::sync::Arc;
use std::time::{Duration, Instant};
use thrift_runtime::{Client, Error, Processor};
use tokio::sync::Notify;
use tower::ServiceBuilder;

/// Answers when it is told to.
struct Waiting {
    begun: Arc<Notify>,
    go: Arc<Notify>,
}

impl Greeter for Waiting {
    async fn greet(&self, name: String) -> Result<String, Error> {
        self.begun.notify_one();
        self.go.notified().await;
        Ok(format!("Hello, {name}!"))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // One call at a time; the others are refused at once, as waiting for them would only make it worse.
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = Waiting { begun: Arc::clone(&begun), go: Arc::clone(&go) };
    let shedding = ServiceBuilder::new().load_shed().concurrency_limit(1);
    let address = start(GreeterServer::new(handler).layer(shedding)).await?;

    let client = GreeterClient::connect(format!("tcp://{address}")).await?;
    let first = tokio::spawn(client.greet("first"));
    begun.notified().await;
    match client.greet("second").await {
        Err(Error::Application(refused)) => println!("refused: {}", refused.message),
        other => println!("not refused: {other:?}"),
    }
    go.notify_one();
    println!("{}", first.await??);

    // Ten calls in 100 ms at most. A rate belongs to all clones of a client, so it stands behind a buffer.
    let address = start(GreeterServer::new(Handler)).await?;
    let connection = Client::connect(format!("tcp://{address}")).await?;
    let limited = connection.layer(ServiceBuilder::new().buffer(100).rate_limit(10, Duration::from_millis(100)));
    let client = GreeterClient::new(limited);
    let start = Instant::now();
    for _ in 0..21 {
        client.greet("you").await?;
    }
    println!("21 calls took more than 200 ms: {}", start.elapsed() >= Duration::from_millis(200));
    Ok(())
}
