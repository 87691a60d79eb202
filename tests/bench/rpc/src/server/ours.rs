//! Our servers, as a user who sets nothing has them.

use thrift_runtime::{Bytes, Error, Server, blocking};

use super::tls;
use crate::Result;
use crate::generated::echo;

pub(super) async fn serve() -> Result<()> {
    serve_on(bind().await?, Handler).await
}

/// Inside of TLS.
pub(super) async fn serve_tls() -> Result<()> {
    serve_on(bind().await?.tls(tls::ours()?)?, Handler).await
}

pub(super) async fn bind() -> Result<Server> {
    Ok(Server::bind("127.0.0.1:0").await?)
}

pub(super) async fn serve_on(server: Server, handler: impl echo::Echo) -> Result<()> {
    rpc_peer::listening(server.local_addr()?.port());
    Ok(server.serve(echo::EchoServer::new(handler)).await?)
}

/// With a thread for each connection.
pub(super) fn serve_blocking() -> Result<()> {
    let server = blocking::Server::bind("127.0.0.1:0")?;
    rpc_peer::listening(server.local_addr()?.port());
    Ok(server.serve(echo::blocking::EchoServer::new(Handler))?)
}

struct Handler;

impl echo::Echo for Handler {
    async fn echo(&self, message: String) -> Result<String, Error> {
        Ok(message)
    }

    async fn echo_binary(&self, data: Bytes) -> Result<Bytes, Error> {
        Ok(data)
    }
}

impl echo::blocking::Echo for Handler {
    fn echo(&self, message: String) -> Result<String, Error> {
        Ok(message)
    }

    fn echo_binary(&self, data: Bytes) -> Result<Bytes, Error> {
        Ok(data)
    }
}
