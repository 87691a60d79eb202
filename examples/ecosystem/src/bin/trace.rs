//! Spans of calls, and one trace over two servers: the first one's handler asks the second one.
//!
//! A subscriber of the `tracing` crate prints the spans, as it would send them to a collector. The trace goes from one
//! server to the next in W3C's header `traceparent`.

use ecosystem::{Greeter, GreeterClient, GreeterServer, start};
use thrift_runtime::{Client, Connection, Error, TraceContext, Traced};

/// Hands the call on.
struct Front(GreeterClient<Traced<Connection>>);

impl Greeter for Front {
    async fn greet(&self, name: String) -> Result<String, Error> {
        // The client's span is a child of this handler's, as it is called in it.
        let behind = self.0.greet(&name).await?;
        Ok(format!("{} | {behind}", here("front")))
    }
}

struct Back;

impl Greeter for Back {
    async fn greet(&self, name: String) -> Result<String, Error> {
        tracing::info!("greeting {name}");
        Ok(here("back"))
    }
}

/// The trace that the handler is part of.
fn here(name: &str) -> String {
    let trace = TraceContext::current().map(|context| format!("{:032x}", context.trace_id()));
    format!("{name} in {}", trace.unwrap_or_default())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt().without_time().with_ansi(false).with_writer(std::io::stderr).init();

    let back = start(Traced::server("Back", GreeterServer::new(Back))).await?;
    let url = format!("http://{back}");
    let to_back = Traced::client("Back", Client::connect(&url).await?).peer(url).propagate();
    let front = start(Traced::server("Front", GreeterServer::new(Front(GreeterClient::new(to_back))))).await?;

    // A caller that has a trace, as from a browser or a gateway.
    let caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let connection = Client::connect(format!("http://{front}")).await?.with_header("traceparent", caller)?;
    println!("{}", GreeterClient::new(connection).greet("world").await?);
    Ok(())
}
