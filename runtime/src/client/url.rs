//! Where a server is: URLs of clients.

use super::Settings;
use crate::error::Error;
use crate::net::tls::Connector;
use crate::net::{Address, Stream};
use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::uri::{PathAndQuery, Scheme};
use percent_encoding::percent_decode_str;
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::{fmt, io};

/// The forms of a URL, for error messages.
const FORMS: &str = "`http://host[:port][/path]`, `https://…`, `tcp://host:port`, `tls://host:port`, \
                     `unix:///path/of/socket` or `http+unix://%2Fpath%2Fof%2Fsocket[/path]`";

/// What is spoken inside of TLS over HTTP, for a server that asks before (ALPN).
const EITHER: &[&[u8]] = &[b"h2", b"http/1.1"];
const HTTP2: &[&[u8]] = &[b"h2"];
const HTTP1: &[&[u8]] = &[b"http/1.1"];

/// A server's address, and how it is spoken to.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    address: Address,
    /// `None`: no TLS.
    tls: Option<Connector>,
    /// `None`: a stream of messages.
    pub(super) http: Option<HttpTarget>,
}

/// What a request to an HTTP server says of its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HttpTarget {
    pub(super) scheme: Scheme,
    pub(super) path: PathAndQuery,
    /// The `Host` header.
    pub(super) host: HeaderValue,
}

impl Endpoint {
    /// Whether HTTP/2 may be what is spoken: it was asked for, or the server is going to say.
    pub(super) fn may_speak_http2(&self, settings: &Settings) -> bool {
        cfg!(feature = "http2") && self.http.is_some() && settings.http2.unwrap_or(self.tls.is_some())
    }

    /// Connects, however long it takes.
    pub(super) async fn connect(&self) -> Result<Stream, Error> {
        let stream = self.address.connect().await;
        let stream =
            stream.map_err(|error| io::Error::new(error.kind(), format!("cannot connect to {self}: {error}")))?;
        let Some(tls) = &self.tls else { return Ok(stream) };
        tls.connect(stream).await.map_err(|error| {
            let words = format!("no TLS with {self}: {error}");
            match error.kind() {
                io::ErrorKind::InvalidData => Error::Tls(words),
                kind => Error::Io(io::Error::new(kind, words)),
            }
        })
    }

