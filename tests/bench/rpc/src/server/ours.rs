//! Our servers, as a user who sets nothing has them.

use thrift_runtime::{Bytes, Error, Server, blocking};

use super::announce;
use crate::Result;
use crate::generated::echo;

pub(super) async fn serve() -> Result<()> {
    let server = Server::bind("127.0.0.1:0").await?;
    announce(server.local_addr()?)?;
    Ok(server.serve(echo::EchoServer::new(Handler)).await?)
}

/// With a thread for each connection.
pub(super) fn serve_blocking() -> Result<()> {
    let server = blocking::Server::bind("127.0.0.1:0")?;
    announce(server.local_addr()?)?;
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
