//! Requests and responses of HTTP, as a client has them in both of its versions.

#[cfg(feature = "http2")]
pub(super) mod multiplexed;
pub(super) mod ping_pong;

use super::Settings;
use super::outgoing::Outgoing;
use crate::error::{DecodeError, DecodeErrorKind, Error};
use crate::limits::Limits;
use crate::message::{MessageError, MessageHeader, Protocol};
use crate::transport::http::{BodyError, CONTENT_TYPE, collect};
use crate::transport::http_header::header;
use crate::url::HttpTarget;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ACCEPT, CONTENT_TYPE as CONTENT_TYPE_NAME, HOST, HeaderMap, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode, Uri};
use std::io;

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

    fn request(&self, call: &Outgoing) -> Result<Request<Full<Bytes>>, Error> {
        let mut request = Request::new(Full::new(call.message.to_bytes()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.target.clone();
        *request.headers_mut() = self.headers.clone();
        for (name, value) in call.headers.headers() {
            let (name, value) = header(name, value).map_err(Error::InvalidHttp)?;
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }

    /// Reads the reply. `None`: there is none in it, as to a oneway request.
    async fn reply(&self, mut response: Response<Incoming>, oneway: bool) -> Result<Option<Bytes>, Error> {
        let body = collect(response.body_mut(), self.limits.message_bytes).await;
        let body = body.map_err(|error| body_error(error, &self.limits))?;
        // Some servers answer a failed call with a Thrift message and another status than 200.
        match (oneway, response.status()) {
            (true, status) if status.is_success() => Ok(None),
            (false, StatusCode::OK) if body.is_empty() => Ok(None),
            // What looks like a message at first sight, but is none, gets an error that says more.
            (false, StatusCode::OK) if Protocol::of(&body).is_ok() => Ok(Some(body)),
            (false, _) if MessageHeader::read(&body).is_ok() => Ok(Some(body)),
            (_, status) => Err(Error::Http { status: status.as_u16(), text: text(response.headers(), &body) }),
        }
    }
}

/// The beginning of a body for people.
fn text(headers: &HeaderMap, body: &Bytes) -> String {
    const ENOUGH: usize = 200;
    let is_text = headers.get(CONTENT_TYPE_NAME).is_some_and(|media| media.as_bytes().starts_with(b"text/plain"));
    let body = if is_text { body.get(..ENOUGH).unwrap_or(body) } else { b"" };
    let mut text = String::new();
    for c in String::from_utf8_lossy(body).trim().chars() {
        // In a terminal or a log, control characters could do more than be read.
        if c.is_control() { text.extend(c.escape_default()) } else { text.push(c) }
    }
    text
}

fn body_error(error: BodyError<hyper::Error>, limits: &Limits) -> Error {
    match error {
        BodyError::TooLarge => {
            let kind = DecodeErrorKind::MessageTooLarge { limit: limits.message_bytes };
            Error::Message(MessageError::Body(DecodeError::new(kind, 0)))
        }
        BodyError::Http(error) => http_error(error),
    }
}

fn http_error(error: hyper::Error) -> Error {
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        return Error::Io(io::ErrorKind::UnexpectedEof.into());
    }
    if error.is_timeout() {
        return Error::Io(io::Error::new(io::ErrorKind::TimedOut, "no answer to a PING"));
    }
    let cause = std::error::Error::source(&error);
    #[cfg(feature = "http2")]
    if let Some(cause) = cause.and_then(|cause| cause.downcast_ref::<h2::Error>()) {
        return match cause.get_io() {
            Some(cause) => Error::Io(io::Error::new(cause.kind(), cause.to_string())),
            None if cause.is_remote() => Error::Io(io::Error::new(io::ErrorKind::ConnectionReset, cause.to_string())),
            None => Error::InvalidHttp(cause.to_string()),
        };
    }
    match cause.and_then(|cause| cause.downcast_ref::<io::Error>()) {
        // Hyper's own words say no more than that there is one.
        Some(cause) => Error::Io(io::Error::new(cause.kind(), cause.to_string())),
        None => Error::InvalidHttp(error.to_string()),
    }
}
