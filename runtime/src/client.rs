//! The asynchronous client: its settings, and the connection that generated clients call.

mod alarm;
mod backoff;
mod endpoint;
mod fault;
mod http;
mod idle;
mod lanes;
mod multiplexed;
mod outgoing;
mod pool;
mod queue;
mod quiet;
mod socket;
mod wrapping;

use crate::context::Metadata;
use crate::error::Error;
use crate::limits::Limits;
use crate::message::{MessageKind, Protocol};
use crate::net::tls::ClientTls;
use crate::processor::{Dialect, Processor};
use crate::reply::ReplyFuture;
use crate::request::Request;
use crate::transport::Transport;
use crate::transport::http_header::header;
use endpoint::Endpoint;
use outgoing::{Message, Outgoing};
use pool::Pool;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Connects to servers.
///
/// | URL | |
/// |---|---|
/// | `http://host[:port][/path]` | HTTP/1.1 unless the builder says otherwise, port 80 unless given |
/// | `https://host[:port][/path]` | HTTP/2 or HTTP/1.1 over TLS, port 443 unless given |
/// | `tcp://host:port` | plain TCP, [framed](Transport::Framed) unless the builder says otherwise |
/// | `tls://host:port` | the same over TLS |
/// | `unix:///path/of/socket` | the same over a Unix socket |
/// | `http+unix://%2Fpath%2Fof%2Fsocket[/path]` | HTTP/1.1 over a Unix socket, whose path stands in place of the host, percent-encoded |
///
/// A host is a name, of which each address is tried, or an IP address; IPv6 is in brackets, with a zone behind `%25` where
/// it takes one: `tcp://[fe80::1%25eth0]:9090`. The path of a Unix socket may be percent-encoded. TLS takes the feature
/// `tls`; see `ClientTls`.
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

/// Settings of a client.
#[derive(Clone, Default)]
pub struct ClientBuilder {
    settings: Settings,
    /// What is wrong with the first header that cannot be sent.
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
    reconnect_pause: Duration,
    max_connections: usize,
    /// `None`: what is usual for the transport.
    calls_per_connection: Option<usize>,
    max_waiting: usize,
    headers: Metadata,
    /// `None`: over TLS, what the server chooses.
    http2: Option<bool>,
    tls: ClientTls,
    /// Settings of TLS were given: then nothing goes without it.
    has_tls: bool,
    zlib: bool,
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
            reconnect_pause: Duration::from_secs(3),
            max_connections: 64,
            calls_per_connection: None,
            max_waiting: 10_000,
            headers: Metadata::default(),
            http2: None,
            tls: ClientTls::default(),
            has_tls: false,
            zlib: false,
        }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// How messages are told apart on streams of their own, as of `tcp://` and `unix://`. Default: [`Transport::Framed`].
    ///
    /// [`Transport::Header`] and [`Transport::TtHeader`] carry [headers](Self::header), and TTHeader the time that is left.
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

    /// How long connecting may take, the look-up of the host's name and the handshake of TLS included. Default: 5 s. A server
    /// of HTTP/2 may take as long again to say how many calls it takes at a time.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// How long a call may take as a whole, waiting for a free connection included. Default: 30 s.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.settings.call_timeout = timeout;
        self
    }

    /// How long a connection is kept while no call uses it, or a quarter longer. Default: 90 s.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.idle_timeout = timeout;
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

    /// How many connections there are at most. Default: 64.
    ///
    /// A connection serves the runtime that it was made in. Where calls come from several runtimes, those that one of them does
    /// not use make room for those that another needs.
    ///
    /// Beside them, there may be as many that carry several calls, leave some unanswered and are being replaced: they take no
    /// more calls and close when those that they have are over.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.settings.max_connections = count.max(1);
        self
    }

    /// How many calls may be on one connection at a time, told apart by their sequence ids. Default: 1, which every server
    /// understands; over HTTP/2, 100, or fewer if the server takes fewer. Over HTTP/1.1 it is always 1. A further connection is
    /// made when all others are full.
    ///
    /// Many servers answer the requests of a connection one after another; there a slow call holds up those behind it, which may
    /// time out for it. So raise this for servers that do not, or whose calls are short.
    pub fn calls_per_connection(mut self, count: usize) -> Self {
        self.settings.calls_per_connection = Some(count.max(1));
        self
    }

    /// How many calls may wait for a connection when all are busy; they are served in their order. Further ones fail with
    /// [`Error::QueueFull`]. Default: 10,000.
    pub fn max_waiting(mut self, count: usize) -> Self {
        self.settings.max_waiting = count;
        self
    }

    /// How TLS is spoken, for `https://` and `tls://`. Other URLs are refused then.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: impl Into<ClientTls>) -> Self {
        (self.settings.tls, self.settings.has_tls) = (tls.into(), true);
        self
    }

    /// Speaks HTTP/2 only, or HTTP/1.1 only, with a server that has to know it. Default: over `https://` what the server
    /// chooses, which is HTTP/2 if it knows it; otherwise HTTP/1.1.
    #[cfg(feature = "http2")]
    pub fn http2(mut self, on: bool) -> Self {
        self.settings.http2 = Some(on);
        self
    }

    /// Compresses what goes over streams of their own: for [`Transport::Header`] each message, otherwise the stream as a
    /// whole, as Apache's `TZlibTransport` does. TTHeader and HTTP know no such thing. Default: no.
    #[cfg(feature = "zlib")]
    pub fn zlib(mut self, on: bool) -> Self {
        self.settings.zlib = on;
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

    /// Connects, to know that the server can be reached. Further connections are made when calls need them; over HTTP the
    /// first one is not kept either.
    ///
    /// # Errors
    /// As for [`connect_lazy`](Self::connect_lazy); [`Error::Connect`] and [`Error::Timeout`] when the server cannot be
    /// reached, [`Error::Tls`] when it cannot be trusted. A server that does not take the client's certificate often says
    /// so only when the first call has begun, which then fails.
    pub async fn connect(self, url: impl AsRef<str>) -> Result<Connection, Error> {
        let connection = self.connect_lazy(url)?;
        connection.pool.connect().await?;
        Ok(connection)
    }

    /// Leaves it to the first call to connect. So a program can start before the servers that it calls.
    ///
    /// # Errors
    /// [`Error::Url`] for a URL in no [known form](Client), [`Error::InvalidHttp`] for a header that cannot be sent,
    /// [`Error::Tls`] for settings of TLS that cannot be used.
    pub fn connect_lazy(self, url: impl AsRef<str>) -> Result<Connection, Error> {
        if let Some(why) = self.invalid_header {
            return Err(Error::InvalidHttp(why));
        }
        let endpoint = Endpoint::parse(url.as_ref(), &self.settings)?;
        if self.settings.has_tls && !endpoint.is_tls() {
            return Err(Error::Url(format!("the URL `{}` is without TLS, for which there are settings", url.as_ref())));
        }
        if endpoint.http.is_none() && self.settings.transport == Transport::Http {
            return Err(Error::Url(format!("the URL `{}` is not one of HTTP", url.as_ref())));
        }
        let timeout = self.settings.call_timeout;
        let pool = Arc::new(Pool::new(endpoint, self.settings));
        Ok(Connection { pool, timeout, headers: Metadata::default() })
    }
}

