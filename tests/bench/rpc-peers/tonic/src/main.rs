//! tonic in the RPC benchmark: server and client `tonic`, which speak gRPC with each other only.
//!
//! Its defaults: TCP_NODELAY, windows of HTTP/2 of 1 MiB. Binaries are `Bytes`, so that they share what was read.

#[allow(warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/benchmark.Echo.rs"));
}

use bytes::Bytes;
use generated::echo_client::EchoClient;
use generated::echo_server::{Echo, EchoServer};
use rpc_peer::{Client, Method, Progress, Result, Server};
use std::future::pending;
use std::net::SocketAddr;
use std::process::ExitCode;
use tonic::transport::Endpoint;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

fn main() -> ExitCode {
    rpc_peer::run(serve, call)
}

/// The message of `Echo`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Text {
    #[prost(string, tag = "1")]
    message: String,
}

/// The message of `EchoBinary`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Binary {
    #[prost(bytes = "bytes", tag = "1")]
    data: Bytes,
}

struct Handler;

#[tonic::async_trait]
impl Echo for Handler {
    async fn echo(&self, request: Request<Text>) -> std::result::Result<Response<Text>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn echo_binary(&self, request: Request<Binary>) -> std::result::Result<Response<Binary>, Status> {
        Ok(Response::new(request.into_inner()))
    }
}

fn serve(server: Server) -> Result<()> {
    named(&server.name)?;
    rpc_peer::runtime(server.threads)?.block_on(async {
        let incoming = TcpIncoming::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?.with_nodelay(Some(true));
        rpc_peer::listening(incoming.local_addr()?.port());
        let echo = EchoServer::new(Handler);
        Ok(tonic::transport::Server::builder().add_service(echo).serve_with_incoming(incoming).await?)
    })
}

fn call(client: Client) -> Result<()> {
    named(&client.name)?;
    rpc_peer::runtime(1)?.block_on(async {
        let endpoint = Endpoint::from_shared(format!("http://{}", client.address))?;
        // A channel is one connection, on which calls are in flight side by side.
        let mut channels = Vec::new();
        for _ in 0..client.connections {
            channels.push(endpoint.connect().await?);
        }
        let progress = Progress::of(client.calls);
        for channel in channels.iter().cycle().take(client.calls) {
            let (echo, message) = (EchoClient::new(channel.clone()), client.payload.clone());
            match client.method {
                Method::Echo => tokio::spawn(progress.clone().keep_calling(move || {
                    let (mut echo, text) = (echo.clone(), Text { message: message.clone() });
                    async move { Ok::<_, Status>(echo.echo(text.clone()).await?.into_inner() == text) }
                })),
                Method::EchoBinary => {
                    let data = Bytes::from(message);
                    tokio::spawn(progress.clone().keep_calling(move || {
                        let (mut echo, binary) = (echo.clone(), Binary { data: data.clone() });
                        async move { Ok::<_, Status>(echo.echo_binary(binary.clone()).await?.into_inner() == binary) }
                    }))
                }
            };
        }
        pending().await
    })
}

fn named(name: &str) -> Result<()> {
    if name == "tonic" { Ok(()) } else { Err(format!("no such peer: {name}").into()) }
}
