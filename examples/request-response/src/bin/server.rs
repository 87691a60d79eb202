//! Serves until Ctrl-C: `server [ADDR]`, by default on 127.0.0.1:9090.

use request_response::{ExampleServiceServer, Handler};
use thrift_runtime::{Error, Server};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9090".to_owned());
    let server = Server::bind(&address).await?;
    println!("listening on {}", server.local_addr()?);
    let interrupted = async {
        // Where Ctrl-C cannot be waited for, the server ends with its process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    server.serve_with_shutdown(ExampleServiceServer::new(Handler), interrupted).await
}
