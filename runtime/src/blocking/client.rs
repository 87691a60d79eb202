//! The blocking client: a pool of connections to one server, each with one call at a time.
//!
//! A call owns its socket while it runs, and gives it back only after its own reply has come. So a call that fails or takes
//! too long closes its socket, and no reply reaches another call.

mod backoff;
mod connect;
mod endpoint;
mod http;
mod pool;
mod socket;

use super::processor::Processor;
use super::stream::Deadline;
use super::tls::ClientTls;
use crate::call::{called, check_reply};
use crate::context::Metadata;
use crate::error::{Error, Timeout};
use crate::limits::Limits;
use crate::message::Protocol;
use crate::processor::Dialect;
use crate::reply::Reply;
use crate::request::Request;
use crate::transport::Transport;
use crate::transport::http_header::header;
use backoff::Backoff;
use endpoint::Endpoint;
use pool::Pool;
use socket::Socket;
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

/// Connects to servers.
///
/// | URL | |
/// |---|---|
/// | `http://host[:port][/path]` | HTTP/1.1, port 80 unless given |
/// | `https://host[:port][/path]` | the same over TLS, port 443 unless given |
/// | `tcp://host:port` | plain TCP, [framed](Transport::Framed) unless the builder says otherwise |
/// | `tls://host:port` | the same over TLS |
/// | `unix:///path` | the same over a Unix socket |
/// | `http+unix://%2Fpath[/path]` | HTTP/1.1 over a Unix socket |
///
/// TLS takes the feature `blocking-tls`, or `tls`; see `ClientTls`.
///
/// ```no_run
/// # fn run() -> Result<(), thrift_runtime::Error> {
/// use std::time::Duration;
/// use thrift_runtime::{Transport, blocking::Client};
///
/// let connection = Client::connect("tcp://localhost:9090")?;
/// let tuned = Client::builder()
///     .transport(Transport::Buffered)
///     .call_timeout(Duration::from_secs(5))
///     .connect("tcp://localhost:9083")?;
/// # Ok(())
/// # }
/// ```
///
/// A generated blocking client takes the connection: `StoreClient::new(connection)`; with the defaults,
/// `StoreClient::connect(url)` does both.
#[derive(Clone, Copy, Debug)]
pub struct Client(());

impl Client {
    /// Connects with the defaults.
    ///
    /// # Errors
    /// As for [`ClientBuilder::connect`].
    pub fn connect(url: impl AsRef<str>) -> Result<Connection, Error> {
        Self::builder().connect(url)
    }

    /// Connects otherwise.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

/// Settings of a blocking client.
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
    zlib: bool,
    limits: Limits,
    connect_timeout: Duration,
    call_timeout: Duration,
    idle_timeout: Duration,
    max_connections: usize,
    reconnect_pause: Duration,
    /// Of all requests.
    headers: Metadata,
    tls: ClientTls,
    /// Settings of TLS were given: then nothing goes without it.
    has_tls: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            protocol: Protocol::default(),
            transport: Transport::default(),
            zlib: false,
            limits: Limits::default(),
            connect_timeout: Duration::from_secs(5),
            call_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(90),
            max_connections: 64,
            reconnect_pause: Duration::from_secs(3),
            headers: Metadata::default(),
            tls: ClientTls::default(),
            has_tls: false,
        }
    }
}

impl ClientBuilder {
    /// How messages are told apart. Default: [`Transport::Framed`].
    pub fn transport(mut self, transport: Transport) -> Self {
        self.settings.transport = transport;
        self
    }

    /// Compresses what goes over streams of their own: for [`Transport::Header`] each message, otherwise the stream as a
    /// whole, as Apache's `TZlibTransport` does. TTHeader and HTTP know no such thing. Default: no.
    #[cfg(feature = "zlib")]
    pub fn zlib(mut self, on: bool) -> Self {
        self.settings.zlib = on;
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

    /// How long connecting may take, the look-up of the host's name and the handshake of TLS included. Default: 5 s.
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

    /// How many connections there are at most, and so how many threads can call at a time; further ones wait for their turn.
    /// Default: 64.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.settings.max_connections = count.max(1);
        self
    }

    /// The longest pause between two attempts to connect while the server cannot be reached, or closes one connection after
    /// another, more than eight, before there was an answer on it. Default: 3 s.
    ///
    /// The attempt after the first that failed is made at once, when a call needs it. Then pauses begin, of 50 ms at most, and
    /// double up to this one; each is cut by up to half, at random. During a pause, calls that need a new connection fail
    /// with the [error](Error::Connect) of the last attempt; but an attempt that only had too little time, by its call's timeout,
    /// is no reason for calls with much more.
    pub fn reconnect_pause(mut self, longest: Duration) -> Self {
        self.settings.reconnect_pause = longest;
        self
    }

