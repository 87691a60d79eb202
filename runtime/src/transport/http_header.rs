//! Headers of HTTP: those that users choose, and those that have come.

use crate::context::Metadata;
use crate::error::Error;
use http::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, HeaderMap, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

/// Headers that say where a message of HTTP ends, or what becomes of the connection: not for callers to say.
const RESERVED: [HeaderName; 7] = [CONNECTION, CONTENT_LENGTH, EXPECT, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];

/// A header, if it can be sent: its value has no line breaks or other control characters.
///
/// # Errors
/// Why not.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    match (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
        (Ok(name), Ok(value)) if !RESERVED.contains(&name) => Ok((name, value)),
        (Ok(name), Ok(_)) => Err(format!("the header `{name}` is the connection's own")),
        _ => Err(format!("the header {name:?} has an invalid name or value")),
    }
}

/// The headers that httparse has found.
///
/// # Errors
/// What is wrong with one.
pub(crate) fn header_map(found: &[httparse::Header<'_>]) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::with_capacity(found.len());
    for header in found {
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|error| error.to_string())?;
        headers.append(name, HeaderValue::from_bytes(header.value).map_err(|error| error.to_string())?);
    }
    Ok(headers)
}

impl Metadata {
    /// With one more header of some calls of a connection, in the place of those of that name.
    ///
    /// # Errors
    /// [`Error::InvalidHttp`] when it cannot be sent, or has to be the same for all calls.
    pub(crate) fn with_call_header(self, name: &str, value: &str) -> Result<Self, Error> {
        header(name, value).map_err(Error::InvalidHttp)?;
        if name.eq_ignore_ascii_case("host") {
            return Err(Error::InvalidHttp("the header `host` is the same for all calls of a connection".to_owned()));
        }
        Ok(self.with_header(name, value))
    }

    /// With those that are to be sent with a request, by its metadata.
    ///
    /// # Errors
    /// [`Error::InvalidHttp`] when one cannot be sent.
    pub(crate) fn with_headers_of(self, request: &Self) -> Result<Self, Error> {
        // What came to a proxy is not its own word.
        if request.peer().is_some() {
            return Ok(self);
        }
        request.headers().try_fold(self, |all, (name, value)| {
            header(name, value).map_err(Error::InvalidHttp)?;
            Ok(all.with_header(name, value))
        })
    }
}
