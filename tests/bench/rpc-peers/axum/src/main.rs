//! axum in the RPC benchmark: server `axum`, which returns the body of an HTTP request, of Thrift or not.

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use axum::serve::ListenerExt;
use rpc_peer::{Client, Result, Server};
use std::process::ExitCode;

fn main() -> ExitCode {
    rpc_peer::run(serve, call)
}

fn serve(server: Server) -> Result<()> {
    if server.name != "axum" {
        return Err(format!("no such server: {}", server.name).into());
    }
    rpc_peer::runtime(server.threads)?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        rpc_peer::listening(listener.local_addr()?.port());
        // Its default leaves Nagle's algorithm on.
        let listener = listener.tap_io(|stream| _ = stream.set_nodelay(true));
        Ok(axum::serve(listener, Router::new().route("/", post(|body: Bytes| async { body }))).await?)
    })
}

fn call(_: Client) -> Result<()> {
    Err("axum is a server".into())
}