    pub(super) fn parse(url: &str, settings: &Settings) -> Result<Self, Error> {
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(invalid(url, "has no scheme"));
        };
        match scheme.to_ascii_lowercase().as_str() {
            "http" => Self::of_host(url, rest, Some(80), None),
            "https" => Self::of_host(url, rest, Some(443), Some(settings)),
            "tcp" => Self::of_host(url, rest, None, None),
            "tls" => Self::of_host(url, rest, None, Some(settings)),
            "unix" => Self::of_socket(url, rest),
            "http+unix" => Self::of_http_socket(url, rest),
            _ => Err(invalid(url, "has an unknown scheme")),
        }
    }

    /// `host[:port][/path]` behind the scheme. HTTP has a default port, and a path.
    fn of_host(url: &str, rest: &str, default_port: Option<u16>, secured: Option<&Settings>) -> Result<Self, Error> {
        let invalid = |why: &str| invalid(url, why);
        let (plain, zone) = without_zone(rest);
        // The scheme is one that `Uri` knows how to take a target with.
        let uri: Uri = format!("http://{plain}").parse().map_err(|error| invalid(&format!("is invalid ({error})")))?;
        let authority = uri.authority().ok_or_else(|| invalid("names no host"))?;
        if authority.as_str().contains('@') {
            return Err(invalid("holds a user name, which is not supported: set an `authorization` header"));
        }
        let host = authority.host();
        if host.is_empty() {
            return Err(invalid("names no host"));
        }
        // A colon without a port is allowed (RFC 3986, section 3.2.3), and says no more than none.
        let named = authority.as_str().strip_suffix(':').unwrap_or(authority.as_str());
        let port = match authority.port_u16() {
            Some(port) => port,
            None if named.len() > host.len() => return Err(invalid("has an invalid port")),
            None => default_port.ok_or_else(|| invalid("names no port"))?,
        };
        let scheme = if secured.is_some() { Scheme::HTTPS } else { Scheme::HTTP };
        let http = match default_port {
            Some(_) => Some(HttpTarget::new(url, scheme, &uri, named)?),
            None if uri.path().len() > 1 || uri.query().is_some() => {
                return Err(invalid("has a path, which only HTTP knows"));
            }
            None => None,
        };
        let host = match (host.strip_prefix('[').and_then(|host| host.strip_suffix(']')), zone) {
            (None, _) => host.to_owned(),
            (Some(ip), _) if ip.parse::<Ipv6Addr>().is_err() => return Err(invalid("has an invalid IPv6 address")),
            (Some(ip), None) => ip.to_owned(),
            (Some(ip), Some(zone)) => format!("{ip}%{zone}"),
        };
        let tls = match secured {
            None => None,
            Some(settings) => {
                let protocols = match http {
                    None => &[],
                    Some(_) => match settings.http2 {
                        None if cfg!(feature = "http2") => EITHER,
                        Some(true) => HTTP2,
                        _ => HTTP1,
                    },
                };
                Some(settings.tls.connector(&host, protocols)?)
            }
        };
        Ok(Self { address: Address::Tcp { host, port }, tls, http })
    }

    /// `/path/of/socket` behind the scheme.
    fn of_socket(url: &str, rest: &str) -> Result<Self, Error> {
        if rest.contains(['?', '#']) {
            return Err(invalid(url, "has a query or fragment; write `%3F` for `?` and `%23` for `#` in a path"));
        }
        Ok(Self { address: Address::Unix(socket_path(url, rest)?), tls: None, http: None })
    }

    /// `%2Fpath%2Fof%2Fsocket[/path]` behind the scheme, as other HTTP clients have it.
    fn of_http_socket(url: &str, rest: &str) -> Result<Self, Error> {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (socket, path) = rest.split_at(end);
        let uri = format!("http://localhost{path}").parse();
        let uri: Uri = uri.map_err(|error| invalid(url, &format!("is invalid ({error})")))?;
        let http = Some(HttpTarget::new(url, Scheme::HTTP, &uri, "localhost")?);
        Ok(Self { address: Address::Unix(socket_path(url, socket)?), tls: None, http })
    }
}

impl HttpTarget {
    fn new(url: &str, scheme: Scheme, uri: &Uri, host: &str) -> Result<Self, Error> {
        Ok(Self {
            scheme,
            path: uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/")),
            host: HeaderValue::from_str(host).map_err(|_| invalid(url, "has an invalid host"))?,
        })
    }
}

fn invalid(url: &str, why: &str) -> Error {
    Error::Url(format!("the URL `{url}` {why}; expected {FORMS}"))
}

/// The path of a Unix socket, from its percent-encoded form.
fn socket_path(url: &str, encoded: &str) -> Result<PathBuf, Error> {
    let path = percent_decode_str(encoded).decode_utf8().map_err(|_| invalid(url, "has a path that is not UTF-8"))?;
    match path.strip_prefix('/') {
        Some("") => Err(invalid(url, "names no socket")),
        Some(_) => Ok(PathBuf::from(&*path)),
        None => Err(invalid(url, "names no socket by an absolute path")),
    }
}

/// Takes the zone out of `[fe80::1%25eth0]:9090/path`. It says by which interface this machine reaches the address, and
/// is no part of what others are told (RFC 6874, section 4). Many write its `%25` as `%`.
fn without_zone(rest: &str) -> (String, Option<&str>) {
    let bracketed = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    match bracketed.and_then(|(inside, behind)| Some((inside.split_once('%')?, behind))) {
        Some(((address, zone), behind)) => {
            (format!("[{address}]{behind}"), Some(zone.strip_prefix("25").unwrap_or(zone)))
        }
        None => (rest.to_owned(), None),
    }
}

