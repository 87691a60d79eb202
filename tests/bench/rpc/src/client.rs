//! Our clients, as a user has them who says no more than over how many connections to call, and hyper's.

mod hyper;

use std::future::pending;
use std::sync::Arc;
use std::thread;

use rpc_peer::{Client, Method, Progress};
use thrift_runtime::{Error, blocking};

use crate::Result;
use crate::generated::echo;

/// Calls until stdin ends.
pub(crate) fn run(client: Client) -> Result<()> {
    match client.name.as_str() {
        "ours" => rpc_peer::runtime(1)?.block_on(call(client, "tcp")),
        "ours-http" => rpc_peer::runtime(1)?.block_on(call(client, "http")),
        "ours-blocking" => call_blocking(client, "tcp"),
        "ours-blocking-http" => call_blocking(client, "http"),
        "hyper" => rpc_peer::runtime(1)?.block_on(hyper::call(client)),
        name => Err(format!("no client is called `{name}`").into()),
    }
}

async fn call(client: Client, scheme: &str) -> Result<()> {
    let mut builder = thrift_runtime::Client::builder();
    if !client.pools()? {
        builder = builder.max_connections(1).calls_per_connection(client.calls);
    }
    let echo = echo::EchoClient::new(builder.connect(format!("{scheme}://{}", client.address)).await?);
    let text: Arc<str> = client.payload.into();
    let progress = Progress::of(client.calls);
    for _ in 0..client.calls {
        let (echo, text) = (echo.clone(), Arc::clone(&text));
        match client.method {
            Method::Echo => tokio::spawn(progress.clone().keep_calling(move || {
                let (reply, text) = (echo.echo(&text), Arc::clone(&text));
                async move { Ok::<_, Error>(reply.await? == *text) }
            })),
            Method::EchoBinary => tokio::spawn(progress.clone().keep_calling(move || {
                let (reply, text) = (echo.echo_binary(text.as_bytes()), Arc::clone(&text));
                async move { Ok::<_, Error>(reply.await? == text.as_bytes()) }
            })),
        };
    }
    pending().await
}

fn call_blocking(client: Client, scheme: &str) -> Result<()> {
    if !client.pools()? {
        return Err("a connection has one call at a time".into());
    }
    let connection = blocking::Client::builder().connect(format!("{scheme}://{}", client.address))?;
    let (text, progress) = (Arc::<str>::from(client.payload), Progress::of(client.calls));
    let callers = Vec::from_iter((0..client.calls).map(|_| {
        let echo = echo::blocking::EchoClient::new(connection.clone());
        let (text, progress, method) = (Arc::clone(&text), progress.clone(), client.method);
        thread::spawn(move || match method {
            Method::Echo => progress.keep_calling_blocking(|| Ok::<_, Error>(echo.echo(&text)? == *text)),
            Method::EchoBinary => {
                progress.keep_calling_blocking(|| Ok::<_, Error>(echo.echo_binary(text.as_bytes())? == text.as_bytes()))
            }
        })
    }));
    for caller in callers {
        caller.join().map_err(|_| "a caller panicked")?;
    }
    Ok(())
}
