//! Server and client in one program: serves on a free port, calls once, prints the answer.

use request_response::{ExampleServiceClient, ExampleServiceServer, Handler};
use thrift_runtime::{Error, Server};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let server = Server::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", server.local_addr()?);
    tokio::spawn(server.serve(ExampleServiceServer::new(Handler)));

    let client = ExampleServiceClient::connect(&url).await?;
    println!("{}", client.process_request("Hello, ThriftPy!").await?);
    Ok(())
}
