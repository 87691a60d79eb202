//! The servers of this program: the references, which do as little as can be done, and ours.

pub(crate) mod answer;
mod answer_http;
mod awaiting;
mod hyper;
mod ours;
mod raw;
pub(crate) mod tls;

use std::future::Future;

use rpc_peer::Server;
use tokio::net::TcpListener;

use crate::Result;
use awaiting::{Channel, Timer};

/// Serves until stdin ends.
pub(crate) fn run(server: Server) -> Result<()> {
    let threads = server.threads;
    match server.name.as_str() {
        "answer" => serve(threads, answer::serve()),
        "answer-http" => serve(threads, answer_http::serve()),
        "raw" => serve(threads, raw::serve()),
        "raw-tls" => serve(threads, tls::serve()),
        "raw-timer" => serve(threads, awaiting::serve(Timer)),
        "raw-channel" => serve(threads, async { awaiting::serve(Channel::start()).await }),
        "raw-threads" => raw::serve_with_threads(),
        "hyper" => serve(threads, hyper::serve(false)),
        "hyper-flush" => serve(threads, hyper::serve(true)),
        "ours" => serve(threads, ours::serve()),
        "ours-tls" => serve(threads, ours::serve_tls()),
        "ours-timer" => serve(threads, awaiting::serve_ours(Timer)),
        "ours-channel" => serve(threads, async { awaiting::serve_ours(Channel::start()).await }),
        "ours-blocking" => ours::serve_blocking(),
        name => Err(format!("no server is called `{name}`").into()),
    }
}

/// Runs a server, on tasks of its own: with several workers the main thread is none of them.
fn serve(threads: usize, server: impl Future<Output = Result<()>> + Send + 'static) -> Result<()> {
    let runtime = rpc_peer::runtime(threads)?;
    runtime.block_on(runtime.spawn(server))?
}

async fn listen() -> Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    rpc_peer::listening(listener.local_addr()?.port());
    Ok(listener)
}