/// A client's way to one server, for any number of generated clients and calls at a time. Cheap to clone.
///
/// A call ends at the earlier of its timeout and the deadline in its request's [`Metadata`]; so the calls that a proxy passes on
/// end when its own caller waits no longer. Headers in the metadata are sent as those of [`with_header`](Self::with_header)
/// are, but none that a proxy's caller has sent.
#[derive(Clone)]
pub struct Connection {
    pool: Arc<Pool>,
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
    /// TTHeader.
    /// Framed and buffered messages have none.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), thrift_runtime::Error> {
    /// # use std::time::Duration;
    /// let connection = thrift_runtime::Client::connect("http://localhost:9090").await?;
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
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        let (header, metadata) = (request.header(), request.metadata());
        let begun = Instant::now();
        let latest = latest(begun, self.timeout);
        let headers = match self.headers.clone().with_headers_of(metadata) {
            Ok(headers) => headers,
            Err(error) => return ReplyFuture::ready(Err(error)),
        };
        let call = Outgoing {
            message: Message::of(&request),
            protocol: request.protocol(),
            sequence_id: header.sequence_id,
            method: request.reply_name(),
            oneway: header.kind == MessageKind::Oneway,
            begun,
            deadline: metadata.deadline().map_or(latest, |deadline| deadline.min(latest)),
            headers,
        };
        self.pool.call(call)
    }

    fn dialect(&self) -> Dialect<'_> {
        let Settings { protocol, limits, .. } = self.pool.settings;
        Dialect { protocol, limits, ..Dialect::default() }
    }

    fn next_sequence_id(&self) -> i32 {
        self.pool.sequence_id.fetch_add(1, Ordering::Relaxed)
    }
}

/// When a call that begins now is over. A timeout that no clock can tell is as good as a lifetime.
fn latest(now: Instant, timeout: Duration) -> Instant {
    now.checked_add(timeout).unwrap_or_else(|| now + Duration::from_secs(86_400 * 365 * 30))
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("endpoint", &self.pool.endpoint).finish_non_exhaustive()
    }
}
