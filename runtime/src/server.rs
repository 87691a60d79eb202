//! The asynchronous server: accepts connections and has a processor answer what comes on them.

mod accept;
mod answering;
mod buffered;
mod connection;
mod http;
mod in_flight;
mod output;
mod permits;
mod rewind;
mod ticker;

use crate::allowed::Allowed;
use crate::context::Metadata;
use crate::error::Error;
use crate::limits::Limits;
use crate::log::log;
use crate::message::Protocol;
use crate::metered::{Hooks, Metered, Metrics};
use crate::net::Listener;
#[cfg(feature = "tls")]
use crate::net::tls::ServerTls;
use crate::processor::Processor;
use crate::transport::Transport;
use buffered::Buffered;
use connection::Stop;
pub use http::HttpService;
use std::future::{Future, pending};
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::ToSocketAddrs;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// A server on a TCP port, a Unix socket or several of them.
///
/// One port speaks every [`Transport`] and [`Protocol`]: the first bytes of each connection, and of each message, tell.
/// Handlers of one connection run beside one another when they wait; the replies leave in the order of the requests.
///
/// ```no_run
/// # async fn run(processor: impl thrift_runtime::Processor) -> Result<(), thrift_runtime::Error> {
/// use thrift_runtime::Server;
///
/// let server = Server::bind("127.0.0.1:9090").await?;
/// println!("listening on {}", server.local_addr()?);
/// server.serve(processor).await
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    /// At least one.
    listeners: Vec<Listener>,
    settings: Settings,
    hooks: Hooks,
}

/// What bounds the server's work for one client, and for all.
#[derive(Clone, Copy, Debug)]
struct Settings {
    limits: Limits,
    idle_timeout: Duration,
    message_timeout: Duration,
    write_timeout: Duration,
    handler_timeout: Option<Duration>,
    drain_timeout: Duration,
    max_connections: usize,
    requests_per_connection: usize,
    max_requests: usize,
    max_buffered_bytes: usize,
    out_of_order: bool,
    allowed: Allowed,
    zlib: bool,
}

/// What all connections of a server have in common.
#[derive(Debug)]
struct Shared {
    settings: Settings,
    /// One for each request that may be in flight.
    requests: Arc<Semaphore>,
    buffered: Arc<Buffered>,
}

impl Shared {
    fn new(settings: Settings) -> Self {
        let requests = Arc::new(Semaphore::new(settings.max_requests));
        Self { settings, requests, buffered: Buffered::new(settings.max_buffered_bytes) }
    }
}

impl Settings {
    fn shortest_timeout(&self) -> Duration {
        self.idle_timeout.min(self.message_timeout).min(self.write_timeout)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            idle_timeout: Duration::from_secs(300),
            message_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            handler_timeout: None,
            drain_timeout: Duration::from_secs(30),
            max_connections: 10_000,
            requests_per_connection: 128,
            max_requests: 10_000,
            max_buffered_bytes: 1 << 30,
            out_of_order: false,
            allowed: Allowed::ALL,
            zlib: true,
        }
    }
}

impl Server {
    /// Listens on an address: see [`Listener::bind`].
    ///
    /// # Errors
    /// [`Error::Io`] when the address cannot be resolved or is in use.
    pub async fn bind(address: impl ToSocketAddrs) -> Result<Self, Error> {
        Ok(Self::from_listener(Listener::bind(address).await?))
    }

    /// Listens on a Unix socket: see [`Listener::bind_unix`].
    ///
    /// # Errors
    /// [`Error::Io`] when somebody listens on the socket, when there is another file, or when it cannot be made.
    #[cfg(unix)]
    pub async fn bind_unix(path: impl AsRef<Path>) -> Result<Self, Error> {
        Ok(Self::from_listener(Listener::bind_unix(path).await?))
    }

    /// Serves on a listener that was made elsewhere: this crate's, or tokio's of either kind.
    pub fn from_listener(listener: impl Into<Listener>) -> Self {
        Self { listeners: vec![listener.into()], settings: Settings::default(), hooks: Hooks::default() }
    }

    /// Serves on one more listener, under the same limits.
    pub fn also_listen(mut self, listener: impl Into<Listener>) -> Self {
        self.listeners.push(listener.into());
        self
    }

