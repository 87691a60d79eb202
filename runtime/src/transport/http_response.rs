//! Responses of HTTP, as clients read them: the head in HTTP/1.1, by httparse, and the reply in any version.

use super::http_body::{Body, keeps_alive, values};
use crate::error::{DecodeError, DecodeErrorKind, Error};
use crate::limits::Limits;
use crate::message::{MessageError, MessageHeader, Protocol};
use http::StatusCode;
use httparse::Status;
use std::mem::MaybeUninit;

/// The longest head, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// The most headers.
const MAX_HEADERS: usize = 100;

/// What the head of a response says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    /// The body is text for people.
    is_text: bool,
    /// How many bytes the head took.
    pub(crate) head: usize,
    pub(crate) body: Body,
    /// The connection carries another response after this one.
    pub(crate) keep_alive: bool,
}

impl Response {
    /// Reads the head of a response. `None`: it is not all there.
    ///
    /// # Errors
    /// [`Error::InvalidHttp`] says what is wrong with it.
    pub(crate) fn read(input: &[u8]) -> Result<Option<Self>, Error> {
        let mut headers = [const { MaybeUninit::uninit() }; MAX_HEADERS];
        let mut found = httparse::Response::new(&mut []);
        let parsed =
            httparse::ParserConfig::default().parse_response_with_uninit_headers(&mut found, input, &mut headers);
        let head = match parsed.map_err(|error| Error::InvalidHttp(error.to_string()))? {
            Status::Complete(length) => length,
            Status::Partial if input.len() < MAX_HEAD => return Ok(None),
            Status::Partial => return Err(Error::InvalidHttp(format!("a head of more than {MAX_HEAD} bytes"))),
        };
        let status = StatusCode::from_u16(found.code.unwrap_or_default());
        let status = status.map_err(|error| Error::InvalidHttp(error.to_string()))?;
        let body = match status {
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => Body::Length(0),
            status if status.is_informational() => Body::Length(0),
            _ => Body::of(found.headers).map_err(Error::InvalidHttp)?.unwrap_or(Body::Close),
        };
        let keep_alive = body != Body::Close && keeps_alive(found.version, found.headers);
        let is_text = values(found.headers, "content-type").next().is_some_and(is_text);
        Ok(Some(Self { status, is_text, head, body, keep_alive }))
    }

    /// As [`is_reply`].
    pub(crate) fn is_reply(&self, oneway: bool, body: &[u8]) -> Result<bool, Error> {
        is_reply(self.status, oneway, self.is_text, body)
    }
}

/// Whether the body of a response is the reply. If not, there is none, as to a oneway request.
///
/// # Errors
/// [`Error::Http`]: neither is the case.
pub(crate) fn is_reply(status: StatusCode, oneway: bool, is_text: bool, body: &[u8]) -> Result<bool, Error> {
    match (oneway, status) {
        (true, status) if status.is_success() => Ok(false),
        (false, StatusCode::OK) if body.is_empty() => Ok(false),
        // What looks like a message at first sight, but is none, gets an error that says more.
        (false, StatusCode::OK) if Protocol::of(body).is_ok() => Ok(true),
        // Some servers answer a failed call with a Thrift message and another status than 200.
        (false, _) if MessageHeader::read(body).is_ok() => Ok(true),
        (_, status) => {
            Err(Error::Http { status: status.as_u16(), text: if is_text { text(body) } else { String::new() } })
        }
    }
}

/// Whether that media type is text for people.
pub(crate) fn is_text(media: &[u8]) -> bool {
    media.starts_with(b"text/plain")
}

/// What is said of a body that is longer than messages may be.
pub(crate) fn too_large(limits: &Limits) -> Error {
    let kind = DecodeErrorKind::MessageTooLarge { limit: limits.message_bytes };
    Error::Message(MessageError::Body(DecodeError::new(kind, 0)))
}

/// The beginning of a body for people.
fn text(body: &[u8]) -> String {
    const ENOUGH: usize = 200;
    let mut text = String::new();
    for c in String::from_utf8_lossy(body.get(..ENOUGH).unwrap_or(body)).trim().chars() {
        // In a terminal or a log, control characters could do more than be read.
        if c.is_control() { text.extend(c.escape_default()) } else { text.push(c) }
    }
    text
}
