//! volo-thrift in the RPC benchmark: servers and clients `volo` and `volo-multiplex`, with framed binary messages.
//!
//! Its defaults, but for the codec: framed messages are all that it is sent, so TTHeader, its own, is neither looked for nor written.
//! volo sets TCP_NODELAY by itself. Its feature `unsafe-codec` is off, as by default: it does not check lengths.

#[allow(warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/volo_gen.rs"));
    pub(crate) use volo_gen::*;
}

use generated::echo::{Echo, EchoClientBuilder, EchoServer};
use pilota::{Bytes, FastStr};
use rpc_peer::{Client, Method, Progress, Result, Server};
use std::future::pending;
use std::process::ExitCode;
use volo::net::Address;
use volo::net::incoming::DefaultIncoming;
use volo_thrift::codec::default::DefaultMakeCodec;
use volo_thrift::codec::default::framed::MakeFramedCodec;
use volo_thrift::codec::default::thrift::MakeThriftCodec;
use volo_thrift::{ClientError, ServerError};

fn main() -> ExitCode {
    rpc_peer::run(serve, call)
}

#[derive(Clone)]
struct Handler;

impl Echo for Handler {
    async fn echo(&self, message: FastStr) -> std::result::Result<FastStr, ServerError> {
        Ok(message)
    }

    async fn echo_binary(&self, data: Bytes) -> std::result::Result<Bytes, ServerError> {
        Ok(data)
    }
}

fn serve(server: Server) -> Result<()> {
    let multiplex = multiplex(&server.name)?;
    rpc_peer::runtime(server.threads)?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        rpc_peer::listening(listener.local_addr()?.port());
        EchoServer::new(Handler).make_codec(framed()).multiplex(multiplex).run(DefaultIncoming::from(listener)).await
    })
}

fn call(client: Client) -> Result<()> {
    if multiplex(&client.name)? == client.pools()? {
        return Err("`volo` has a connection for each call at a time, and `volo-multiplex` one for all".into());
    }
    rpc_peer::runtime(1)?.block_on(async {
        let echo = EchoClientBuilder::new("echo")
            .address(Address::from(client.address))
            .make_codec(framed())
            .multiplex(multiplex(&client.name)?)
            .build();
        let progress = Progress::of(client.calls);
        for _ in 0..client.calls {
            let (echo, text) = (echo.clone(), FastStr::new(&client.payload));
            match client.method {
                Method::Echo => tokio::spawn(progress.clone().keep_calling(move || {
                    let (echo, text) = (echo.clone(), text.clone());
                    async move { Ok::<_, ClientError>(echo.echo(text.clone()).await? == text) }
                })),
                Method::EchoBinary => tokio::spawn(progress.clone().keep_calling(move || {
                    let (echo, data) = (echo.clone(), text.clone().into_bytes());
                    async move { Ok::<_, ClientError>(echo.echo_binary(data.clone()).await? == data) }
                })),
            };
        }
        pending().await
    })
}

fn framed() -> DefaultMakeCodec<MakeFramedCodec<MakeThriftCodec>> {
    DefaultMakeCodec::new(MakeFramedCodec::new(MakeThriftCodec::new()))
}

/// Whether calls in flight share a connection.
fn multiplex(name: &str) -> Result<bool> {
    match name {
        "volo" => Ok(false),
        "volo-multiplex" => Ok(true),
        other => Err(format!("no such peer: {other}").into()),
    }
}
