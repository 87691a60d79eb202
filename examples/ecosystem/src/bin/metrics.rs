//! Counted calls, of a server and of a client. A program would hand the numbers to Prometheus or OpenTelemetry.

use ecosystem::{CalculatorClient, CalculatorServer, Handler};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use thrift_runtime::{Client, Error, FinishedCall, Metered, Metrics, Server};

#[derive(Default)]
struct Counters {
    running: AtomicI64,
    connections: AtomicI64,
    /// By method and outcome.
    finished: Mutex<BTreeMap<(String, &'static str), Total>>,
}

#[derive(Default)]
struct Total {
    calls: u64,
    bytes: usize,
}

impl Metrics for Counters {
    fn call_started(&self) {
        self.running.fetch_add(1, Ordering::Relaxed);
    }

    fn call_finished(&self, call: &FinishedCall<'_>) {
        self.running.fetch_sub(1, Ordering::Relaxed);
        let mut finished = self.finished.lock().unwrap();
        let total = finished.entry((call.method.to_owned(), call.outcome.name())).or_default();
        total.calls += 1;
        total.bytes += call.request_bytes + call.reply_bytes;
    }

    fn connection_opened(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    fn connection_closed(&self) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Counters {
    fn print(&self, side: &str) {
        for ((method, outcome), Total { calls, bytes }) in &*self.finished.lock().unwrap() {
            println!("{side}: {calls} times {method} {outcome}, {bytes} bytes");
        }
        println!("{side}: {} calls are running", self.running.load(Ordering::Relaxed));
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let (at_server, at_client) = (Arc::new(Counters::default()), Arc::new(Counters::default()));
    let server = Server::bind("127.0.0.1:0").await?.metrics(Arc::clone(&at_server));
    let url = format!("tcp://{}", server.local_addr()?);
    tokio::spawn(server.serve(CalculatorServer::new(Handler)));

    let connection = Client::connect(url).await?;
    let client = CalculatorClient::new(Metered::new(connection, Arc::clone(&at_client)));
    for number in 0..10 {
        client.add(number, 1).await?;
    }
    assert!(client.add(i64::MAX, 1).await.is_err());
    at_server.print("server");
    println!("server: {} connection", at_server.connections.load(Ordering::Relaxed));
    at_client.print("client");
    Ok(())
}