    /// Speaks TLS, and nothing without it, on all that the server listens on so far. The handshake may take as long as a
    /// [message](Self::message_timeout).
    ///
    /// # Errors
    /// [`Error::Tls`] when the settings cannot be used.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: impl Into<ServerTls>) -> Result<Self, Error> {
        let acceptor = tls.into().acceptor()?;
        self.listeners.iter_mut().for_each(|listener| listener.set_tls(&acceptor));
        Ok(self)
    }

    /// The TCP address that the server listens on; of several, the first.
    ///
    /// # Errors
    /// [`Error::Io`] when the operating system cannot tell, and of a Unix socket, which has none.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        let addresses = self.listeners.iter().map(Listener::local_addr);
        addresses.reduce(Result::or).unwrap_or_else(|| Err(Error::Io(io::ErrorKind::NotFound.into())))
    }

    /// Bounds the size and depth of messages.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// How long a client may be silent between two messages before its connection is closed. Default: 300 s. Over HTTP
    /// the [message timeout](Self::message_timeout) counts instead, but HTTP/2 has the idle timeout when no call runs.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.idle_timeout = timeout;
        self
    }

    /// How long a message may take from its first to its last byte. Default: 30 s. Over HTTP it counts twice, for the
    /// head, from the end of the request before, and for the body; over HTTP/2 for the body alone.
    pub fn message_timeout(mut self, timeout: Duration) -> Self {
        self.settings.message_timeout = timeout;
        self
    }

    /// How long a client may take for 64 KiB of the replies that wait for it, or for the last of them. Default: 30 s.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.settings.write_timeout = timeout;
        self
    }

    /// How long a handler may take: then it is dropped, and the client gets an internal error. Default: `None`, for ever.
    ///
    /// A handler goes on when its client has only closed its half of the connection, since one that awaits its replies does that
    /// too; when the connection breaks, it is dropped, unless its method is oneway. Until then it takes one of the [connections](Self::max_connections), so bound handlers that could wait for ever, here or
    /// by themselves. A processor other than a generated server is bounded as far as it hands its requests on to one.
    pub fn handler_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.handler_timeout = timeout.into();
        self
    }

    /// How long [`serve_with_shutdown`](Self::serve_with_shutdown) waits for requests in flight. Default: 30 s.
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.settings.drain_timeout = timeout;
        self
    }

    /// How many connections are served at a time. Further clients wait to be accepted. Default: 10,000.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.settings.max_connections = count.max(1);
        self
    }

    /// How many requests of one connection may be in flight: their handlers run beside one another, and their replies wait for
    /// their turn. 1 has them answered one after the other. Over HTTP/1.1 it is always 1, but for the handlers of oneway
    /// requests, over HTTP/2 at most 200. Default: 128.
    pub fn requests_per_connection(mut self, count: usize) -> Self {
        self.settings.requests_per_connection = count.max(1);
        self
    }

    /// How many requests of all connections may be in flight. Further ones wait, and their connections are not read.
    /// Over HTTP a request is in flight while its body comes, and over HTTP/2 until the client has taken the reply.
    /// Default: 10,000.
    pub fn max_requests(mut self, count: usize) -> Self {
        self.settings.max_requests = count.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// How many bytes all connections may keep together of messages of which a part has come, and of replies that their clients
    /// have not taken. What is below 64 KiB on a connection is not counted, nor what is above a multiple of that. A connection
    /// that needs more is closed; over HTTP/2, the request is answered with status 503. The buffer of a message that comes may be
    /// twice as large as what is in it; and a reply with a long binary of its request, which is not copied, keeps what was
    /// read with it: twice its size, and up to eight times, but 256 KiB at most, where its client had been quick. Default: 1 GiB.
    pub fn max_buffered_bytes(mut self, count: usize) -> Self {
        self.settings.max_buffered_bytes = count;
        self
    }

    /// Lets replies leave as they come, and not in the order of their requests. A client must then tell them apart by
    /// their sequence ids; many do not. HTTP is not concerned. Default: in order.
    pub fn out_of_order(mut self, out_of_order: bool) -> Self {
        self.settings.out_of_order = out_of_order;
        self
    }

    /// Speaks only these transports, of which there should be one. What else begins a connection is closed, HTTP with status
    /// 400; a frame with other headers, or without, is answered by an exception of kind `UNSUPPORTED_CLIENT_TYPE`. Default: all of
    /// them.
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

    /// Tells the metrics of each call and of each connection. Default: none.
    pub fn metrics(mut self, metrics: impl Metrics) -> Self {
        self.hooks = Hooks::new(metrics);
        self
    }

    /// Whether connections that are compressed as a whole are served, as of Apache's `TZlibTransport`. What is in them counts as
    /// [`Transport::Framed`] or [`Transport::Buffered`]. Default: yes, where the feature `zlib` is on.
    pub fn zlib(mut self, on: bool) -> Self {
        self.settings.zlib = on;
        self
    }

    /// Serves until the returned future is dropped, which closes all connections.
    ///
    /// # Errors
    /// None at present: when a connection cannot be accepted, the server logs it and goes on.
    pub async fn serve<P: Processor>(self, processor: P) -> Result<(), Error> {
        self.serve_with_shutdown(processor, pending()).await
    }

    /// Serves until `shutdown` is ready. Then it accepts no more connections, closes the idle ones, answers the requests
    /// that have begun to come, and returns when all connections are closed or the [drain
    /// timeout](Self::drain_timeout) is over.
    ///
    /// # Errors
    /// None at present: when a connection cannot be accepted, the server logs it and goes on.
    pub async fn serve_with_shutdown<P: Processor>(
        self,
        processor: P,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let Self { mut listeners, settings, hooks } = self;
        let mut shutdown = pin!(shutdown);
        let (stop, stopped) = watch::channel(false);
        let processor = Arc::new(Metered::with(processor, hooks.clone()));
        let shared = Arc::new(Shared::new(settings));
        // Dropping the set aborts its tasks.
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(ended) = connections.join_next() => {
                    if let Err(error) = ended {
                        log!(ERROR, "a connection failed: {error}");
                    }
                    continue;
                }
                accepted = accept::accept(&mut listeners), if connections.len() < settings.max_connections => accepted,
            };
            let (processor, shared, mut stop) =
                (Arc::clone(&processor), Arc::clone(&shared), Stop::new(stopped.clone()));
            let open = hooks.connection();
            connections.spawn(async move {
                let _open = open;
                let secured = tokio::select! {
                    secured = accept::secure(accepted, settings.message_timeout) => secured,
                    () = stop.wait() => None,
                };
                if let Some((stream, peer)) = secured {
                    let metadata = Metadata::of_peer(peer).with_certificates(stream.certificates());
                    connection::serve(stream, peer, metadata, &processor, &shared, stop).await;
                }
            });
        }
        drop(listeners);
        stop.send_replace(true);
        let drained = timeout(settings.drain_timeout, async { while connections.join_next().await.is_some() {} }).await;
        if drained.is_err() {
            log!(WARN, "closing {} connections that were not done in time", connections.len());
        }
        Ok(())
    }
}
