//! A request on its way to a connection.

use crate::context::Metadata;
use crate::message::Protocol;
use bytes::Bytes;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use std::sync::Arc;
use std::time::Instant;

/// Headers that say where a message of HTTP ends, or what becomes of the connection: not for callers to say.
const RESERVED: [HeaderName; 7] = [CONNECTION, CONTENT_LENGTH, EXPECT, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];

#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) message: Bytes,
    pub(super) protocol: Protocol,
    pub(super) sequence_id: i32,
    /// The name that the reply has.
    pub(super) method: Arc<str>,
    pub(super) oneway: bool,
    pub(super) deadline: Instant,
    /// What goes with it, where the transport has headers.
    pub(super) headers: Metadata,
}

/// A header, if it can be sent: its value has no line breaks or other control characters.
///
/// # Errors
/// Why not.
pub(super) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    match (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
        (Ok(name), Ok(value)) if !RESERVED.contains(&name) => Ok((name, value)),
        (Ok(_), Ok(_)) => Err(format!("the header `{name}` is the connection's own")),
        _ => Err(format!("the header {name:?} has an invalid name or value")),
    }
}
