//! The stacks of protocol, transport and socket that volo has.

use crate::cross::mode::{Mode, Protocol, Socket, Transport};
use crate::generated::{cross, newer};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use volo::net::Address;
use volo::net::incoming::DefaultIncoming;
use volo_thrift::codec::default::DefaultMakeCodec;
use volo_thrift::codec::default::framed::MakeFramedCodec;
use volo_thrift::codec::default::thrift::{MakeThriftCodec, Protocol as VoloProtocol};
use volo_thrift::codec::default::ttheader::MakeTTHeaderCodec;

const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) struct Stack {
    pub(crate) mode: Mode,
    /// Many calls share a connection.
    pub(crate) one_connection: bool,
    /// A port, or the path of a Unix socket.
    pub(crate) address: String,
}

/// Builds a client of a service. Each transport makes a codec of another type.
macro_rules! client {
    ($builder:ty, $stack:expr) => {{
        let thrift = $stack.codec()?;
        let builder = <$builder>::new("cross")
            .caller_name("peer")
            .address($stack.target()?)
            .rpc_timeout(Some(TIMEOUT))
            .multiplex($stack.one_connection);
        match $stack.mode.transport {
            Transport::Buffered => builder.make_codec(DefaultMakeCodec::new(thrift)).build(),
            Transport::Framed => builder.make_codec(DefaultMakeCodec::new(MakeFramedCodec::new(thrift))).build(),
            Transport::TtHeader => builder.make_codec(DefaultMakeCodec::new(MakeTTHeaderCodec::new(thrift))).build(),
            // volo's own default.
            Transport::TtHeaderFramed => {
                let framed = MakeFramedCodec::new(thrift);
                builder.make_codec(DefaultMakeCodec::new(MakeTTHeaderCodec::new(framed))).build()
            }
            other => return Err(format!("no transport {}", other.name())),
        }
    }};
}

impl Stack {
    pub(crate) fn connect(&self) -> Result<cross::CrossClient, String> {
        Ok(client!(cross::CrossClientBuilder, self))
    }

    pub(crate) fn connect_newer(&self) -> Result<newer::CrossClient, String> {
        Ok(client!(newer::CrossClientBuilder, self))
    }

    fn codec(&self) -> Result<MakeThriftCodec, String> {
        match self.mode.protocol {
            Protocol::Binary => Ok(MakeThriftCodec::new()),
            Protocol::Compact => Ok(MakeThriftCodec::new().with_protocol(VoloProtocol::ApacheCompact)),
            other => Err(format!("no protocol {}", other.name())),
        }
    }

    fn target(&self) -> Result<Address, String> {
        match self.mode.socket {
            Socket::Tcp => {
                let address: std::net::SocketAddr = format!("127.0.0.1:{}", self.address)
                    .parse()
                    .map_err(|error| format!("{}: {error}", self.address))?;
                Ok(Address::from(address))
            }
            Socket::Unix => {
                let address = std::os::unix::net::SocketAddr::from_pathname(&self.address);
                Ok(Address::from(address.map_err(|error| format!("{}: {error}", self.address))?))
            }
            Socket::Tls => Err("no TLS".to_owned()),
        }
    }
}

/// A listener on a free port, and its address.
pub(crate) async fn listen(stack: &Stack) -> Result<(DefaultIncoming, String), String> {
    match stack.mode.socket {
        Socket::Tcp => {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
            let port = listener.local_addr().map_err(|error| error.to_string())?.port();
            Ok((listener.into(), port.to_string()))
        }
        Socket::Unix => {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            let name = format!("thrift-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
            let path = std::env::temp_dir().join(name);
            let listener = tokio::net::UnixListener::bind(&path).map_err(|error| error.to_string())?;
            Ok((listener.into(), path.display().to_string()))
        }
        Socket::Tls => Err("no TLS".to_owned()),
    }
}

/// Starts a server, which tells protocols and transports apart by itself, and returns its address.
macro_rules! serve {
    ($stack:expr, $server:expr) => {{
        let (incoming, address) = $crate::stack::listen($stack).await?;
        let server = $server.multiplex($stack.one_connection);
        tokio::spawn(async move { server.run(incoming).await.map_err(|error| eprintln!("{error}")) });
        address
    }};
}
pub(crate) use serve;