/// Host and port, or the path of the socket.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parse(url: &str) -> Endpoint {
        Endpoint::parse(url, &Settings::default()).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    #[test]
    fn urls_name_host_port_and_path() {
        for (url, host, port, path) in [
            ("http://localhost:9090", "localhost", 9090, Some("/")),
            ("http://localhost", "localhost", 80, Some("/")),
            ("http://localhost:", "localhost", 80, Some("/")),
            ("http://[::1]:/a", "::1", 80, Some("/a")),
            ("http://[fe80::1%25eth0]:81/a%20b", "fe80::1%eth0", 81, Some("/a%20b")),
            ("HTTP://example.com/a/b?c=d#e", "example.com", 80, Some("/a/b?c=d")),
            ("http://[::1]:9090/x", "::1", 9090, Some("/x")),
            ("tcp://127.0.0.1:9090", "127.0.0.1", 9090, None),
            ("tcp://[::1]:9090", "::1", 9090, None),
            ("tcp://[fe80::1%eth0]:9090", "fe80::1%eth0", 9090, None),
            ("tcp://[fe80::1%252]:9090", "fe80::1%2", 9090, None),
            ("tcp://localhost:9090/", "localhost", 9090, None),
        ] {
            let endpoint = parse(url);
            assert_eq!(endpoint.address, Address::Tcp { host: host.to_owned(), port }, "{url}");
            assert_eq!(endpoint.http.as_ref().map(|http| http.path.as_str()), path, "{url}");
        }
    }

    #[test]
    fn urls_name_sockets() {
        for (url, socket, path) in [
            ("unix:///run/app.sock", "/run/app.sock", None),
            ("UNIX:///run/my%20app%3f.sock", "/run/my app?.sock", None),
            ("unix:///run/a:b@c", "/run/a:b@c", None),
            ("http+unix://%2Frun%2Fapp.sock", "/run/app.sock", Some("/")),
            ("http+unix://%2frun%2fapp.sock/a/b?c=d", "/run/app.sock", Some("/a/b?c=d")),
        ] {
            let endpoint = parse(url);
            assert_eq!(endpoint.address, Address::Unix(socket.into()), "{url}");
            assert_eq!(endpoint.http.as_ref().map(|http| http.path.as_str()), path, "{url}");
        }
    }

    #[test]
    fn the_host_header_is_what_others_know_the_server_by() {
        for (url, host) in [
            ("http://[::1]:9090/x", "[::1]:9090"),
            ("http://localhost:/x", "localhost"),
            ("http://[fe80::1%25eth0]:9090/x", "[fe80::1]:9090"),
            ("http+unix://%2Frun%2Fapp.sock/x", "localhost"),
        ] {
            assert_eq!(parse(url).http.unwrap().host, host, "{url}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said() {
        for (url, word) in [
            ("localhost:9090", "no scheme"),
            ("", "no scheme"),
            ("unix:/run/app.sock", "no scheme"),
            ("udp://localhost:1", "unknown scheme"),
            ("tcp://localhost", "no port"),
            ("tcp://localhost:1/path", "path"),
            ("http://", "invalid"),
            ("http://user:word@localhost", "user name"),
            ("http://localhost:99999", "invalid port"),
            ("tcp://[::1]:", "no port"),
            ("tcp://localhost:", "no port"),
            ("tcp://::1:9090", "invalid"),
            ("tcp://[::1:9090", "invalid"),
            ("tcp://[%25eth0]:9090", "invalid IPv6"),
            ("tcp://[127.0.0.1]:9090", "invalid IPv6"),
            ("http://a b", "invalid"),
            ("http://a%20b", "invalid"),
            ("unix://", "no socket"),
            ("unix:///", "no socket"),
            ("unix://run/app.sock", "absolute path"),
            ("unix:///run/app.sock?x", "query"),
            ("unix:///run/%ff", "UTF-8"),
            ("http+unix://", "absolute path"),
            ("http+unix:///run/app.sock", "absolute path"),
            ("http+unix://run", "absolute path"),
        ] {
            let error = Endpoint::parse(url, &Settings::default()).expect_err(url).to_string();
            assert!(error.contains(word) && error.contains("tcp://host:port"), "{url}: {error}");
        }
    }
}
