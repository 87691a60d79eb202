//! Requests over HTTP, as clients write them.

use super::http_header::header;
use super::http_reply::MEDIA_TYPE;
use crate::context::Metadata;
use crate::error::Error;
use crate::url::HttpTarget;
use http::Uri;
use http::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, USER_AGENT};
use std::io::Write;

/// What all requests of a connection have in common.
#[derive(Clone, Debug)]
pub(crate) struct Requests {
    pub(crate) target: Uri,
    pub(crate) headers: HeaderMap,
    /// The same in HTTP/1.1.
    head: Vec<u8>,
}

impl Requests {
    /// Requests to a server that knows itself by the path and the `Host` header, with headers that can be sent.
    pub(crate) fn to(target: &HttpTarget, own: &Metadata) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, target.host.clone());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(ACCEPT, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("thrift-runtime/", env!("CARGO_PKG_VERSION"))));
        for (name, value) in own.headers() {
            // They were checked when they were set.
            if let Ok((name, value)) = header(name, value) {
                headers.insert(name, value);
            }
        }
        let target = target.path.clone().into();
        let mut head = Vec::new();
        write_head(&target, &headers, &mut head);
        Self { target, headers, head }
    }

    /// The headers of a request that has some of its own.
    ///
    /// # Errors
    /// [`Error::InvalidHttp`]: one of them cannot be sent.
    pub(crate) fn headers_of(&self, call: &Metadata) -> Result<Option<HeaderMap>, Error> {
        let mut headers = None;
        for (name, value) in call.headers() {
            let (name, value) = header(name, value).map_err(Error::InvalidHttp)?;
            headers.get_or_insert_with(|| self.headers.clone()).insert(name, value);
        }
        Ok(headers)
    }

    /// Appends the head of a request in HTTP/1.1, with a body of so many bytes.
    ///
    /// # Errors
    /// As of [`headers_of`](Self::headers_of).
    pub(crate) fn begin(&self, call: &Metadata, length: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        match self.headers_of(call)? {
            None => out.extend_from_slice(&self.head),
            Some(headers) => write_head(&self.target, &headers, out),
        }
        // Writing to memory does not fail.
        let _ = write!(out, "content-length: {length}\r\n\r\n");
        Ok(())
    }
}

/// All of a head but the length of the body.
fn write_head(target: &Uri, headers: &HeaderMap, out: &mut Vec<u8>) {
    let _ = write!(out, "POST {target} HTTP/1.1\r\n");
    for (name, value) in headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            out.extend_from_slice(part);
        }
    }
}
