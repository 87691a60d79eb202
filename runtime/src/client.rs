//! The asynchronous client: a pool of connections to one server, each with one call at a time.
//!
//! A call owns its socket while it runs, and gives it back only after its own reply has come. So a call that fails, times
//! out or is dropped closes its socket, and no reply reaches another call.

mod http;
mod idle;
mod socket;
mod url;

use crate::call::check_reply;
use crate::error::{Error, Timeout};
use crate::limits::Limits;
use crate::message::{MessageKind, Protocol};
use crate::processor::{Dialect, Processor};
use crate::reply::{Reply, ReplyFuture};
use crate::request::Request;
use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use idle::Idle;
use socket::Socket;
use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Endpoint;

/// Connects to servers.
///
/// | URL | |
/// |---|---|
/// | `http://host[:port][/path]` | HTTP/1.1, port 80 unless given |
/// | `tcp://host:port` | plain TCP, [framed](Transport::Framed) unless the builder says otherwise |
/// | `unix:///path/of/socket` | the same over a Unix socket |
/// | `http+unix://%2Fpath%2Fof%2Fsocket[/path]` | HTTP/1.1 over a Unix socket, whose path stands in place of the host, percent-encoded |
///
/// A host is a name, of which each address is tried, or an IP address; IPv6 is in brackets, with a zone behind `%25` where
/// it takes one: `tcp://[fe80::1%25eth0]:9090`. The path of a Unix socket may be percent-encoded.
///
/// ```no_run
/// # async fn run() -> Result<(), thrift_runtime::Error> {
/// use std::time::Duration;
/// use thrift_runtime::{Client, Transport};
///
/// let connection = Client::connect("http://localhost:9090").await?;
/// let tuned = Client::builder()
///     .transport(Transport::Buffered)
///     .call_timeout(Duration::from_secs(5))
///     .connect("tcp://localhost:9083")
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// A generated client takes the connection: `ExampleServiceClient::new(connection)`; with the defaults,
/// `ExampleServiceClient::connect(url)` does both.
#[derive(Clone, Copy, Debug)]
pub struct Client(());

impl Client {
    /// Connects with the defaults.
    ///
    /// # Errors
    /// As for [`ClientBuilder::connect`].
    pub async fn connect(url: impl AsRef<str>) -> Result<Connection, Error> {
        Self::builder().connect(url).await
    }

    /// Connects otherwise.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

/// How messages are told apart on a socket of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// Each message comes behind its length.
    #[default]
    Framed,
    /// One message comes after another (Thrift also says unframed).
    Buffered,
}

/// Settings of a client.
#[derive(Clone, Debug, Default)]
pub struct ClientBuilder {
    settings: Settings,
    /// The first header that cannot be sent.
    invalid_header: Option<String>,
}

#[derive(Clone, Debug)]
struct Settings {
    protocol: Protocol,
    transport: Transport,
    limits: Limits,
    connect_timeout: Duration,
    call_timeout: Duration,
    idle_timeout: Duration,
    max_connections: usize,
    headers: HeaderMap,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            protocol: Protocol::default(),
            transport: Transport::default(),
            limits: Limits::default(),
            connect_timeout: Duration::from_secs(5),
            call_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(90),
            max_connections: 64,
            headers: HeaderMap::new(),
        }
    }
}

impl ClientBuilder {
    /// How messages are told apart, for `tcp://` and `unix://`. Default: [`Transport::Framed`].
    pub fn transport(mut self, transport: Transport) -> Self {
        self.settings.transport = transport;
        self
    }

