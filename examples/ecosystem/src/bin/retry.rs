//! Timeouts, and trying again what is sure not to have been done.
//!
//! A call that timed out may have been carried out all the same, so it is tried again only if that does no harm: which
//! methods those are, the program knows. What was never sent can be tried again whatever it is.

use ecosystem::{Greeter, GreeterClient, GreeterServer, start};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use thrift_runtime::{Client, Error, OwnedRequest, Processor, Reply};
use tokio::time::{Sleep, sleep};
use tower::ServiceBuilder;
use tower::retry::Policy;

/// So many more tries, each after a pause.
#[derive(Clone)]
struct Retry {
    left: u32,
    pause: Duration,
}

impl Policy<OwnedRequest, Reply, Error> for Retry {
    type Future = Sleep;

    fn retry(&mut self, request: &mut OwnedRequest, result: &mut Result<Reply, Error>) -> Option<Sleep> {
        let error = result.as_ref().err()?;
        let is_harmless = request.method() == "greet";
        if !error.is_unsent() && !is_harmless {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        println!("again, because {error}");
        self.pause *= 2;
        Some(sleep(self.pause))
    }

    fn clone_request(&mut self, request: &OwnedRequest) -> Option<OwnedRequest> {
        Some(request.clone())
    }
}

/// Answers the third call of each three, and lets the others wait.
#[derive(Default)]
struct Slow(AtomicU32);

impl Greeter for Slow {
    async fn greet(&self, name: String) -> Result<String, Error> {
        match self.0.fetch_add(1, Ordering::Relaxed) % 3 {
            2 => Ok(format!("Hello, {name}!")),
            _ => std::future::pending().await,
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let address = start(GreeterServer::new(Slow::default())).await?;
    // The outer layers come first: so each try has its own timeout, and all of them together have one.
    let connection =
        Client::builder().call_timeout(Duration::from_millis(200)).connect(format!("tcp://{address}")).await?.layer(
            ServiceBuilder::new()
                .timeout(Duration::from_secs(10))
                .retry(Retry { left: 3, pause: Duration::from_millis(5) }),
        );
    println!("{}", GreeterClient::new(connection).greet("world").await?);
    Ok(())
}
