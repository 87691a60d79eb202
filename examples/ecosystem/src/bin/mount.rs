//! Services beside other routes on axum: each has a path of its own.

use axum::extract::ConnectInfo;
use axum::{Router, routing::get};
use ecosystem::{CalculatorClient, CalculatorServer, Greeter, GreeterClient, GreeterServer, Handler};
use std::net::SocketAddr;
use thrift_runtime::{Error, HttpService, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Greets by address.
struct ByAddress;

impl Greeter for ByAddress {
    async fn greet(&self, name: String) -> Result<String, Error> {
        let request = thrift_runtime::request();
        let address = request.peer_addr().map(|address| address.ip().to_string()).unwrap_or_default();
        Ok(format!("Hello, {name} at {address}, to {}!", request.path().unwrap_or_default()))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Only axum knows who has connected, and says so where `peer_addr` looks.
    let greeter = HttpService::new(GreeterServer::new(ByAddress))
        .peer_addr(|extensions| extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0));
    let calculator = HttpService::new(CalculatorServer::new(Handler)).limits(Limits::default().message_bytes(1000));
    let app = Router::new()
        .route("/health", get(|| async { "in good health" }))
        .route_service("/greeter", greeter)
        .route_service("/calculator", calculator);

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });

    let greeter = GreeterClient::connect(format!("http://{address}/greeter")).await?;
    println!("{}", greeter.greet("world").await?);
    let calculator = CalculatorClient::connect(format!("http://{address}/calculator")).await?;
    println!("{}", calculator.add(40, 2).await?);

    let mut other = TcpStream::connect(address).await?;
    other.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut response = String::new();
    other.read_to_string(&mut response).await?;
    println!("{}", response.lines().last().unwrap_or_default());
    Ok(())
}