    /// A header of each request, over HTTP, THeader or TTHeader. It replaces the client's own of that name. See also
    /// [`Connection::with_header`].
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match header(name, value) {
            Ok(_) => self.settings.headers = self.settings.headers.with_header(name, value),
            Err(why) => {
                self.invalid_header.get_or_insert(why);
            }
        }
        self
    }

    /// How TLS is spoken, for `https://` and `tls://`. Other URLs are refused then.
    #[cfg(any(feature = "tls", feature = "blocking-tls"))]
    pub fn tls(mut self, tls: impl Into<ClientTls>) -> Self {
        (self.settings.tls, self.settings.has_tls) = (tls.into(), true);
        self
    }

    /// Connects, to know that the server can be reached. Further connections are made when calls need them; over HTTP
    /// the first one is not kept either.
    ///
    /// # Errors
    /// [`Error::Url`] for a URL in no [known form](Client), [`Error::InvalidHttp`] for a header that cannot be sent,
    /// [`Error::Connect`] and [`Error::Timeout`] when the server
    /// cannot be reached, [`Error::Tls`] when it cannot be trusted or settings of TLS cannot be used.
    pub fn connect(self, url: impl AsRef<str>) -> Result<Connection, Error> {
        let Self { settings, invalid_header } = self;
        if let Some(why) = invalid_header {
            return Err(Error::InvalidHttp(why));
        }
        let endpoint = Endpoint::parse(url.as_ref(), &settings)?;
        let shared = Shared {
            pool: Pool::new(settings.idle_timeout, settings.max_connections),
            backoff: Backoff::new(settings.reconnect_pause),
            sequence_id: AtomicI32::new(1),
            endpoint,
            settings,
        };
        let socket = shared.connect(Deadline::after(shared.settings.connect_timeout))?;
        // An HTTP server that handles one connection at a time, as Python's do, would wait for a request on this one and
        // serve nobody else. That it can be reached is known now.
        if shared.endpoint.http.is_none() {
            shared.pool.put(socket);
        }
        let timeout = shared.settings.call_timeout;
        Ok(Connection { shared: Arc::new(shared), timeout, headers: Metadata::default() })
    }
}

/// A blocking client's way to one server, for any number of generated clients and threads at a time. Cheap to clone.
///
/// A call ends at the earlier of its timeout and the deadline in its request's [`Metadata`]; so the calls that a proxy passes on
/// end when its own caller waits no longer. Headers in the metadata are sent as those of [`with_header`](Self::with_header)
/// are, but none that a proxy's caller has sent.
#[derive(Clone)]
pub struct Connection {
    shared: Arc<Shared>,
    timeout: Duration,
    headers: Metadata,
}

impl Connection {
    /// The same connection, whose calls take another time at most than [`ClientBuilder::call_timeout`].
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self { timeout, ..self.clone() }
    }

    /// The same connection, whose requests carry one more header, in the place of another of that name: over HTTP, THeader and
    /// TTHeader. Framed and buffered messages have none.
    ///
    /// ```no_run
    /// # fn run() -> Result<(), thrift_runtime::Error> {
    /// # use std::time::Duration;
    /// let connection = thrift_runtime::blocking::Client::connect("http://localhost:9090")?;
    /// let for_one_call = connection.with_header("x-request-id", "4711")?.with_timeout(Duration::from_secs(1));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidHttp`] when it cannot be sent: its name is no token or one that belongs to the connection, or its value has
    /// control characters such as a line break.
    pub fn with_header(&self, name: &str, value: &str) -> Result<Self, Error> {
        Ok(Self { headers: self.headers.clone().with_call_header(name, value)?, ..self.clone() })
    }
}

impl Processor for Connection {
    fn process(&self, request: Request<'_>) -> Result<Reply, Error> {
        let metadata = request.metadata();
        let deadline = Deadline::after(self.timeout).or(metadata.deadline());
        self.shared.call(&request, &self.headers.clone().with_headers_of(metadata)?, deadline)
    }

    fn dialect(&self) -> Dialect<'_> {
        let Settings { protocol, limits, .. } = self.shared.settings;
        Dialect { protocol, limits, ..Dialect::default() }
    }

    fn next_sequence_id(&self) -> i32 {
        self.shared.sequence_id.fetch_add(1, Ordering::Relaxed)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("endpoint", &self.shared.endpoint).finish_non_exhaustive()
    }
}

/// What all calls share.
struct Shared {
    endpoint: Endpoint,
    settings: Settings,
    pool: Pool,
    backoff: Backoff,
    sequence_id: AtomicI32,
}

impl Shared {
    fn connect(&self, deadline: Deadline) -> Result<Box<Socket>, Error> {
        let connect = || Socket::connect(&self.endpoint, &self.settings, deadline).map(Box::new);
        let (mut socket, attempt) = self.backoff.attempt(deadline, connect)?;
        socket.untried = Some(attempt);
        Ok(socket)
    }

    fn call(&self, request: &Request<'_>, headers: &Metadata, deadline: Deadline) -> Result<Reply, Error> {
        let mut turn = self.pool.turn(deadline).ok_or(Error::Timeout(Timeout::Connection))?;
        let mut socket = match turn.take() {
            Some(socket) => socket,
            None => self.connect(deadline)?,
        };
        let header = request.header();
        let outcome = socket.exchange(request, headers, deadline).map_err(|error| self.failed(error));
        if let Some(attempt) = socket.untried {
            self.backoff.learn(attempt, &outcome);
        }
        let reply = outcome?;
        socket.untried = socket.untried.filter(|_| reply.is_none());
        if let Some(reply) = &reply {
            check_reply(reply, request.protocol(), called(header.name), header.sequence_id)?;
        }
        if socket.is_reusable() {
            turn.give_back(socket);
        }
        Ok(reply.map_or_else(Reply::none, Reply::new))
    }

    fn failed(&self, error: Error) -> Error {
        match error {
            Error::Io(error) if error.kind() == ErrorKind::TimedOut => Error::Timeout(Timeout::Call),
            Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Error::Closed { peer: self.endpoint.to_string() }
            }
            Error::Io(error) => {
                let text = format!("the connection to {} broke: {error}", self.endpoint);
                Error::Io(io::Error::new(error.kind(), text))
            }
            other => other,
        }
    }
}
