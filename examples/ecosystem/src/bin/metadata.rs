//! What a handler learns about a request, beside its arguments: who asks, what headers came with it, and how long the
//! answer is of use.

use ecosystem::{Greeter, GreeterClient, GreeterServer};
use std::time::Duration;
use thrift_runtime::{Client, Error, Server, request};

struct Curious;

impl Greeter for Curious {
    async fn greet(&self, name: String) -> Result<String, Error> {
        let request = request();
        let language = request.header("accept-language").unwrap_or("en");
        let greeting = if language.starts_with("de") { "Hallo" } else { "Hello" };
        let from = request.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
        // Work that would be done after the deadline is for nobody.
        let is_bounded = request.deadline().is_some();
        Ok(format!("{greeting}, {name}! You call {:?} from {from}; bounded: {is_bounded}", request.path()))
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let server = Server::bind("127.0.0.1:0").await?.handler_timeout(Duration::from_secs(5));
    let address = server.local_addr()?;
    tokio::spawn(server.serve(GreeterServer::new(Curious)));

    let connection = Client::connect(format!("http://{address}/greeter")).await?;
    println!("{}", GreeterClient::new(connection.clone()).greet("world").await?);
    let german = connection.with_header("accept-language", "de")?;
    println!("{}", GreeterClient::new(german).greet("Welt").await?);
    println!("{}", GreeterClient::connect(format!("tcp://{address}")).await?.greet("framed").await?);
    Ok(())
}
