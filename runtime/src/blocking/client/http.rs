//! A blocking client's requests and responses over HTTP/1.1.

use super::Settings;
use super::socket::Socket;
use crate::blocking::http::{Body, BodyError, Head, read_body, read_response};
use crate::blocking::stream::Deadline;
use crate::context::Metadata;
use crate::error::{DecodeError, DecodeErrorKind, Error};
use crate::message::{MessageError, MessageHeader, MessageKind, Protocol};
use crate::transport::http_header::header;
use crate::transport::http_reply::MEDIA_TYPE;
use crate::url::HttpTarget;
use bytes::Bytes;
use http::StatusCode;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, USER_AGENT};
use http::uri::PathAndQuery;
use std::io::{self, ErrorKind};

/// What all requests of a connection have in common.
#[derive(Clone, Debug)]
pub(super) struct Requests {
    path: PathAndQuery,
    headers: HeaderMap,
}

impl Requests {
    /// Requests to a server that knows itself by the path and the `Host` header.
    pub(super) fn to(target: &HttpTarget, settings: &Settings) -> Self {
        let mut headers = HeaderMap::new();
        let thrift = HeaderValue::from_static(MEDIA_TYPE);
        headers.insert(HOST, target.host.clone());
        headers.insert(CONTENT_TYPE, thrift.clone());
        headers.insert(ACCEPT, thrift);
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("thrift-runtime/", env!("CARGO_PKG_VERSION"))));
        for (name, value) in settings.headers.headers() {
            // They were checked when they were set.
            if let Ok((name, value)) = header(name, value) {
                headers.insert(name, value);
            }
        }
        Self { path: target.path.clone(), headers }
    }

    /// Appends the head of a request with a body of so many bytes.
    ///
    /// # Errors
    /// A header of the call cannot be sent.
    pub(super) fn write(&self, call: &Metadata, length: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut headers = self.headers.clone();
        for (name, value) in call.headers() {
            let (name, value) = header(name, value).map_err(Error::InvalidHttp)?;
            headers.insert(name, value);
        }
        headers.insert(CONTENT_LENGTH, length.into());
        out.extend_from_slice(format!("POST {} HTTP/1.1\r\n", self.path).as_bytes());
        for (name, value) in &headers {
            for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                out.extend_from_slice(part);
            }
        }
        out.extend_from_slice(b"\r\n");
        Ok(())
    }
}

impl Socket {
    /// Waits for the response, and takes the reply out of it.
    pub(super) fn receive_response(&mut self, kind: MessageKind, deadline: Deadline) -> Result<Option<Bytes>, Error> {
        let Head { value: (status, headers), body, keep_alive, .. } = self.receive_head(deadline)?;
        let body = self.receive_body(body, deadline)?;
        self.is_last |= !keep_alive;
        match (kind == MessageKind::Oneway, status) {
            (true, status) if status.is_success() => Ok(None),
            (false, StatusCode::OK) if body.is_empty() => Ok(None),
            // What looks like a message at first sight, but is none, gets an error that says more.
            (false, StatusCode::OK) if Protocol::of(&body).is_ok() => Ok(Some(body)),
            // Some servers answer a failed call with a Thrift message and another status than 200.
            (false, _) if MessageHeader::read(&body).is_ok() => Ok(Some(body)),
            (_, status) => Err(Error::Http { status: status.as_u16(), text: text(&headers, &body) }),
        }
    }

    fn receive_head(&mut self, deadline: Deadline) -> Result<Head<(StatusCode, HeaderMap)>, Error> {
        loop {
            if let Some(head) = read_response(self.input.as_slice()).map_err(Error::InvalidHttp)? {
                self.input.advance(head.length);
                // `100 Continue` and its like announce another one.
                if !head.value.0.is_informational() {
                    return Ok(head);
                }
            } else if self.fill(0, deadline)? == 0 {
                return Err(Error::Io(ErrorKind::UnexpectedEof.into()));
            }
        }
    }

    fn receive_body(&mut self, body: Body, deadline: Deadline) -> Result<Bytes, Error> {
        let limit = self.limits.message_bytes;
        let Self { input, stream, .. } = self;
        let body = read_body(body, limit, input, &mut |input, missing| {
            Ok::<_, io::Error>(input.fill(missing, |room| stream.read(room, deadline.left()))? > 0)
        });
        body.map_err(|error| match error {
            BodyError::TooLarge => {
                let kind = DecodeErrorKind::MessageTooLarge { limit };
                Error::Message(MessageError::Body(DecodeError::new(kind, 0)))
            }
            BodyError::Cut => Error::Io(ErrorKind::UnexpectedEof.into()),
            BodyError::Invalid(reason) => Error::InvalidHttp(reason.to_owned()),
            BodyError::Read(error) => Error::Io(error),
        })
    }
}

/// The beginning of a body for people.
fn text(headers: &HeaderMap, body: &Bytes) -> String {
    const ENOUGH: usize = 200;
    let is_text = headers.get(CONTENT_TYPE).is_some_and(|media| media.as_bytes().starts_with(b"text/plain"));
    let body = if is_text { body.get(..ENOUGH).unwrap_or(body) } else { b"" };
    let mut text = String::new();
    for c in String::from_utf8_lossy(body).trim().chars() {
        // In a terminal or a log, control characters could do more than be read.
        if c.is_control() { text.extend(c.escape_default()) } else { text.push(c) }
    }
    text
}
