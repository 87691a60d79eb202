//! Requests and responses of HTTP, as a client has them in both of its versions.

#[cfg(feature = "http2")]
pub(super) mod multiplexed;
pub(super) mod ping_pong;

use super::Settings;
use super::outgoing::Outgoing;
use crate::error::Error;
use crate::limits::Limits;
use crate::transport::http::CONTENT_TYPE;
use crate::transport::http_header::header;
use crate::url::HttpTarget;
use http::Uri;
use http::header::{ACCEPT, CONTENT_TYPE as CONTENT_TYPE_NAME, HOST, HeaderMap, HeaderValue, USER_AGENT};

/// What all requests of a connection have in common.
#[derive(Debug)]
struct Requests {
    target: Uri,
    headers: HeaderMap,
    limits: Limits,
}

impl Requests {
    /// Requests to a server that knows itself by the path and the `Host` header.
    fn to(target: &HttpTarget, settings: &Settings) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, target.host.clone());
        headers.insert(CONTENT_TYPE_NAME, CONTENT_TYPE);
        headers.insert(ACCEPT, CONTENT_TYPE);
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("thrift-runtime/", env!("CARGO_PKG_VERSION"))));
        for (name, value) in settings.headers.headers() {
            // The builder has checked them.
            if let Ok((name, value)) = header(name, value) {
                headers.insert(name, value);
            }
        }
        Self { target: target.path.clone().into(), headers, limits: settings.limits }
    }

    /// The headers of a request, if it has some of its own.
    fn headers_of(&self, call: &Outgoing) -> Result<Option<HeaderMap>, Error> {
        let mut headers = None;
        for (name, value) in call.headers.headers() {
            let (name, value) = header(name, value).map_err(Error::InvalidHttp)?;
            headers.get_or_insert_with(|| self.headers.clone()).insert(name, value);
        }
        Ok(headers)
    }

    /// The head of a request in HTTP/1.1, but for the length of its body.
    fn head(&self, headers: &HeaderMap) -> Vec<u8> {
        let mut head = format!("POST {} HTTP/1.1\r\n", self.target).into_bytes();
        for (name, value) in headers {
            for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                head.extend_from_slice(part);
            }
        }
        head
    }
}
