//! What a handler can learn about the request that it answers, beside its arguments.

use bytes::Bytes;
#[cfg(feature = "rpc")]
use http::header::CONTENT_LENGTH;
use std::cell::RefCell;
use std::fmt;
#[cfg(any(feature = "rpc", feature = "blocking"))]
use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

thread_local! {
    static CURRENT: RefCell<Metadata> = const { RefCell::new(Metadata(None)) };
}

/// The metadata of the request that the running handler answers. Empty outside of a handler, and in tasks and threads
/// that a handler spawns: take it before.
pub fn request() -> Metadata {
    CURRENT.try_with(|current| current.borrow().clone()).unwrap_or_default()
}

/// Where a request came from and what its transport carried with it; on the way to a server, what is to be sent with it.
/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Metadata(Option<Arc<Fields>>);

#[derive(Clone, Default)]
struct Fields {
    peer: Option<Peer>,
    certificates: Option<Arc<[Bytes]>>,
    /// Of THeader and TTHeader, and what a client sends.
    headers: Vec<(String, String)>,
    #[cfg(any(feature = "rpc", feature = "blocking"))]
    http: Option<http::request::Parts>,
    deadline: Option<Instant>,
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Peer {
    /// A TCP socket, with or without TLS: the address of the client, or of the proxy in front of it.
    Tcp(SocketAddr),
    /// A Unix socket, which clients have no name for.
    Unix,
}

impl Peer {
    /// An address of IPv4 is such, though it came on a socket of IPv6.
    #[cfg(any(feature = "rpc", feature = "blocking"))]
    pub(crate) fn of_tcp(address: SocketAddr) -> Self {
        match address.ip().to_canonical() {
            ip @ IpAddr::V4(_) => Self::Tcp((ip, address.port()).into()),
            IpAddr::V6(_) => Self::Tcp(address),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix => f.write_str("a Unix socket"),
        }
    }
}

/// Without the values of headers, which may be secrets.
impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers().map(|(name, _)| name).collect();
        let mut debug = f.debug_struct("Metadata");
        debug.field("peer", &self.peer()).field("path", &self.path()).field("headers", &names);
        debug.field("deadline", &self.deadline()).finish_non_exhaustive()
    }
}

impl Metadata {
    /// The other end of the connection. `None` without a socket.
    pub fn peer(&self) -> Option<Peer> {
        self.0.as_ref()?.peer
    }

    /// The address of the client, or of the proxy in front of it. `None` without a TCP socket.
    pub fn peer_addr(&self) -> Option<SocketAddr> {
        match self.peer()? {
            Peer::Tcp(address) => Some(address),
            Peer::Unix => None,
        }
    }

    /// The certificate that the client has shown in TLS, and those that vouch for it, in DER. It is verified. Empty
    /// without one.
    pub fn certificates(&self) -> &[Bytes] {
        self.0.as_ref().and_then(|fields| fields.certificates.as_deref()).unwrap_or_default()
    }

    /// Whether the request came from elsewhere, and is not one that a client in this process makes.
    #[cfg(any(feature = "tower", feature = "tracing"))]
    pub(crate) fn is_received(&self) -> bool {
        self.peer().is_some() || self.path().is_some()
    }

    /// The path that the request was posted to. `None` when it did not come over HTTP.
    pub fn path(&self) -> Option<&str> {
        #[cfg(any(feature = "rpc", feature = "blocking"))]
        return Some(self.0.as_ref()?.http.as_ref()?.uri.path());
        #[cfg(not(any(feature = "rpc", feature = "blocking")))]
        None
    }

    /// The first header of that name, without regard to case: of HTTP, THeader or TTHeader. `None` when there is none, or
    /// when it is not visible ASCII in HTTP.
    pub fn header(&self, name: &str) -> Option<&str> {
        let fields = self.0.as_ref()?;
        let own = fields.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        let own = own.map(|(_, value)| value.as_str());
        #[cfg(any(feature = "rpc", feature = "blocking"))]
        let own = own.or_else(|| fields.http.as_ref()?.headers.get(name)?.to_str().ok());
        own
    }

