//! A request on its way to a connection.

use crate::context::Metadata;
use crate::message::Protocol;
use bytes::Bytes;
use std::borrow::Cow;
use std::time::Instant;

#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) message: Bytes,
    pub(super) protocol: Protocol,
    pub(super) sequence_id: i32,
    /// The name that the reply has.
    pub(super) method: Cow<'static, str>,
    pub(super) oneway: bool,
    pub(super) deadline: Instant,
    /// What goes with it, where the transport has headers.
    pub(super) headers: Metadata,
}
