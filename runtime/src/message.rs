//! The message envelope: method name, kind and sequence id in front of one encoded struct.
//!
//! The binary protocol has two forms of it. The strict one opens with a version word, `80 01 00 kind`, then name and
//! sequence id; the old one is name, kind, sequence id. Both are read, the strict one is written. Format:
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md>.

use crate::error::DecodeError;
use std::fmt;

/// The longest method name that is accepted, in bytes. It bounds what a stray text is taken for a name.
pub const MAX_NAME: usize = 4096;

const VERSION_1: u32 = 0x8001_0000;
const VERSION_MASK: u32 = 0xffff_0000;

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
    /// The method's name as the IDL spells it.
    pub name: &'a str,
    /// What the message is.
    pub kind: MessageKind,
    /// Chosen by the client, echoed by the server.
    pub sequence_id: i32,
}

impl<'a> MessageHeader<'a> {
    /// Reads the head of a binary message, strict or old. Returns it with the number of bytes it takes.
    ///
    /// # Errors
    /// [`MessageError`] when `input` does not begin with a whole message head.
    pub fn read_binary(input: &'a [u8]) -> Result<(Self, usize), MessageError> {
        let mut bytes = Bytes { input, at: 0 };
        let first = bytes.u32()?;
        let header = if first & 0x8000_0000 != 0 {
            let kind = strict_kind(first)?;
            let name = bytes.u32()?;
            Self { kind, name: bytes.name(name)?, sequence_id: bytes.i32()? }
        } else {
            let name = bytes.name(old_form(first)?)?;
            Self { name, kind: MessageKind::from_wire(bytes.u8()?)?, sequence_id: bytes.i32()? }
        };
        Ok((header, bytes.at))
    }

