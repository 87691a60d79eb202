//! The services of `services.thrift`, with handlers for the examples, which are the programs of this crate:
//!
//! | program | shows |
//! |---|---|
//! | `retry` | timeouts, and trying again what is sure not to have been done |
//! | `limits` | a server that sheds load, and a client that keeps to a rate |
//! | `balance` | calls spread over several servers, of which one goes down |
//! | `router` | two services on one port |
//! | `mount` | services beside other routes on axum |
//! | `metadata` | what a handler learns about a request |
//! | `trace` | spans of calls, and one trace over two servers |
//! | `metrics` | counted calls |
//!
//! Each starts its own servers on free ports, and runs to its end: `cargo run -p ecosystem --bin retry`.

mod generated {
    thrift_runtime::include_thrift!("services");
}

pub use generated::services::{Calculator, CalculatorClient, CalculatorServer, Greeter, GreeterClient, GreeterServer};

use thrift_runtime::{Error, Processor, Server};

/// Greets, and adds.
#[derive(Clone, Copy, Debug)]
pub struct Handler;

impl Greeter for Handler {
    async fn greet(&self, name: String) -> Result<String, Error> {
        Ok(format!("Hello, {name}!"))
    }
}

impl Calculator for Handler {
    async fn add(&self, left: i64, right: i64) -> Result<i64, Error> {
        left.checked_add(right).ok_or_else(|| Error::internal("the sum is too large"))
    }
}

/// Serves on a free port for as long as the program runs. Returns the address, for a URL.
pub async fn start(processor: impl Processor) -> Result<String, Error> {
    let server = Server::bind("127.0.0.1:0").await?;
    let address = server.local_addr()?.to_string();
    tokio::spawn(server.serve(processor));
    Ok(address)
}
