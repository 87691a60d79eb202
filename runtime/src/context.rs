//! What a handler can learn about the request that it answers, beside its arguments.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::Arc;

thread_local! {
    static CURRENT: RefCell<Metadata> = const { RefCell::new(Metadata(None)) };
}

/// The metadata of the request that the running handler answers. Empty outside of a handler, and in tasks and threads
/// that a handler spawns: take it before.
pub fn request() -> Metadata {
    CURRENT.try_with(|current| current.borrow().clone()).unwrap_or_default()
}

/// Where a request came from and what its transport carried with it. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Metadata(Option<Arc<Fields>>);

#[derive(Debug, Default)]
struct Fields {
    peer: Option<SocketAddr>,
    #[cfg(feature = "rpc")]
    http: Option<hyper::http::request::Parts>,
}

impl Metadata {
    /// The address of the client, or of the proxy in front of it. `None` without a socket.
    pub fn peer_addr(&self) -> Option<SocketAddr> {
        self.0.as_ref()?.peer
    }

    /// The path that the request was posted to. `None` when it did not come over HTTP.
    pub fn path(&self) -> Option<&str> {
        #[cfg(feature = "rpc")]
        return Some(self.0.as_ref()?.http.as_ref()?.uri.path());
        #[cfg(not(feature = "rpc"))]
        None
    }

    /// The first header of that name, without regard to case. `None` when there is none, when it is not visible ASCII or
    /// when the request did not come over HTTP.
    pub fn header(&self, name: &str) -> Option<&str> {
        #[cfg(feature = "rpc")]
        return self.0.as_ref()?.http.as_ref()?.headers.get(name)?.to_str().ok();
        #[cfg(not(feature = "rpc"))]
        {
            let _ = name;
            None
        }
    }

    /// Runs `f` with this metadata as what [`request`] returns.
    pub(crate) fn scope<R>(&self, f: impl FnOnce() -> R) -> R {
        let _restore = Restore(set(self.clone()));
        f()
    }
}

#[cfg(feature = "rpc")]
impl Metadata {
    /// Of all requests of one connection.
    pub(crate) fn of_peer(peer: SocketAddr) -> Self {
        Self(Some(Arc::new(Fields { peer: Some(peer), ..Fields::default() })))
    }

    /// Of one HTTP request.
    pub(crate) fn of_http(peer: Option<SocketAddr>, http: hyper::http::request::Parts) -> Self {
        Self(Some(Arc::new(Fields { peer, http: Some(http) })))
    }
}

/// Replaces what [`request`] returns; does nothing while the thread ends.
fn set(metadata: Metadata) -> Metadata {
    CURRENT.try_with(|current| current.replace(metadata)).unwrap_or_default()
}

/// Puts the outer metadata back, also when a handler panics.
struct Restore(Metadata);

impl Drop for Restore {
    fn drop(&mut self) {
        set(std::mem::take(&mut self.0));
    }
}
