//! A request on its way to a connection.

use crate::call::SHARE_FROM;
use crate::context::Metadata;
use crate::message::{MessageError, Protocol};
use crate::request::Request;
use crate::spare;
use crate::transport::framed::{self, PREFIX};
use bytes::Bytes;
use std::borrow::Cow;
use std::mem;
use std::ops::Deref;
use std::time::Instant;

#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) message: Message,
    pub(super) protocol: Protocol,
    pub(super) sequence_id: i32,
    /// The name that the reply has.
    pub(super) method: Cow<'static, str>,
    pub(super) oneway: bool,
    pub(super) begun: Instant,
    pub(super) deadline: Instant,
    /// What goes with it, where the transport has headers.
    pub(super) headers: Metadata,
}

/// The bytes of a request, with room for the length of its frame before them.
#[derive(Debug)]
pub(super) enum Message {
    /// In a buffer that is [used again](spare), behind the length: the system takes one slice in less time than two.
    Own(Vec<u8>),
    /// A large one.
    Shared([u8; PREFIX], Bytes),
}

impl Message {
    pub(super) fn of(request: &Request<'_>) -> Self {
        if request.message_bytes() >= SHARE_FROM {
            return Self::Shared([0; PREFIX], request.message());
        }
        let (message, mut buffer) = (request.bytes(), spare::take());
        buffer.reserve(PREFIX + message.len());
        buffer.extend_from_slice(&[0; PREFIX]);
        buffer.extend_from_slice(&message);
        Self::Own(buffer)
    }

    /// Writes the length before the message.
    ///
    /// # Errors
    /// The message is longer than this limit.
    pub(super) fn frame(&mut self, limit: usize) -> Result<(), MessageError> {
        match self {
            Self::Own(buffer) => framed::patch(buffer, 0, 0, limit),
            Self::Shared(room, message) => {
                let length = message.len();
                let prefix = framed::prefix(length).filter(|_| length <= limit);
                *room = prefix.ok_or(MessageError::FrameTooLarge { length, limit })?;
                Ok(())
            }
        }
    }

    /// The length and the message.
    pub(super) fn framed(&self) -> [&[u8]; 2] {
        match self {
            Self::Own(buffer) => [buffer, &[]],
            Self::Shared(prefix, message) => [prefix, message],
        }
    }

    pub(super) fn to_bytes(&self) -> Bytes {
        match self {
            Self::Own(_) => Bytes::copy_from_slice(self),
            Self::Shared(_, message) => message.clone(),
        }
    }

    /// Lets go of it, as it was sent.
    pub(super) fn forget(&mut self) {
        *self = Self::Own(Vec::new());
    }
}

/// The message alone.
impl Deref for Message {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Own(buffer) => buffer.get(PREFIX..).unwrap_or_default(),
            Self::Shared(_, message) => message,
        }
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        if let Self::Own(buffer) = self {
            spare::give(mem::take(buffer));
        }
    }
}
