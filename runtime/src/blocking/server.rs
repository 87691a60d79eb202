//! The blocking server: accepts connections and has a thread answer what comes on each.

mod answering;
mod connection;
mod http;
mod listener;
mod registry;

use super::processor::Processor;
use super::tls::Acceptor;
use crate::allowed::Allowed;
use crate::context::Peer;
use crate::error::Error;
use crate::limits::Limits;
use crate::log::log;
use crate::message::Protocol;
#[cfg(unix)]
use crate::socket_file::SocketFile;
#[cfg(any(feature = "tls", feature = "blocking-tls"))]
use crate::tls::ServerTls;
use crate::transport::Transport;
use listener::Listener;
use registry::{Entry, Registry};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
#[cfg(unix)]
use std::path::Path;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

/// How long to wait before the next try when no connection can be accepted, as when file descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A server on a TCP port or a Unix socket, with a thread for each connection.
///
/// One port speaks every [`Transport`] and [`Protocol`], HTTP in version 1.1 alone: the first bytes of each connection, and of each
/// message, tell.
///
/// ```no_run
/// # fn run(processor: impl thrift_runtime::blocking::Processor) -> Result<(), thrift_runtime::Error> {
/// use thrift_runtime::blocking::Server;
///
/// let server = Server::bind("127.0.0.1:9090")?;
/// println!("listening on {}", server.local_addr()?);
/// server.serve(processor)
/// # }
/// ```
///
/// A handler runs in the thread of its connection, for as long as it likes: no timeout can stop it. Requests of one connection
/// are answered one after the other, and the replies to those that came together go out together.
#[derive(Debug)]
pub struct Server {
    listener: Arc<Listener>,
    settings: Settings,
    registry: Arc<Registry>,
}

/// What bounds the server's work for one client, and for all.
#[derive(Clone, Debug)]
struct Settings {
    limits: Limits,
    idle_timeout: Duration,
    message_timeout: Duration,
    write_timeout: Duration,
    drain_timeout: Duration,
    max_connections: usize,
    stack_size: usize,
    allowed: Allowed,
    #[cfg(feature = "zlib")]
    zlib: bool,
    /// `None`: TLS is not spoken.
    tls: Option<Acceptor>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            idle_timeout: Duration::from_secs(300),
            message_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(30),
            max_connections: 1_000,
            stack_size: 2 << 20,
            allowed: Allowed::ALL,
            #[cfg(feature = "zlib")]
            zlib: true,
            tls: None,
        }
    }
}

impl Server {
    /// Listens on an address. Port 0 takes a free port: see [`local_addr`](Self::local_addr).
    ///
    /// # Errors
    /// [`Error::Io`] when the address cannot be resolved or is in use.
    pub fn bind(address: impl ToSocketAddrs) -> Result<Self, Error> {
        Ok(Self::from_listener(TcpListener::bind(address)?))
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
    pub fn bind_unix(path: impl AsRef<Path>) -> Result<Self, Error> {
        let (listener, file) = SocketFile::blocking_bind(path.as_ref())?;
        Ok(Self::on(Listener::Unix { listener, _file: Some(file) }))
    }

    /// Serves on a listener that was made elsewhere.
    pub fn from_listener(listener: TcpListener) -> Self {
        Self::on(Listener::Tcp(listener))
    }

    fn on(listener: Listener) -> Self {
        Self { listener: Arc::new(listener), settings: Settings::default(), registry: Arc::default() }
    }

    /// The address that the server listens on.
    ///
    /// # Errors
    /// [`Error::Io`] when the operating system cannot tell, and of a Unix socket, which has none.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        Ok(self.listener.local_addr()?)
    }

    /// What stops the server from another thread.
    pub fn handle(&self) -> Handle {
        Handle { listener: Arc::downgrade(&self.listener), registry: Arc::clone(&self.registry) }
    }

