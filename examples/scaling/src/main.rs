//! Several servers behind a balancer: `scaling [nginx|tower] [--seconds N]`.
//!
//! Starts three servers, which are processes of their own, and calls them by nginx or by a balancer in the client. Under
//! load it kills one after the other, hard, and starts it anew on the same port. Every answer is checked. Exits with 1
//! when one is wrong, when a call fails for good, or when a server that was started anew is not called any more.
//!
//! All that is started ends when its standard input does, so nothing outlives this program, however that ends.

mod backend;
mod balance;
mod load;
mod nginx;

mod generated {
    thrift_runtime::include_thrift!("hasher");
}

use backend::Backend;
use generated::hasher::HasherClient;
use load::{Counts, Load};
use nginx::Nginx;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use thrift_runtime::{Client, Processor};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// How long anything that is waited for may take, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(30);

const USAGE: &str = "usage: scaling [nginx|tower] [--seconds N]";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Error> {
    let (mut balancer, mut seconds) = ("tower".to_owned(), 5);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "backend" => return backend::serve(&arguments.next().ok_or(USAGE)?).await,
            "nginx" | "tower" => balancer = argument,
            "--seconds" => seconds = arguments.next().ok_or(USAGE)?.parse()?,
            _ => return Err(USAGE.into()),
        }
    }
    let mut backends = Vec::new();
    for _ in 0..3 {
        backends.push(Backend::start().await?);
    }
    let addresses: Vec<&str> = backends.iter().map(Backend::address).collect();
    let time = Duration::from_secs(seconds);
    let (counts, repeated) = if balancer == "nginx" {
        let nginx = Nginx::start(&addresses).await?;
        let connection = Client::builder().call_timeout(Duration::from_secs(10)).connect(nginx.url()).await?;
        let counts = endure(&mut backends, connection, time).await?;
        (counts, nginx.stop()?)
    } else {
        let (processor, repeated) = balance::over(&addresses)?;
        (endure(&mut backends, processor, time).await?, repeated.get())
    };
    for backend in &mut backends {
        backend.stop().await?;
    }
    report(&balancer, &backends, &counts, repeated)
}

/// Kills and restarts the backends in turn while they are called, each once at least, for so long.
async fn endure(backends: &mut [Backend], processor: impl Processor + Clone, time: Duration) -> Result<Counts, Error> {
    let load = Load::start(HasherClient::new(processor));
    let start = Instant::now();
    let mut round = 0;
    while round < backends.len() || start.elapsed() < time {
        let backend = &mut backends[round % 3];
        load.wait_until(|counts| counts.of(backend.process()) > 100).await?;
        backend.kill().await?;
        let calls = load.calls();
        load.wait_until(|counts| counts.calls > calls + 200).await?;
        backend.restart().await?;
        // Balancers avoid a server for a while after it has failed. As long as that lasts, there is one less.
        load.wait_until(|counts| counts.of(backend.process()) > 100).await?;
        round += 1;
    }
    load.stop().await
}

fn report(balancer: &str, backends: &[Backend], counts: &Counts, repeated: usize) -> Result<(), Error> {
    let Counts { calls, right, wrong, failed, .. } = counts;
    println!("{balancer}: {calls} calls, {right} right, {wrong} wrong, {failed} failed, {repeated} repeated");
    for backend in backends {
        let calls: Vec<String> = backend.processes().iter().map(|&id| counts.of(id).to_string()).collect();
        println!("{}: {} calls, killed in between", backend.address(), calls.join(" + "));
    }
    match &counts.first_failure {
        Some(failure) => Err(failure.clone().into()),
        // The balancer has not been put to the test.
        None if repeated == 0 => Err("no call had to be repeated".into()),
        None => Ok(()),
    }
}
