//! Headers of HTTP that users choose.

use http::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
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
