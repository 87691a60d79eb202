//! A request on its way to a connection.

use crate::call::called;
use crate::context::Metadata;
use crate::message::Protocol;
use bytes::Bytes;
use std::time::Instant;

#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) message: Bytes,
    pub(super) protocol: Protocol,
    pub(super) sequence_id: i32,
    pub(super) oneway: bool,
    pub(super) deadline: Instant,
    /// What goes with it, where the transport has headers.
    pub(super) headers: Metadata,
}

impl Outgoing {
    /// The name that the reply has.
    pub(super) fn method(&self) -> &str {
        // A request has a head, which was read before.
        self.protocol.read_header(&self.message).map(|(header, _)| called(header.name)).unwrap_or_default()
    }
}
