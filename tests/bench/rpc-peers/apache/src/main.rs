//! Apache's crate in the RPC benchmark: servers `apache-framed` (binary) and `apache-buffered` (compact), client `apache-framed`.
//!
//! Its transports and its server are those of its documentation. It sets TCP_NODELAY by itself. It has a thread for each connection,
//! and one call at a time on each.

#[allow(warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/echo.rs"));
}

use generated::{EchoSyncClient, EchoSyncHandler, EchoSyncProcessor, TEchoSyncClient};
use rpc_peer::{Client, Method, Progress, Result, Server};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};
use thrift::protocol::{
    TBinaryInputProtocol, TBinaryInputProtocolFactory, TBinaryOutputProtocol, TBinaryOutputProtocolFactory,
    TCompactInputProtocolFactory, TCompactOutputProtocolFactory, TInputProtocolFactory, TOutputProtocolFactory,
};
use thrift::server::TServer;
use thrift::transport::{
    ReadHalf, TBufferedReadTransportFactory, TBufferedWriteTransportFactory, TFramedReadTransport,
    TFramedReadTransportFactory, TFramedWriteTransport, TFramedWriteTransportFactory, TIoChannel,
    TReadTransportFactory, TTcpChannel, TWriteTransportFactory, WriteHalf,
};

/// How many connections the server takes at a time: it has a thread for each.
const WORKERS: usize = 256;
const STARTUP: Duration = Duration::from_secs(10);

type Input = TBinaryInputProtocol<TFramedReadTransport<ReadHalf<TTcpChannel>>>;
type Output = TBinaryOutputProtocol<TFramedWriteTransport<WriteHalf<TTcpChannel>>>;

fn main() -> ExitCode {
    rpc_peer::run(serve, call)
}

struct Handler;

impl EchoSyncHandler for Handler {
    fn handle_echo(&self, message: String) -> thrift::Result<String> {
        Ok(message)
    }

    fn handle_echo_binary(&self, data: Vec<u8>) -> thrift::Result<Vec<u8>> {
        Ok(data)
    }
}

fn serve(server: Server) -> Result<()> {
    match server.name.as_str() {
        "apache-framed" => listen(
            TFramedReadTransportFactory::new(),
            TBinaryInputProtocolFactory::new(),
            TFramedWriteTransportFactory::new(),
            TBinaryOutputProtocolFactory::new(),
        ),
        "apache-buffered" => listen(
            TBufferedReadTransportFactory::new(),
            TCompactInputProtocolFactory::new(),
            TBufferedWriteTransportFactory::new(),
            TCompactOutputProtocolFactory::new(),
        ),
        other => Err(format!("no such server: {other}").into()),
    }
}

fn listen<R, I, W, O>(read: R, input: I, write: W, output: O) -> Result<()>
where
    R: TReadTransportFactory + 'static,
    I: TInputProtocolFactory + 'static,
    W: TWriteTransportFactory + 'static,
    O: TOutputProtocolFactory + 'static,
{
    // The server does not tell which port it took: this one was free just now.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    thread::spawn(move || say_when_it_listens(address));
    TServer::new(read, input, write, output, EchoSyncProcessor::new(Handler), WORKERS).listen(address)?;
    Ok(())
}

fn say_when_it_listens(address: SocketAddr) {
    let deadline = Instant::now() + STARTUP;
    while Instant::now() < deadline {
        if TcpStream::connect(address).is_ok() {
            return rpc_peer::listening(address.port());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn call(client: Client) -> Result<()> {
    if client.name != "apache-framed" {
        return Err(format!("no such client: {}", client.name).into());
    }
    if !client.pools()? {
        return Err("a connection has one call at a time".into());
    }
    let progress = Progress::of(client.calls);
    let mut callers = Vec::new();
    for _ in 0..client.calls {
        let (mut echo, text, method) = (connect(client.address)?, client.payload.clone(), client.method);
        let progress = progress.clone();
        callers.push(thread::spawn(move || match method {
            Method::Echo => progress.keep_calling_blocking(|| Ok::<_, thrift::Error>(echo.echo(text.clone())? == text)),
            Method::EchoBinary => {
                let data = text.into_bytes();
                progress.keep_calling_blocking(|| Ok::<_, thrift::Error>(echo.echo_binary(data.clone())? == data));
            }
        }));
    }
    for caller in callers {
        caller.join().map_err(|_| "a caller panicked")?;
    }
    Ok(())
}

fn connect(address: SocketAddr) -> thrift::Result<EchoSyncClient<Input, Output>> {
    let mut channel = TTcpChannel::new();
    channel.open(address)?;
    let (read, write) = channel.split()?;
    let input = TBinaryInputProtocol::new(TFramedReadTransport::new(read), true);
    let output = TBinaryOutputProtocol::new(TFramedWriteTransport::new(write), true);
    Ok(EchoSyncClient::new(input, output))
}
