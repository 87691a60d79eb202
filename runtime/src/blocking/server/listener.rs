//! What a blocking server listens on.

use crate::blocking::stream::Stream;
use crate::context::Peer;
#[cfg(unix)]
use crate::socket_file::SocketFile;
use socket2::SockRef;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
#[cfg(unix)]
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

/// How long connecting to oneself may take.
const SOON: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(super) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix {
        listener: UnixListener,
        /// `None`: whoever made the listener cares for it.
        _file: Option<SocketFile>,
    },
}

impl Listener {
    pub(super) fn accept(&self) -> io::Result<(Stream, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, address) = listener.accept()?;
                // Replies are written in large pieces; waiting for more of them would only cost time.
                let _ = stream.set_nodelay(true);
                Ok((Stream::Tcp(stream), Peer::of_tcp(address)))
            }
            #[cfg(unix)]
            Self::Unix { listener, .. } => Ok((Stream::Unix(listener.accept()?.0), Peer::Unix)),
        }
    }

    /// The TCP address.
    pub(super) fn local_addr(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr(),
            #[cfg(unix)]
            Self::Unix { .. } => Err(io::Error::new(io::ErrorKind::Unsupported, "a Unix socket has no TCP address")),
        }
    }

    /// Ends the wait for a client: on Linux by the first step, elsewhere, where the listener still listens, by being one.
    pub(super) fn wake(&self) {
        match self {
            Self::Tcp(listener) => {
                let _ = SockRef::from(listener).shutdown(Shutdown::Both);
                let Ok(mut address) = listener.local_addr() else { return };
                if address.ip().is_unspecified() {
                    let v4 = address.is_ipv4();
                    address.set_ip(if v4 { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
                }
                let _ = TcpStream::connect_timeout(&address, SOON);
            }
            #[cfg(unix)]
            Self::Unix { listener, .. } => {
                let _ = SockRef::from(listener).shutdown(Shutdown::Both);
                let address = listener.local_addr();
                if let Some(path) = address.as_ref().ok().and_then(|address| address.as_pathname()) {
                    let _ = UnixStream::connect(path);
                }
            }
        }
    }
}
