//! HTTP/1.1 as bytes: the heads of requests, and the bodies of both sides. Without any socket.

use super::buffer::Buffer;
use crate::transport::http_body::{Body, ChunkError, Chunks, keeps_alive};
use crate::transport::http_header::header_map;
use bytes::Bytes;
use http::{Version, request};
use httparse::Status;

/// The longest head, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// The most headers.
const MAX_HEADERS: usize = 100;

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
    let body = Body::of(found.headers)?.unwrap_or(Body::Length(0));
    let keep_alive = keeps_alive(found.version, found.headers);
    Ok(Some(Head { value: parts, length, body, keep_alive }))
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
    let mut chunks = Chunks::new(limit);
    loop {
        let (used, is_over) = chunks.read(input.as_slice()).map_err(|error| match error {
            ChunkError::TooLarge => BodyError::TooLarge,
            ChunkError::Invalid(reason) => BodyError::Invalid(reason),
        })?;
        input.advance(used);
        if is_over {
            return Ok(chunks.into_bytes());
        }
        if !fill(input, 0)? {
            return Err(BodyError::Cut);
        }
    }
}
