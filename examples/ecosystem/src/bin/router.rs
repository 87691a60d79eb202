//! Two services on one port.

use ecosystem::{CalculatorClient, CalculatorServer, GreeterClient, GreeterServer, Handler, start};
use thrift_runtime::{Client, Error, Processor, Router};

#[tokio::main]
async fn main() -> Result<(), Error> {
    // Clients that know nothing of several services get the greeter.
    let router = Router::new()
        .service("Calculator", CalculatorServer::new(Handler))
        .service("Greeter", GreeterServer::new(Handler))
        .default_service(GreeterServer::new(Handler));
    let address = start(router).await?;

    let connection = Client::connect(format!("tcp://{address}")).await?;
    let calculator = CalculatorClient::new(connection.clone().service("Calculator"));
    let greeter = GreeterClient::new(connection.clone().service("Greeter"));
    println!("{} {}", greeter.greet("world").await?, calculator.add(40, 2).await?);

    println!("{}", GreeterClient::new(connection.clone()).greet("old client").await?);
    match CalculatorClient::new(connection.service("Abacus")).add(1, 1).await {
        Err(error) => println!("{error}"),
        Ok(sum) => println!("{sum}"),
    }
    Ok(())
}
