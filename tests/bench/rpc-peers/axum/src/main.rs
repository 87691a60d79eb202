//! axum in the RPC benchmark: server `axum`, which returns the body of an HTTP request, of Thrift or not, and server `axum-ours`, where
//! our service of Thrift over HTTP is a route.

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use axum::serve::ListenerExt;
use rpc_peer::{Client, Result, Server};
use std::process::ExitCode;
use thrift_runtime::{Error, HttpService};

mod generated {
    thrift_runtime::include_thrift!("echo");
}
use generated::echo;

fn main() -> ExitCode {
    rpc_peer::run(serve, call)
}

fn serve(server: Server) -> Result<()> {
    let router = match server.name.as_str() {
        "axum" => Router::new().route("/", post(|body: Bytes| async { body })),
        "axum-ours" => Router::new().route_service("/", HttpService::new(echo::EchoServer::new(Handler))),
        name => return Err(format!("no such server: {name}").into()),
    };
    rpc_peer::runtime(server.threads)?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        rpc_peer::listening(listener.local_addr()?.port());
        // Its default leaves Nagle's algorithm on.
        let listener = listener.tap_io(|stream| _ = stream.set_nodelay(true));
        Ok(axum::serve(listener, router).await?)
    })
}

fn call(_: Client) -> Result<()> {
    Err("axum is a server".into())
}

struct Handler;

impl echo::Echo for Handler {
    async fn echo(&self, message: String) -> std::result::Result<String, Error> {
        Ok(message)
    }

    async fn echo_binary(&self, data: Bytes) -> std::result::Result<Bytes, Error> {
        Ok(data)
    }
}
