//! HTTP/1.1 as bytes: heads, by httparse, and where bodies end (RFC 9112). Of both sides, and without any socket.

use super::buffer::Buffer;
use crate::transport::http_header::header_map;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use http::{StatusCode, Version, request};
use httparse::Status;

/// The longest head, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// The most headers.
const MAX_HEADERS: usize = 100;

/// The longest line before a chunk, and the longest trailer.
const MAX_LINE: usize = 4096;

/// A head that has come.
#[derive(Debug)]
pub(super) struct Head<T> {
    pub(super) value: T,
    /// How many bytes it took.
    pub(super) length: usize,
    pub(super) body: Body,
    /// The connection carries another message after this one.
    pub(super) keep_alive: bool,
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    Length(usize),
    Chunked,
    /// With the connection.
    Close,
}

/// Reads the head of a request. `None`: it is not all there.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read_request(input: &[u8]) -> Result<Option<Head<request::Parts>>, String> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut found = httparse::Request::new(&mut headers);
    let Some(length) = complete(found.parse(input), input)? else { return Ok(None) };
    let version = version(found.version);
    let request = http::Request::builder().method(found.method.unwrap_or_default()).uri(found.path.unwrap_or_default());
    let (mut parts, ()) = request.version(version).body(()).map_err(|error| error.to_string())?.into_parts();
    parts.headers = header_map(found.headers)?;
    let body = body(&parts.headers)?.unwrap_or(Body::Length(0));
    let keep_alive = keeps_alive(version, &parts.headers);
    Ok(Some(Head { value: parts, length, body, keep_alive }))
}

/// Reads the head of a response. `None`: it is not all there.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read_response(input: &[u8]) -> Result<Option<Head<(StatusCode, HeaderMap)>>, String> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut found = httparse::Response::new(&mut headers);
    let Some(length) = complete(found.parse(input), input)? else { return Ok(None) };
    let status = StatusCode::from_u16(found.code.unwrap_or_default()).map_err(|error| error.to_string())?;
    let headers = header_map(found.headers)?;
    let body = match status {
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => Body::Length(0),
        status if status.is_informational() => Body::Length(0),
        _ => body(&headers)?.unwrap_or(Body::Close),
    };
    let keep_alive = body != Body::Close && keeps_alive(version(found.version), &headers);
    Ok(Some(Head { value: (status, headers), length, body, keep_alive }))
}

fn complete(parsed: httparse::Result<usize>, input: &[u8]) -> Result<Option<usize>, String> {
    match parsed.map_err(|error| error.to_string())? {
        Status::Complete(length) => Ok(Some(length)),
        Status::Partial if input.len() >= MAX_HEAD => Err(format!("a head of more than {MAX_HEAD} bytes")),
        Status::Partial => Ok(None),
    }
}

fn version(minor: Option<u8>) -> Version {
    if minor == Some(0) { Version::HTTP_10 } else { Version::HTTP_11 }
}

/// Where the headers say that the body ends, if they do. What two readers could understand in two ways is refused: between
/// them, one could hide a request in another.
fn body(headers: &HeaderMap) -> Result<Option<Body>, String> {
    let mut length = None;
    for value in headers.get_all(CONTENT_LENGTH) {
        let value = value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let value: usize = value.and_then(|text| text.parse().ok()).ok_or("an invalid content length")?;
        if length.replace(value).is_some_and(|other| other != value) {
            return Err("two content lengths".to_owned());
        }
    }
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next(), length) {
        (None, ..) => Ok(length.map(Body::Length)),
        (Some(coding), None, None) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => Ok(Some(Body::Chunked)),
        (Some(_), _, Some(_)) => Err("a content length beside a transfer encoding".to_owned()),
        (Some(_), ..) => Err("an unknown transfer encoding".to_owned()),
    }
}

fn keeps_alive(version: Version, headers: &HeaderMap) -> bool {
    let says = |word: &str| {
        let values = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|found| found.trim().eq_ignore_ascii_case(word))
    };
    if version == Version::HTTP_10 { says("keep-alive") && !says("close") } else { !says("close") }
}

/// Why a body could not be read.
#[derive(Debug)]
pub(super) enum BodyError<E> {
    TooLarge,
    /// The connection ended before it.
    Cut,
    Invalid(&'static str),
    /// Reading failed.
    Read(E),
}

impl<E> From<E> for BodyError<E> {
    fn from(error: E) -> Self {
        Self::Read(error)
    }
}

/// Reads a whole body of at most `limit` bytes. `fill` reads more into the buffer; false: the connection has ended.
pub(super) fn read_body<E>(
    body: Body,
    limit: usize,
    input: &mut Buffer,
    fill: &mut dyn FnMut(&mut Buffer, usize) -> Result<bool, E>,
) -> Result<Bytes, BodyError<E>> {
    match body {
        Body::Length(length) if length > limit => Err(BodyError::TooLarge),
        Body::Length(length) => {
            while input.as_slice().len() < length {
                let missing = length - input.as_slice().len();
                if !fill(input, missing)? {
                    return Err(BodyError::Cut);
                }
            }
            Ok(input.take(length))
        }
        Body::Close => {
            while input.as_slice().len() <= limit {
                if !fill(input, 0)? {
                    return Ok(input.take(input.as_slice().len()));
                }
            }
            Err(BodyError::TooLarge)
        }
        Body::Chunked => read_chunks(limit, input, fill),
    }
}

fn read_chunks<E>(
    limit: usize,
    input: &mut Buffer,
    fill: &mut dyn FnMut(&mut Buffer, usize) -> Result<bool, E>,
) -> Result<Bytes, BodyError<E>> {
    let mut whole = Vec::new();
    loop {
        let line = read_line(input, fill)?;
        let size = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        let size = std::str::from_utf8(size).ok().filter(|size| size.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let size = size.and_then(|size| usize::from_str_radix(size, 16).ok());
        let mut left = size.ok_or(BodyError::Invalid("a chunk without a size"))?;
        if left == 0 {
            break;
        }
        if left > limit - whole.len() {
            return Err(BodyError::TooLarge);
        }
        while left > 0 {
            let here = input.as_slice();
            let here = here.get(..left).unwrap_or(here);
            whole.extend_from_slice(here);
            let count = here.len();
            left -= count;
            input.advance(count);
            if left > 0 && !fill(input, left)? {
                return Err(BodyError::Cut);
            }
        }
        if !read_line(input, fill)?.is_empty() {
            return Err(BodyError::Invalid("a chunk that is longer than its size"));
        }
    }
    // Trailers say nothing that is of use here.
    let mut trailers = 0;
    loop {
        match read_line(input, fill)?.len() {
            0 => return Ok(whole.into()),
            length => trailers += length,
        }
        if trailers > MAX_HEAD {
            return Err(BodyError::TooLarge);
        }
    }
}

/// Takes a line without its end.
fn read_line<E>(
    input: &mut Buffer,
    fill: &mut dyn FnMut(&mut Buffer, usize) -> Result<bool, E>,
) -> Result<Bytes, BodyError<E>> {
    loop {
        let held = input.as_slice();
        if let Some(end) = held.windows(2).take(MAX_LINE).position(|bytes| bytes == b"\r\n") {
            let line = input.take(end);
            input.advance(2);
            return Ok(line);
        }
        if held.len() > MAX_LINE {
            return Err(BodyError::Invalid("a line that is too long"));
        }
        if !fill(input, 0)? {
            return Err(BodyError::Cut);
        }
    }
}