    /// Appends the head in the strict form of the binary protocol.
    pub fn write_binary(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&(VERSION_1 | self.kind as u32).to_be_bytes());
        // Longer names than u32 can count do not exist: names come from the IDL or from a bounded message.
        out.extend_from_slice(&u32::try_from(self.name.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(self.name.as_bytes());
        out.extend_from_slice(&self.sequence_id.to_be_bytes());
    }
}

/// Changes the kind of a message that is written in the strict form.
pub(crate) fn set_kind(message: &mut [u8], kind: MessageKind) {
    if let Some(byte) = message.get_mut(3) {
        *byte = kind as u8;
    }
}

/// Checks the version word of a strict message and reads the kind from it. Its third byte is unused.
pub(crate) fn strict_kind(word: u32) -> Result<MessageKind, MessageError> {
    if word & VERSION_MASK != VERSION_1 {
        return Err(MessageError::Version(word));
    }
    MessageKind::from_wire((word & 0xff) as u8)
}

/// Checks the first word of a message in the old form, which is the length of the name.
pub(crate) fn old_form(word: u32) -> Result<u32, MessageError> {
    name_length(word).map(|_| word).map_err(|_| MessageError::Version(word))
}

/// Checks the length of a method name.
pub(crate) fn name_length(length: u32) -> Result<usize, MessageError> {
    usize::try_from(length).ok().filter(|&length| length <= MAX_NAME).ok_or(MessageError::Name(length))
}

/// Why bytes are not a Thrift message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageError {
    /// The bytes end inside the message.
    Truncated,
    /// The first word is neither version 1 of the binary protocol nor, in the old form, the length of a method name.
    Version(u32),
    /// A kind that Thrift does not have.
    Kind(u8),
    /// A kind that a server does not answer.
    NotARequest(MessageKind),
    /// A method name of more than [`MAX_NAME`] bytes.
    Name(u32),
    /// A method name that is not UTF-8.
    NameEncoding,
    /// A frame whose length is 0 or negative.
    FrameLength(i32),
    /// A frame over the limit.
    FrameTooLarge {
        /// The frame's length, in bytes.
        length: usize,
        /// [`Limits::frame_bytes`](crate::Limits::frame_bytes).
        limit: usize,
    },
    /// An HTTP response, from a server that was addressed as `tcp://`.
    Http,
    /// What follows after the head is no encoded struct, or is over a limit.
    Body(DecodeError),
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => write!(f, "the message is cut short"),
            Self::Version(word) => {
                f.write_str("not a message of the binary protocol: it begins with ")?;
                match std::str::from_utf8(&word.to_be_bytes()) {
                    Ok(text) if !text.contains('\0') => write!(f, "{text:?}"),
                    _ => write!(f, "{word:#010x}"),
                }
            }
            Self::Kind(kind) => write!(f, "unknown message kind {kind}"),
            Self::NotARequest(kind) => write!(f, "a message of kind {kind:?} where a request was expected"),
            Self::Name(length) => write!(f, "a method name of {length} bytes; at most {MAX_NAME} are allowed"),
            Self::NameEncoding => write!(f, "the method name is not UTF-8"),
            Self::FrameLength(length) => write!(f, "invalid frame length {length}"),
            Self::FrameTooLarge { length, limit } => write!(f, "a frame of {length} bytes; the limit is {limit}"),
            Self::Http => write!(f, "the server speaks HTTP: its URL begins with `http://`"),
            Self::Body(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for MessageError {}

impl From<DecodeError> for MessageError {
    fn from(error: DecodeError) -> Self {
        Self::Body(error)
    }
}

/// A cursor over the bytes of a head.
struct Bytes<'a> {
    input: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], MessageError> {
        let bytes = self.input.get(self.at..).and_then(|rest| rest.get(..count)).ok_or(MessageError::Truncated)?;
        self.at += count;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MessageError> {
        self.take(N)?.try_into().map_err(|_| MessageError::Truncated)
    }

    fn u8(&mut self) -> Result<u8, MessageError> {
        self.array().map(u8::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, MessageError> {
        self.array().map(u32::from_be_bytes)
    }

    fn i32(&mut self) -> Result<i32, MessageError> {
        self.array().map(i32::from_be_bytes)
    }

    fn name(&mut self, length: u32) -> Result<&'a str, MessageError> {
        std::str::from_utf8(self.take(name_length(length)?)?).map_err(|_| MessageError::NameEncoding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: &[u8] = b"\x80\x01\x00\x01\x00\x00\x00\x04ping\x00\x00\x00\x01\x00";
    const OLD: &[u8] = b"\x00\x00\x00\x04ping\x01\x00\x00\x00\x01\x00";
    const PING: MessageHeader<'static> = MessageHeader { name: "ping", kind: MessageKind::Call, sequence_id: 1 };

    #[test]
    fn both_forms_are_read_and_the_strict_one_is_written() {
        assert_eq!(MessageHeader::read_binary(STRICT), Ok((PING, 16)));
        assert_eq!(MessageHeader::read_binary(OLD), Ok((PING, 13)));
        let mut written = Vec::new();
        PING.write_binary(&mut written);
        assert_eq!(written, STRICT[..16]);
    }

    #[test]
    fn the_third_byte_is_ignored_and_sequence_ids_are_signed() {
        let (header, _) = MessageHeader::read_binary(b"\x80\x01\x7f\x04\x00\x00\x00\x01f\xff\xff\xff\xff").unwrap();
        assert_eq!(header, MessageHeader { name: "f", kind: MessageKind::Oneway, sequence_id: -1 });
    }

    #[test]
    fn what_is_no_message_is_named() {
        for (bytes, expected) in [
            (&b"\x81\x01\x00\x01"[..], MessageError::Version(0x8101_0001)),
            (b"\x80\x02\x00\x01", MessageError::Version(0x8002_0001)),
            (b"\x80\x01\x00\x05", MessageError::Kind(5)),
            (b"GET / HTTP/1.1\r\n", MessageError::Version(0x4745_5420)),
            (b"\x80\x01\x00\x01\xff\xff\xff\xff", MessageError::Name(u32::MAX)),
            (b"\x80\x01\x00\x01\x00\x00\x00\x01\xff\x00\x00\x00\x01", MessageError::NameEncoding),
        ] {
            assert_eq!(MessageHeader::read_binary(bytes), Err(expected), "{bytes:02x?}");
        }
    }

    #[test]
    fn every_cut_is_truncated() {
        for (bytes, whole) in [(STRICT, 16), (OLD, 13)] {
            for end in 0..whole {
                assert_eq!(MessageHeader::read_binary(&bytes[..end]), Err(MessageError::Truncated), "at {end}");
            }
        }
    }
}