    /// The protocol of requests and replies. Default: [`Protocol::Binary`].
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.settings.protocol = protocol;
        self
    }

    /// Bounds the size and depth of messages.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// How long connecting may take, the look-up of the host's name included. Default: 5 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// How long a call may take as a whole, waiting for a free connection included. Default: 30 s.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.settings.call_timeout = timeout;
        self
    }

    /// How long a connection is kept while no call uses it. Default: 90 s. It is closed with a later call: a client that
    /// calls no more keeps what it has until it is dropped.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.idle_timeout = timeout;
        self
    }

    /// How many connections there are at most, and so how many calls run at a time; further ones wait for their turn.
    /// Default: 64.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.settings.max_connections = count.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// A header of each request, over HTTP. It replaces the client's own of that name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            (Ok(name), Ok(value)) => {
                self.settings.headers.insert(name, value);
            }
            _ => {
                self.invalid_header.get_or_insert_with(|| name.to_owned());
            }
        }
        self
    }

    /// Connects, to know that the server can be reached. Connections are made when calls need them; over HTTP the first one
    /// is not kept either.
    ///
    /// # Errors
    /// [`Error::Url`] for a URL in no [known form](Client), [`Error::InvalidHttp`] for a header that cannot be sent,
    /// [`Error::Io`] and [`Error::Timeout`] when the server cannot be reached.
    pub async fn connect(self, url: impl AsRef<str>) -> Result<Connection, Error> {
        if let Some(name) = self.invalid_header {
            return Err(Error::InvalidHttp(format!("the header `{name}` has an invalid name or value")));
        }
        let endpoint = Endpoint::parse(url.as_ref())?;
        let idle = Idle::new(self.settings.idle_timeout, self.settings.max_connections);
        let socket = Socket::connect(&endpoint, &self.settings).await?;
        // An HTTP server that handles one connection at a time, as Python's do, would wait for a request on this one and
        // serve nobody else. That it can be reached is known now.
        if endpoint.http.is_none() {
            idle.put(socket);
        }
        Ok(Connection(Arc::new(Pool {
            endpoint,
            turns: Semaphore::new(self.settings.max_connections),
            settings: self.settings,
            idle,
            sequence_id: AtomicI32::new(1),
        })))
    }
}

/// A client's way to one server, for any number of generated clients and calls at a time. Cheap to clone.
#[derive(Clone)]
pub struct Connection(Arc<Pool>);

struct Pool {
    endpoint: Endpoint,
    settings: Settings,
    /// One for each socket that may be in use.
    turns: Semaphore,
    idle: Idle,
    sequence_id: AtomicI32,
}

impl Pool {
    async fn call(&self, message: Bytes) -> Result<Reply, Error> {
        let call = async {
            let protocol = Protocol::of(&message)?;
            let (header, _) = protocol.read_header(&message)?;
            let _turn =
                self.turns.acquire().await.map_err(|_| self.endpoint.failed(ErrorKind::UnexpectedEof.into()))?;
            let mut socket = match self.idle.take() {
                Some(socket) => socket,
                None => Socket::connect(&self.endpoint, &self.settings).await?,
            };
            let oneway = header.kind == MessageKind::Oneway;
            let reply = socket.exchange(&message, oneway, &self.settings.limits).await;
            let reply = reply.map_err(|error| match error {
                Error::Io(error) => self.endpoint.failed(error),
                other => other,
            })?;
            if let Some(reply) = &reply {
                check_reply(reply, protocol, called(header.name), header.sequence_id)?;
            }
            if socket.is_reusable() {
                self.idle.put(socket);
            }
            Ok(reply.map_or_else(Reply::none, Reply::new))
        };
        timeout(self.settings.call_timeout, call).await.unwrap_or(Err(Error::Timeout(Timeout::Call)))
    }
}

impl Processor for Connection {
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        let message = request.message();
        ReplyFuture::new(self.0.call(message))
    }

    fn dialect(&self) -> Dialect<'_> {
        let Settings { protocol, limits, .. } = self.0.settings;
        Dialect { protocol, limits, ..Dialect::default() }
    }

    fn next_sequence_id(&self) -> i32 {
        self.0.sequence_id.fetch_add(1, Ordering::Relaxed)
    }
}

/// The name that replies to a request of that name have: without the service before it.
fn called(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, method)| method)
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("endpoint", &self.0.endpoint).finish_non_exhaustive()
    }
}
