//! The servers of this program: the references, which do as little as can be done, and ours.

mod answer;
mod hyper;
mod ours;
mod raw;

use std::future::Future;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::process;
use std::thread;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::Result;
use crate::arguments::Arguments;

/// Serves until stdin ends.
pub(crate) fn run(args: Arguments) -> Result<()> {
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        process::exit(0);
    });
    let threads = args.get("--threads")?;
    match args.name.as_str() {
        "answer" => serve(threads, answer::serve()),
        "raw" => serve(threads, raw::serve()),
        "hyper" => serve(threads, hyper::serve(false)),
        "hyper-flush" => serve(threads, hyper::serve(true)),
        "ours" => serve(threads, ours::serve()),
        "ours-blocking" => ours::serve_blocking(),
        "raw-threads" => raw::serve_with_threads(),
        name => Err(format!("no server is called `{name}`").into()),
    }
}

/// Runs a server, on tasks of its own: with several workers the main thread is none of them.
fn serve(threads: usize, server: impl Future<Output = Result<()>> + Send + 'static) -> Result<()> {
    let runtime = runtime(threads)?;
    runtime.block_on(runtime.spawn(server))?
}

fn runtime(threads: usize) -> io::Result<Runtime> {
    let mut builder = if threads == 1 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    builder.worker_threads(threads).enable_all().build()
}

async fn listen() -> Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    announce(listener.local_addr()?)?;
    Ok(listener)
}

/// Tells the runner where to connect to.
fn announce(address: SocketAddr) -> Result<()> {
    let mut out = io::stdout();
    writeln!(out, "{}", address.port())?;
    Ok(out.flush()?)
}
