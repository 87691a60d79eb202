//! What a server listens on.

use super::Stream;
use super::tls::Acceptor;
#[cfg(feature = "tls")]
use super::tls::ServerTls;
use crate::context::Peer;
use crate::error::Error;
#[cfg(unix)]
use crate::socket_file::SocketFile;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::Path;
use std::task::{Context, Poll, ready};
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::net::{TcpListener, ToSocketAddrs};

/// A TCP port or a Unix socket that a server listens on, with or without TLS.
///
/// ```no_run
/// # async fn run(processor: impl thrift_runtime::Processor) -> Result<(), thrift_runtime::Error> {
/// use thrift_runtime::{Listener, Server};
///
/// let server = Server::bind("0.0.0.0:9090").await?.also_listen(Listener::bind("127.0.0.1:9091").await?);
/// server.serve(processor).await
/// # }
/// ```
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    tls: Option<Acceptor>,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix {
        listener: UnixListener,
        /// `None`: whoever made the listener cares for it.
        _file: Option<SocketFile>,
    },
}

/// A connection that is not known to speak TLS yet.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) stream: Stream,
    pub(crate) peer: Peer,
    /// `None`: TLS is not spoken.
    pub(crate) tls: Option<Acceptor>,
}

impl Listener {
    /// Listens on an address. Port 0 takes a free port: see [`local_addr`](Self::local_addr). `[::]` is every address of
    /// the machine, with those of IPv4 where the system does not keep them apart, as Linux does not by default.
    ///
    /// # Errors
    /// [`Error::Io`] when the address cannot be resolved or is in use.
    pub async fn bind(address: impl ToSocketAddrs) -> Result<Self, Error> {
        Ok(TcpListener::bind(address).await?.into())
    }

    /// Listens on a Unix socket. Its file is removed when the server ends; one that a server has left behind on which
    /// nobody listens is replaced.
    ///
    /// Who may write to the file may connect. It has the permissions that the process's umask leaves: to keep others out,
    /// put it into a folder that they cannot enter.
    ///
    /// # Errors
    /// [`Error::Io`] when somebody listens on the socket, when there is another file, or when it cannot be made.
    #[cfg(unix)]
    pub async fn bind_unix(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (listener, file) = SocketFile::bind(path.as_ref()).await?;
        Ok(Self { socket: Socket::Unix { listener, _file: Some(file) }, tls: None })
    }

    /// Speaks TLS, and nothing without it.
    ///
    /// # Errors
    /// [`Error::Tls`] when the settings cannot be used.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: impl Into<ServerTls>) -> Result<Self, Error> {
        self.set_tls(&tls.into().acceptor()?);
        Ok(self)
    }

    #[cfg(feature = "tls")]
    pub(crate) fn set_tls(&mut self, tls: &Acceptor) {
        self.tls = Some(tls.clone());
    }

    /// The TCP address.
    ///
    /// # Errors
    /// [`Error::Io`] when the operating system cannot tell, and of a Unix socket, which has none.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        match &self.socket {
            Socket::Tcp(listener) => Ok(listener.local_addr()?),
            #[cfg(unix)]
            Socket::Unix { .. } => {
                Err(io::Error::new(io::ErrorKind::Unsupported, "a Unix socket has no TCP address").into())
            }
        }
    }

    pub(crate) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<Accepted>> {
        let (stream, peer) = match &self.socket {
            Socket::Tcp(listener) => {
                let (stream, peer) = ready!(listener.poll_accept(cx))?;
                // Replies are written in large pieces; waiting for more of them would only cost time.
                let _ = stream.set_nodelay(true);
                (Stream::Tcp(stream), Peer::of_tcp(peer))
            }
            #[cfg(unix)]
            Socket::Unix { listener, .. } => {
                let (stream, _) = ready!(listener.poll_accept(cx))?;
                (Stream::Unix(stream), Peer::Unix)
            }
        };
        Poll::Ready(Ok(Accepted { stream, peer, tls: self.tls.clone() }))
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self { socket: Socket::Tcp(listener), tls: None }
    }
}

/// The file of the socket stays when the server ends.
#[cfg(unix)]
impl From<UnixListener> for Listener {
    fn from(listener: UnixListener) -> Self {
        Self { socket: Socket::Unix { listener, _file: None }, tls: None }
    }
}
