//! Where a server is: URLs of clients.

use crate::error::Error;
use http::Uri;
use http::header::HeaderValue;
use http::uri::{PathAndQuery, Scheme};
use percent_encoding::percent_decode_str;
use std::collections::VecDeque;
use std::net::{Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::{fmt, iter, mem};

/// The forms of a URL, for error messages.
const FORMS: &str = "`http://host[:port][/path]`, `https://…`, `tcp://host:port`, `tls://host:port`, \
                     `unix:///path/of/socket` or `http+unix://%2Fpath%2Fof%2Fsocket[/path]`";

/// A server's address, and how it is spoken to.
#[derive(Clone, Debug)]
pub(crate) struct Url {
    pub(crate) address: Address,
    /// Inside of TLS.
    pub(crate) is_secured: bool,
    /// `None`: a stream of messages.
    pub(crate) http: Option<HttpTarget>,
}

/// What a socket can be connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Tcp {
        /// A name or an IP address, IPv6 without brackets and with a zone behind `%`.
        host: String,
        port: u16,
    },
    Unix(PathBuf),
}

/// What a request to an HTTP server says of its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HttpTarget {
    pub(crate) scheme: Scheme,
    pub(crate) path: PathAndQuery,
    /// The `Host` header.
    pub(crate) host: HeaderValue,
}

impl Url {
    pub(crate) fn parse(url: &str) -> Result<Self, Error> {
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(invalid(url, "has no scheme"));
        };
        match scheme.to_ascii_lowercase().as_str() {
            "http" => Self::of_host(url, rest, Some(80), false),
            "https" => Self::of_host(url, rest, Some(443), true),
            "tcp" => Self::of_host(url, rest, None, false),
            "tls" => Self::of_host(url, rest, None, true),
            "unix" => Self::of_socket(url, rest),
            "http+unix" => Self::of_http_socket(url, rest),
            _ => Err(invalid(url, "has an unknown scheme")),
        }
    }

    /// `host[:port][/path]` behind the scheme. HTTP has a default port, and a path.
    fn of_host(url: &str, rest: &str, default_port: Option<u16>, is_secured: bool) -> Result<Self, Error> {
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
        let scheme = if is_secured { Scheme::HTTPS } else { Scheme::HTTP };
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
        Ok(Self { address: Address::Tcp { host, port }, is_secured, http })
    }

    /// `/path/of/socket` behind the scheme.
    fn of_socket(url: &str, rest: &str) -> Result<Self, Error> {
        if rest.contains(['?', '#']) {
            return Err(invalid(url, "has a query or fragment; write `%3F` for `?` and `%23` for `#` in a path"));
        }
        Ok(Self { address: Address::Unix(socket_path(url, rest)?), is_secured: false, http: None })
    }

    /// `%2Fpath%2Fof%2Fsocket[/path]` behind the scheme, as other HTTP clients have it.
    fn of_http_socket(url: &str, rest: &str) -> Result<Self, Error> {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (socket, path) = rest.split_at(end);
        let uri = format!("http://localhost{path}").parse();
        let uri: Uri = uri.map_err(|error| invalid(url, &format!("is invalid ({error})")))?;
        let http = Some(HttpTarget::new(url, Scheme::HTTP, &uri, "localhost")?);
        Ok(Self { address: Address::Unix(socket_path(url, socket)?), is_secured: false, http })
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

/// IPv6 and IPv4 in turn, beginning with the kind that the system puts first: where one of them leads nowhere, as many
/// addresses as there are of it do not keep from the other (RFC 8305, section 4).
pub(crate) fn in_turn(addresses: impl Iterator<Item = SocketAddr>) -> impl Iterator<Item = SocketAddr> {
    let mut addresses = addresses.peekable();
    let is_first = addresses.peek().map(SocketAddr::is_ipv6);
    let (first, second): (VecDeque<_>, VecDeque<_>) =
        addresses.partition(|address| Some(address.is_ipv6()) == is_first);
    let (mut next, mut other) = (first, second);
    iter::from_fn(move || {
        let address = next.pop_front().or_else(|| other.pop_front());
        mem::swap(&mut next, &mut other);
        address
    })
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

/// Host and port, or the path.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parse(url: &str) -> Url {
        Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
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
            let error = Url::parse(url).expect_err(url).to_string();
            assert!(error.contains(word) && error.contains("tcp://host:port"), "{url}: {error}");
        }
    }

    #[test]
    fn both_kinds_of_addresses_take_turns() {
        let order = |addresses: &[&str]| {
            let addresses = addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 1));
            in_turn(addresses).map(|address| address.ip().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(order(&["::1", "::2", "::3", "1.1.1.1"]), ["::1", "1.1.1.1", "::2", "::3"]);
        assert_eq!(order(&["1.1.1.1", "1.1.1.2", "::1", "::2"]), ["1.1.1.1", "::1", "1.1.1.2", "::2"]);
        assert_eq!(order(&["1.1.1.1", "1.1.1.2"]), ["1.1.1.1", "1.1.1.2"]);
        assert!(order(&[]).is_empty());
    }
}
