//! The stacks of protocol, transport and socket that the crate has.

use crate::cross::mode::{Mode, Protocol, Socket, Transport};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use thrift::protocol::{
    TBinaryInputProtocol, TBinaryInputProtocolFactory, TBinaryOutputProtocol, TBinaryOutputProtocolFactory,
    TCompactInputProtocol, TCompactInputProtocolFactory, TCompactOutputProtocol, TCompactOutputProtocolFactory,
    TInputProtocol, TInputProtocolFactory, TMultiplexedOutputProtocol, TOutputProtocol, TOutputProtocolFactory,
};
use thrift::server::{TMultiplexedProcessor, TProcessor, TServer};
use thrift::transport::{
    TBufferedReadTransport, TBufferedReadTransportFactory, TBufferedWriteTransport, TBufferedWriteTransportFactory,
    TFramedReadTransport, TFramedReadTransportFactory, TFramedWriteTransport, TFramedWriteTransportFactory, TIoChannel,
    TReadTransport, TReadTransportFactory, TTcpChannel, TWriteTransport, TWriteTransportFactory,
};

pub(crate) type Input = Box<dyn TInputProtocol>;
pub(crate) type Output = Box<dyn TOutputProtocol>;
/// What is read from, and what is written to.
type Transports = (Box<dyn TReadTransport>, Box<dyn TWriteTransport>);

/// How many connections a server takes at a time: it has a thread for each.
const WORKERS: usize = 64;
const STARTUP: Duration = Duration::from_secs(30);

pub(crate) struct Stack {
    pub(crate) mode: Mode,
    /// A port, or the path of a Unix socket.
    pub(crate) address: String,
}

impl Stack {
    /// What a client of this service reads from and writes to.
    pub(crate) fn connect(&self, service: &str) -> Result<(Input, Output), String> {
        let (read, write) = self.channel()?;
        let (read, write): Transports = match self.mode.transport {
            Transport::Buffered => {
                (Box::new(TBufferedReadTransport::new(read)), Box::new(TBufferedWriteTransport::new(write)))
            }
            Transport::Framed => {
                (Box::new(TFramedReadTransport::new(read)), Box::new(TFramedWriteTransport::new(write)))
            }
            other => return Err(format!("no transport {}", other.name())),
        };
        let (input, output): (Input, Output) = match self.mode.protocol {
            Protocol::Binary => {
                (Box::new(TBinaryInputProtocol::new(read, true)), Box::new(TBinaryOutputProtocol::new(write, true)))
            }
            Protocol::BinaryOld => {
                (Box::new(TBinaryInputProtocol::new(read, false)), Box::new(TBinaryOutputProtocol::new(write, false)))
            }
            Protocol::Compact => {
                (Box::new(TCompactInputProtocol::new(read)), Box::new(TCompactOutputProtocol::new(write)))
            }
            other => return Err(format!("no protocol {}", other.name())),
        };
        Ok(if self.mode.multiplexed {
            (input, Box::new(TMultiplexedOutputProtocol::new(service, output)))
        } else {
            (input, output)
        })
    }

    fn channel(&self) -> Result<Transports, String> {
        match self.mode.socket {
            Socket::Tcp => {
                let mut channel = TTcpChannel::new();
                channel.open(format!("127.0.0.1:{}", self.address)).map_err(|error| error.to_string())?;
                let (read, write) = channel.split().map_err(|error| error.to_string())?;
                Ok((Box::new(read), Box::new(write)))
            }
            Socket::Unix => {
                let stream = UnixStream::connect(&self.address).map_err(|error| error.to_string())?;
                let (read, write) = stream.split().map_err(|error| error.to_string())?;
                Ok((Box::new(read), Box::new(write)))
            }
            Socket::Tls => Err("no TLS".to_owned()),
        }
    }

    /// Starts a server of what this makes for the service `Cross`, and returns its address once it listens.
    pub(crate) fn serve<P>(&self, processor: fn() -> P) -> Result<String, String>
    where
        P: TProcessor + Send + Sync + 'static,
    {
        let mut services = TMultiplexedProcessor::new();
        services.register("Cross", Box::new(processor()), !self.mode.multiplexed).map_err(|error| error.to_string())?;
        if self.mode.multiplexed {
            let second = Box::new(crate::handler::second());
            services.register("Second", second, false).map_err(|error| error.to_string())?;
        }
        let (read, write): (Box<dyn TReadTransportFactory + Send>, Box<dyn TWriteTransportFactory + Send>) =
            match self.mode.transport {
                Transport::Buffered => {
                    (Box::new(TBufferedReadTransportFactory::new()), Box::new(TBufferedWriteTransportFactory::new()))
                }
                Transport::Framed => {
                    (Box::new(TFramedReadTransportFactory::new()), Box::new(TFramedWriteTransportFactory::new()))
                }
                other => return Err(format!("no transport {}", other.name())),
            };
        let (input, output): (Box<dyn TInputProtocolFactory + Send>, Box<dyn TOutputProtocolFactory + Send>) =
            match self.mode.protocol {
                Protocol::Binary => {
                    (Box::new(TBinaryInputProtocolFactory::new()), Box::new(TBinaryOutputProtocolFactory::new()))
                }
                Protocol::Compact => {
                    (Box::new(TCompactInputProtocolFactory::new()), Box::new(TCompactOutputProtocolFactory::new()))
                }
                other => return Err(format!("no protocol {}", other.name())),
            };
        let mut server = TServer::new(read, input, write, output, services, WORKERS);
        match self.mode.socket {
            Socket::Tcp => {
                // The crate does not tell which port it took: this one was free just now.
                let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
                let address = free.map_err(|error| error.to_string())?;
                thread::spawn(move || server.listen(address));
                wait(|| TcpStream::connect(address).is_ok())?;
                Ok(address.port().to_string())
            }
            Socket::Unix => {
                static COUNT: AtomicU32 = AtomicU32::new(0);
                let name = format!("thrift-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
                let path = std::env::temp_dir().join(name);
                let listening = path.clone();
                thread::spawn(move || server.listen_uds(listening));
                wait(|| UnixStream::connect(&path).is_ok())?;
                Ok(path.display().to_string())
            }
            Socket::Tls => Err("no TLS".to_owned()),
        }
    }
}

fn wait(is_there: impl Fn() -> bool) -> Result<(), String> {
    let deadline = Instant::now() + STARTUP;
    while !is_there() {
        if Instant::now() >= deadline {
            return Err("the server does not listen".to_owned());
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
