//! Why bytes are not a Thrift message.

use super::{MAX_NAME, MessageKind, Protocol};
use crate::error::DecodeError;
use std::fmt;

/// Why bytes are not a Thrift message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageError {
    /// The bytes end inside the message.
    Truncated,
    /// The first word is neither version 1 of the binary protocol nor, in the old form, the length of a method name.
    Version(u32),
    /// The first byte begins no protocol.
    NoProtocol(u8),
    /// A version that the protocol does not have.
    ProtocolVersion(Protocol, u32),
    /// The head of a message in JSON is none: the offset of the first byte that does not belong there.
    Json(usize),
    /// A number in the head, of the compact protocol, that is no varint of 32 bits.
    Varint,
    /// A protocol that the server, or the client, does not speak with this peer.
    UnexpectedProtocol(Protocol),
    /// A kind that Thrift does not have.
    Kind(u8),
    /// A kind that a server does not answer.
    NotARequest(MessageKind),
    /// A method name of more than [`MAX_NAME`] bytes.
    Name(u32),
    /// A method name that is not UTF-8; in JSON also one with escapes, which no name needs.
    NameEncoding,
    /// A frame whose length is negative.
    FrameLength(i32),
    /// A frame over the limit.
    FrameTooLarge {
        /// The frame's length, in bytes.
        length: usize,
        /// [`Limits::frame_bytes`](crate::Limits::frame_bytes).
        limit: usize,
    },
    /// The header of a THeader or TTHeader frame is malformed, in words.
    FrameHeader(&'static str),
    /// The header of a THeader or TTHeader frame names a protocol that is not known.
    HeaderProtocol(u32),
    /// A transform of THeader that is not known: the payload cannot be read.
    Transform(u32),
    /// What should be compressed is no zlib stream, or a damaged one.
    Zlib,
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
            Self::NoProtocol(byte) => write!(f, "not a Thrift message: it begins with the byte {byte:#04x}"),
            Self::ProtocolVersion(protocol, version) => {
                write!(f, "version {version} of the {protocol} protocol; only version 1 is known")
            }
            Self::Json(offset) => write!(f, "the head of the JSON message is invalid at byte {offset}"),
            Self::Varint => write!(f, "the head of the message holds an invalid varint"),
            Self::UnexpectedProtocol(protocol) => write!(f, "a message of the {protocol} protocol is not expected"),
            Self::Kind(kind) => write!(f, "unknown message kind {kind}"),
            Self::NotARequest(kind) => write!(f, "a message of kind {kind:?} where a request was expected"),
            Self::Name(length) => write!(f, "a method name of {length} bytes; at most {MAX_NAME} are allowed"),
            Self::NameEncoding => write!(f, "the method name is not plain UTF-8"),
            Self::FrameLength(length) => write!(f, "invalid frame length {length}"),
            Self::FrameTooLarge { length, limit } => write!(f, "a frame of {length} bytes; the limit is {limit}"),
            Self::FrameHeader(what) => write!(f, "the header of the frame is malformed: {what}"),
            Self::HeaderProtocol(id) => write!(f, "the header of the frame names the unknown protocol {id}"),
            Self::Transform(id) => write!(f, "unknown transform {id}"),
            Self::Zlib => write!(f, "the compressed data is damaged, or is none"),
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