    /// All headers of that name, in their order, as [`header`](Self::header) has the first.
    pub fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        let fields = self.0.as_deref();
        let own = fields.map(|fields| fields.headers.as_slice()).unwrap_or_default().iter();
        let own = own.filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
        #[cfg(any(feature = "rpc", feature = "blocking"))]
        let own = {
            let http = fields.and_then(|fields| fields.http.as_ref());
            let http = http.map(|http| http.headers.get_all(name).iter()).into_iter().flatten();
            own.chain(http.filter_map(|value| value.to_str().ok()))
        };
        own
    }

    /// The headers of THeader and TTHeader in their order; of a request to be sent, all of them.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.0.as_ref().map(|fields| fields.headers.as_slice()).unwrap_or_default();
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// When the handler will be stopped, or the caller waits no longer. `None`: nobody has said.
    pub fn deadline(&self) -> Option<Instant> {
        self.0.as_ref()?.deadline
    }

    /// With one more header to send, in the place of those of that name.
    pub fn with_header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.changed(|fields| {
            fields.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(&name));
            fields.headers.push((name, value.into()));
        })
    }

    /// With a deadline, unless there is an earlier one.
    pub fn with_deadline(self, deadline: Instant) -> Self {
        match self.deadline() {
            Some(earlier) if earlier <= deadline => self,
            _ => self.changed(|fields| fields.deadline = Some(deadline)),
        }
    }

    fn changed(mut self, change: impl FnOnce(&mut Fields)) -> Self {
        change(Arc::make_mut(self.0.get_or_insert_default()));
        self
    }

    /// Runs `f` with this metadata as what [`request`] returns.
    #[inline]
    pub(crate) fn scope<R>(&self, f: impl FnOnce() -> R) -> R {
        // As when it is that of a connection, which has it in scope for all requests that have come together.
        if self.is_current() {
            return f();
        }
        let mut metadata = self.clone();
        exchange(&mut metadata);
        let _restore = Restore(&mut metadata);
        f()
    }

    #[inline]
    fn is_current(&self) -> bool {
        let ours = self.0.as_ref().map(Arc::as_ptr);
        CURRENT.try_with(|current| current.borrow().0.as_ref().map(Arc::as_ptr) == ours).unwrap_or(true)
    }
}

impl Metadata {
    /// Of all requests of one connection.
    #[cfg(any(feature = "rpc", feature = "blocking"))]
    pub(crate) fn of_peer(peer: Peer) -> Self {
        Self(Some(Arc::new(Fields { peer: Some(peer), ..Fields::default() })))
    }

    /// With what the peer has shown.
    #[cfg(any(feature = "rpc", feature = "blocking"))]
    pub(crate) fn with_certificates(self, certificates: Vec<Bytes>) -> Self {
        if certificates.is_empty() {
            return self;
        }
        self.changed(|fields| fields.certificates = Some(certificates.into()))
    }

    /// Of one HTTP request.
    #[cfg(any(feature = "rpc", feature = "blocking"))]
    pub(crate) fn with_http(mut self, http: http::request::Parts) -> Self {
        match self.0.as_mut().and_then(Arc::get_mut) {
            Some(fields) => fields.http = Some(http),
            None => {
                let fields = self.0.as_deref().cloned().unwrap_or_default();
                self.0 = Some(Arc::new(Fields { http: Some(http), ..fields }));
            }
        }
        self
    }

    /// Of an HTTP request with the same head, but for the length of its body.
    #[cfg(feature = "rpc")]
    pub(crate) fn with_content_length(self, length: usize) -> Self {
        self.changed(|fields| {
            if let Some(http) = &mut fields.http {
                http.headers.insert(CONTENT_LENGTH, length.into());
            }
        })
    }

    /// The head of one HTTP request.
    #[cfg(feature = "rpc")]
    pub(crate) fn http(&self) -> Option<&http::request::Parts> {
        self.0.as_ref()?.http.as_ref()
    }

    /// With the headers of one request.
    #[cfg(any(feature = "rpc", feature = "blocking"))]
    pub(crate) fn with_headers(self, headers: Vec<(String, String)>) -> Self {
        self.changed(|fields| fields.headers = headers)
    }
}

/// Exchanges what [`request`] returns; does nothing while the thread ends.
fn exchange(metadata: &mut Metadata) {
    let _ = CURRENT.try_with(|current| std::mem::swap(&mut *current.borrow_mut(), metadata));
}

/// Puts the outer metadata back, also when a handler panics.
struct Restore<'a>(&'a mut Metadata);

impl Drop for Restore<'_> {
    fn drop(&mut self) {
        exchange(self.0);
    }
}
