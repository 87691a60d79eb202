//! Where a server is: URLs of clients.

use crate::error::Error;
use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::uri::PathAndQuery;
use std::{fmt, io};

/// The forms of a URL, for error messages.
const FORMS: &str = "`http://host[:port][/path]` or `tcp://host:port`";

/// A server's address, and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// A name or an IP address, IPv6 without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// `None`: a stream of messages on plain TCP.
    pub(super) http: Option<HttpTarget>,
}

/// What a request to an HTTP server says of its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HttpTarget {
    pub(super) path: PathAndQuery,
    /// The `Host` header.
    pub(super) host: HeaderValue,
}

impl Endpoint {
    /// Says of an error on a connection whose it was. The end of the stream counts as one.
    pub(super) fn failed(&self, error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::Closed { peer: self.to_string() },
            kind => Error::Io(io::Error::new(kind, format!("the connection to {self} broke: {error}"))),
        }
    }

    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let invalid = |why: &str| Error::Url(format!("the URL `{url}` {why}; expected {FORMS}"));
        let Some((scheme, _)) = url.split_once("://") else {
            return Err(invalid("has no scheme"));
        };
        let http = match scheme.to_ascii_lowercase().as_str() {
            "http" => true,
            "tcp" => false,
            "https" => return Err(invalid("asks for TLS, which is not supported")),
            _ => return Err(invalid("has an unknown scheme")),
        };
        let uri: Uri = url.parse().map_err(|error| invalid(&format!("is invalid ({error})")))?;
        let authority = uri.authority().ok_or_else(|| invalid("names no host"))?;
        if authority.as_str().contains('@') {
            return Err(invalid("holds a user name, which is not supported: set an `authorization` header"));
        }
        let (host, port) = (authority.host(), authority.port_u16());
        if host.is_empty() {
            return Err(invalid("names no host"));
        }
        // A colon without a port is allowed (RFC 3986, section 3.2.3), and says no more than none.
        let authority = authority.as_str().strip_suffix(':').unwrap_or(authority.as_str());
        let port = match (port, http) {
            (Some(port), _) => port,
            (None, _) if authority.len() > host.len() => return Err(invalid("has an invalid port")),
            (None, true) => 80,
            (None, false) => return Err(invalid("names no port")),
        };
        if !http && (uri.path().len() > 1 || uri.query().is_some()) {
            return Err(invalid("has a path, which `tcp` does not know"));
        }
        let target = || -> Result<HttpTarget, Error> {
            Ok(HttpTarget {
                path: uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/")),
                host: HeaderValue::from_str(authority).map_err(|_| invalid("has an invalid host"))?,
            })
        };
        Ok(Self {
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port,
            http: if http { Some(target()?) } else { None },
        })
    }
}

/// Host and port.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, .. } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_host_port_and_path() {
        for (url, host, port, path) in [
            ("http://localhost:9090", "localhost", 9090, Some("/")),
            ("http://localhost", "localhost", 80, Some("/")),
            ("http://localhost:", "localhost", 80, Some("/")),
            ("http://[::1]:/a", "::1", 80, Some("/a")),
            ("HTTP://example.com/a/b?c=d", "example.com", 80, Some("/a/b?c=d")),
            ("http://[::1]:9090/x", "::1", 9090, Some("/x")),
            ("tcp://127.0.0.1:9090", "127.0.0.1", 9090, None),
            ("tcp://[::1]:9090", "::1", 9090, None),
            ("tcp://localhost:9090/", "localhost", 9090, None),
        ] {
            let endpoint = Endpoint::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!((endpoint.host.as_str(), endpoint.port), (host, port), "{url}");
            assert_eq!(endpoint.http.as_ref().map(|http| http.path.as_str()), path, "{url}");
        }
        let http = Endpoint::parse("http://[::1]:9090/x").unwrap().http.unwrap();
        assert_eq!(http.host, "[::1]:9090");
        let http = Endpoint::parse("http://localhost:/x").unwrap().http.unwrap();
        assert_eq!(http.host, "localhost");
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said() {
        for (url, word) in [
            ("localhost:9090", "no scheme"),
            ("", "no scheme"),
            ("https://localhost", "TLS"),
            ("udp://localhost:1", "unknown scheme"),
            ("tcp://localhost", "no port"),
            ("tcp://localhost:1/path", "path"),
            ("http://", "invalid"),
            ("http://user:word@localhost", "user name"),
            ("http://localhost:99999", "invalid port"),
            ("tcp://[::1]:", "no port"),
            ("tcp://localhost:", "no port"),
            ("http://a b", "invalid"),
        ] {
            let error = Endpoint::parse(url).expect_err(url).to_string();
            assert!(error.contains(word) && error.contains("tcp://host:port"), "{url}: {error}");
        }
    }
}
