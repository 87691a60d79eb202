//! Starts a server of threads, calls it from some threads, and stops it.

use generated::counter::blocking::{Counter, CounterClient, CounterServer};
use generated::counter::{CounterAddError, Overflow};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::thread;
use thrift_runtime::Error;
use thrift_runtime::blocking::Server;

mod generated {
    thrift_runtime::include_thrift!("counter");
}

#[derive(Default)]
struct Counters(Mutex<HashMap<String, i64>>);

impl Counter for Counters {
    fn add(&self, name: String, amount: i64) -> Result<i64, CounterAddError> {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counters.entry(name.clone()).or_default();
        *count = count.checked_add(amount).ok_or(Overflow { name: Some(name) })?;
        Ok(*count)
    }

    fn reset(&self, name: String) -> Result<(), Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::bind("127.0.0.1:0")?; // 0: a free port
    let (address, handle) = (server.local_addr()?, server.handle());
    let serving = thread::spawn(move || server.serve(CounterServer::new(Counters::default())));

    let client = CounterClient::connect(format!("tcp://{address}"))?;
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..4).map(|_| scope.spawn(|| (0..100).try_for_each(|_| client.add("calls", 1).map(drop)))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or(Ok(())))
    })?;
    println!("{} calls", client.add("calls", 0)?);
    match client.add("calls", i64::MAX) {
        Err(CounterAddError::Overflow(error)) => println!("no more {}", error.name.unwrap_or_default()),
        other => println!("{other:?}"),
    }
    client.reset("calls")?;

    handle.shutdown();
    serving.join().unwrap_or(Ok(()))?;
    Ok(())
}
