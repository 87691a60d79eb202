//! Calls once and prints the answer: `client [URL] [MESSAGE]`, by default at http://localhost:9090.

use request_response::ExampleServiceClient;
use thrift_runtime::Error;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "http://localhost:9090".to_owned());
    let message = arguments.next().unwrap_or_else(|| "Hello, Thrift!".to_owned());

    let client = ExampleServiceClient::connect(&url).await?;
    println!("{}", client.process_request(&message).await?);
    Ok(())
}
