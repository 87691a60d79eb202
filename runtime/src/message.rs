//! The message envelope: method name, kind and sequence id in front of one encoded struct.
//!
//! Each protocol writes it in its own way, and the first byte of a message tells which one it is.

mod binary;
pub(crate) mod body;
mod compact;
mod error;
#[cfg(feature = "json")]
mod json;

pub use error::MessageError;

use crate::raw::utf8;
use std::fmt;
use std::ops::Range;

/// The longest method name that is accepted, in bytes. It bounds what a stray text is taken for a name.
pub const MAX_NAME: usize = 4096;

/// A protocol that services speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Protocol {
    /// The binary protocol. Its strict form is written; the old one is read too.
    #[default]
    Binary,
    /// The compact protocol.
    Compact,
    /// The JSON protocol.
    #[cfg(feature = "json")]
    Json,
}

impl Protocol {
    /// The protocol of a message, which the message's first byte tells.
    ///
    /// # Errors
    /// The byte begins no message, or there is none.
    #[inline]
    pub fn of(message: &[u8]) -> Result<Self, MessageError> {
        match message.first() {
            None => Err(MessageError::Truncated),
            // The old form begins with the length of a name.
            Some(0 | 0x80) => Ok(Self::Binary),
            Some(&compact::ID) => Ok(Self::Compact),
            #[cfg(feature = "json")]
            Some(b'[') => Ok(Self::Json),
            Some(&byte) => Err(MessageError::NoProtocol(byte)),
        }
    }

    /// Reads the head of a message. Returns it with the place of the struct that follows.
    ///
    /// # Errors
    /// [`MessageError`] when `message` does not begin with a whole head. In JSON its end is looked at too.
    #[inline(always)]
    pub fn read_header(self, message: &[u8]) -> Result<(MessageHeader<'_>, Range<usize>), MessageError> {
        match self {
            Self::Binary => binary::read(message),
            Self::Compact => compact::read(message),
            #[cfg(feature = "json")]
            Self::Json => json::read(message),
        }
    }

    /// The sequence id of a message, as far as it can be had without reading all of its head.
    #[cfg(feature = "rpc")]
    pub(crate) fn sequence_id(self, message: &[u8]) -> Result<i32, MessageError> {
        match self {
            Self::Binary => binary::sequence_id(message),
            _ => None,
        }
        .map_or_else(|| self.read_header(message).map(|(header, _)| header.sequence_id), Ok)
    }

    /// The place of the struct in a message that has just this head, if that can be told at first sight, as it nearly always
    /// can in the binary protocol. `None`: the head has to be read.
    pub(crate) fn behind(self, header: MessageHeader<'_>, message: &[u8]) -> Option<Range<usize>> {
        match self {
            Self::Binary => binary::behind(header, message),
            _ => None,
        }
    }

    /// Appends the head of a message, behind which the struct and then the [end](Self::write_end) belong.
    #[inline]
    pub fn write_header(self, header: MessageHeader<'_>, out: &mut Vec<u8>) {
        match self {
            Self::Binary => binary::write(header, out),
            Self::Compact => compact::write(header, out),
            #[cfg(feature = "json")]
            Self::Json => json::write(header, out),
        }
    }

    /// Appends what ends a message: in JSON a bracket, else nothing.
    pub fn write_end(self, out: &mut Vec<u8>) {
        #[cfg(feature = "json")]
        if self == Self::Json {
            out.push(b']');
        }
        let _ = out;
    }

    /// Changes the kind of a message that [`write_header`](Self::write_header) began.
    pub(crate) fn set_kind(self, message: &mut [u8], kind: MessageKind) {
        match self {
            Self::Binary => binary::set_kind(message, kind),
            Self::Compact => compact::set_kind(message, kind),
            #[cfg(feature = "json")]
            Self::Json => json::set_kind(message, kind),
        }
    }

    /// The message with another head: the same struct under another name, kind or sequence id.
    ///
    /// # Errors
    /// [`MessageError`] when the message has no head of this protocol.
    pub fn with_header(self, message: &[u8], header: MessageHeader<'_>) -> Result<Vec<u8>, MessageError> {
        let (_, body) = self.read_header(message)?;
        let body = message.get(body).unwrap_or_default();
        let mut changed = Vec::with_capacity(body.len() + header.name.len() + 64);
        self.write_header(header, &mut changed);
        changed.extend_from_slice(body);
        self.write_end(&mut changed);
        Ok(changed)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Binary => "binary",
            Self::Compact => "compact",
            #[cfg(feature = "json")]
            Self::Json => "JSON",
        })
    }
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum MessageKind {
    /// A request that waits for a reply.
    Call = 1,
    /// The result of a call: a return value or a declared exception.
    Reply = 2,
    /// A call that failed otherwise: an [`ApplicationError`](crate::ApplicationError).
    Exception = 3,
    /// A request without a reply.
    Oneway = 4,
}

impl MessageKind {
    pub(crate) fn from_wire(byte: u8) -> Result<Self, MessageError> {
        Ok(match byte {
            1 => Self::Call,
            2 => Self::Reply,
            3 => Self::Exception,
            4 => Self::Oneway,
            other => return Err(MessageError::Kind(other)),
        })
    }
}

/// The head of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageHeader<'a> {
    /// The method's name as the IDL spells it; of one among several services on a port, `service:method`.
    pub name: &'a str,
    /// What the message is.
    pub kind: MessageKind,
    /// Chosen by the client, echoed by the server.
    pub sequence_id: i32,
}

impl<'a> MessageHeader<'a> {
    /// Reads the head of a message in any protocol. Returns it with the place of the struct that follows.
    ///
    /// # Errors
    /// [`MessageError`] when `message` does not begin with a whole message head.
    pub fn read(message: &'a [u8]) -> Result<(Self, Range<usize>), MessageError> {
        Protocol::of(message)?.read_header(message)
    }
}

/// Checks the length of a method name.
pub(crate) fn name_length(length: u32) -> Result<usize, MessageError> {
    usize::try_from(length).ok().filter(|&length| length <= MAX_NAME).ok_or(MessageError::Name(length))
}

fn name(bytes: &[u8]) -> Result<&str, MessageError> {
    utf8(bytes).ok_or(MessageError::NameEncoding)
}

#[cfg(test)]
mod tests;