    /// Bounds the size and depth of messages.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// How long a client may be silent between two messages before its connection is closed. Default: 300 s.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.idle_timeout = timeout;
        self
    }

    /// How long a message may take from its first to its last byte. Default: 30 s.
    pub fn message_timeout(mut self, timeout: Duration) -> Self {
        self.settings.message_timeout = timeout;
        self
    }

    /// How long a client may take nothing of the replies that wait for it. Default: 30 s.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.settings.write_timeout = timeout;
        self
    }

    /// How long [`serve`](Self::serve) waits for requests in flight once it was stopped. Default: 30 s.
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.settings.drain_timeout = timeout;
        self
    }

    /// How many connections are served at a time, each by a thread. Further clients wait to be accepted. Default: 1,000.
    ///
    /// A client that is silent takes little but its thread, some 20 KiB of memory in all, and no buffer after a while.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.settings.max_connections = count.max(1);
        self
    }

    /// How large the stacks of threads are, in bytes. Only what handlers use is taken from memory. Default: 2 MiB.
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.settings.stack_size = bytes;
        self
    }

    /// Speaks TLS, and nothing without it. The handshake may take as long as a message.
    ///
    /// ```no_run
    /// # fn run(processor: impl thrift_runtime::blocking::Processor) -> Result<(), thrift_runtime::Error> {
    /// use thrift_runtime::{ServerTls, blocking::Server};
    ///
    /// let tls = ServerTls::new(std::fs::read("server.pem")?, std::fs::read("server.key")?)?;
    /// Server::bind("0.0.0.0:9090")?.tls(tls)?.serve(processor)
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Tls`] when the settings cannot be used.
    #[cfg(any(feature = "tls", feature = "blocking-tls"))]
    pub fn tls(mut self, tls: impl Into<ServerTls>) -> Result<Self, Error> {
        self.settings.tls = Some(tls.into().blocking_acceptor()?);
        Ok(self)
    }

    /// Speaks only these transports. What else comes is closed. Default: all of them.
    pub fn transports(mut self, transports: &[Transport]) -> Self {
        self.settings.allowed = self.settings.allowed.only_transports(transports);
        self
    }

    /// Speaks only these protocols. A call in another one is answered by an exception of kind `INVALID_PROTOCOL`.
    /// Default: all of them.
    pub fn protocols(mut self, protocols: &[Protocol]) -> Self {
        self.settings.allowed = self.settings.allowed.only_protocols(protocols);
        self
    }

    /// Whether connections that are compressed as a whole are served, as of Apache's `TZlibTransport`. What is in them counts as
    /// [`Transport::Framed`] or [`Transport::Buffered`]. Default: yes.
    #[cfg(feature = "zlib")]
    pub fn zlib(mut self, on: bool) -> Self {
        self.settings.zlib = on;
        self
    }

    /// Serves until a [handle](Self::handle) stops it. Then it accepts no more connections, closes the idle ones, answers the
    /// requests that have begun to come, and returns when all connections are closed or the [drain
    /// timeout](Self::drain_timeout) is over. Threads whose handlers have not returned by then are left behind.
    ///
    /// # Errors
    /// None at present: when a connection cannot be accepted, the server logs it and goes on.
    pub fn serve<P: Processor>(self, processor: P) -> Result<(), Error> {
        let Self { listener, settings, registry } = self;
        let processor = Arc::new(processor);
        while registry.wait_for_room(settings.max_connections) {
            let (stream, peer) = match listener.accept() {
                Ok(accepted) => accepted,
                Err(_) if registry.is_stopping() => break,
                Err(error) if of_one_client(&error) => {
                    log!(DEBUG, "a client was gone before it was accepted: {error}");
                    continue;
                }
                Err(error) => {
                    log!(ERROR, "no connection can be accepted: {error}");
                    thread::sleep(ACCEPT_PAUSE);
                    continue;
                }
            };
            if registry.is_stopping() {
                break;
            }
            let entry = registry.enter(stream);
            if let Err(error) = spawn(entry, peer, Arc::clone(&processor), settings.clone()) {
                log!(ERROR, "no thread for the connection from {peer}: {error}");
                thread::sleep(ACCEPT_PAUSE);
            }
        }
        drop(listener);
        let left = registry.drain(settings.drain_timeout);
        if left > 0 {
            log!(WARN, "closed {left} connections that were not done in time");
        }
        Ok(())
    }
}

fn spawn<P: Processor>(entry: Entry, peer: Peer, processor: Arc<P>, settings: Settings) -> io::Result<()> {
    let thread = thread::Builder::new().name(format!("thrift {peer}")).stack_size(settings.stack_size);
    thread.spawn(move || connection::serve(&entry, peer, &*processor, &settings)).map(drop)
}

fn of_one_client(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset)
}

/// Stops a [`Server`] from another thread. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    listener: Weak<Listener>,
    registry: Arc<Registry>,
}

impl Handle {
    /// Has [`Server::serve`] come to its end, as it says there. Does not wait for it.
    pub fn shutdown(&self) {
        self.registry.stop();
        if let Some(listener) = self.listener.upgrade() {
            listener.wake();
        }
    }
}
