//! The head of a message in the binary protocol.
//!
//! It has two forms. The strict one opens with a version word, `80 01 00 kind`, then name and sequence id; the old one
//! is name, kind, sequence id. Both are read, the strict one is written. Format:
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md>.

use super::{MAX_NAME, MessageError, MessageHeader, MessageKind, name, name_length};
use crate::raw::utf8;
use std::ops::Range;

const VERSION_1: u32 = 0x8001_0000;
const VERSION_MASK: u32 = 0xffff_0000;

#[inline(always)]
pub(super) fn read(message: &[u8]) -> Result<(MessageHeader<'_>, Range<usize>), MessageError> {
    read_strict(message).map_or_else(|| read_any(message), Ok)
}

/// Reads what everybody writes, quickly. `None`: it is something else.
#[inline(always)]
fn read_strict(message: &[u8]) -> Option<(MessageHeader<'_>, Range<usize>)> {
    let Strict { kind, name, sequence_id } = Strict::read(message)?;
    let header = MessageHeader { name: utf8(name)?, kind: MessageKind::from_wire(kind).ok()?, sequence_id };
    Some((header, STRICT + name.len()..message.len()))
}

/// The sequence id of a message in the strict form, of which no more is checked.
#[cfg(feature = "rpc")]
pub(super) fn sequence_id(message: &[u8]) -> Option<i32> {
    Strict::read(message).map(|head| head.sequence_id)
}

/// The struct of a message that has just this head, in the strict form.
pub(super) fn behind(header: MessageHeader<'_>, message: &[u8]) -> Option<Range<usize>> {
    let MessageHeader { name, kind, sequence_id } = header;
    let head = Strict { kind: kind as u8, name: name.as_bytes(), sequence_id };
    (Strict::read(message)? == head).then(|| STRICT + name.len()..message.len())
}

/// The bytes of a strict head without its name.
const STRICT: usize = 12;

/// What is in a strict head.
#[derive(PartialEq, Eq)]
struct Strict<'a> {
    kind: u8,
    name: &'a [u8],
    sequence_id: i32,
}

impl<'a> Strict<'a> {
    #[inline(always)]
    fn read(message: &'a [u8]) -> Option<Self> {
        let (&[v, e, r, kind, length @ ..], rest) = message.split_first_chunk::<8>()?;
        let length = u32::from_be_bytes(length) as usize;
        if u32::from_be_bytes([v, e, r, 0]) & VERSION_MASK != VERSION_1 || length > MAX_NAME {
            return None;
        }
        let (name, rest) = rest.split_at_checked(length)?;
        Some(Self { kind, name, sequence_id: i32::from_be_bytes(*rest.first_chunk()?) })
    }
}

#[inline(never)]
fn read_any(message: &[u8]) -> Result<(MessageHeader<'_>, Range<usize>), MessageError> {
    let mut bytes = Bytes { input: message, at: 0 };
    let first = bytes.u32()?;
    let header = if first & 0x8000_0000 != 0 {
        let kind = strict_kind(first)?;
        let name = bytes.u32()?;
        MessageHeader { kind, name: bytes.name(name)?, sequence_id: bytes.i32()? }
    } else {
        let name = bytes.name(old_form(first)?)?;
        MessageHeader { name, kind: MessageKind::from_wire(bytes.u8()?)?, sequence_id: bytes.i32()? }
    };
    Ok((header, bytes.at..message.len()))
}

/// Appends the head in the strict form.
#[inline]
pub(super) fn write(header: MessageHeader<'_>, out: &mut Vec<u8>) {
    out.reserve(STRICT + header.name.len());
    // Longer names than u32 can count do not exist: names come from the IDL or from a bounded message.
    let length = u32::try_from(header.name.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&(u64::from(VERSION_1 | header.kind as u32) << 32 | u64::from(length)).to_be_bytes());
    out.extend_from_slice(header.name.as_bytes());
    out.extend_from_slice(&header.sequence_id.to_be_bytes());
}

/// Changes the kind of a message that [`write`] began.
pub(super) fn set_kind(message: &mut [u8], kind: MessageKind) {
    if let Some(byte) = message.get_mut(3) {
        *byte = kind as u8;
    }
}

/// Checks the version word of a strict message and reads the kind from it. Its third byte is unused.
fn strict_kind(word: u32) -> Result<MessageKind, MessageError> {
    if word & VERSION_MASK != VERSION_1 {
        return Err(MessageError::Version(word));
    }
    MessageKind::from_wire((word & 0xff) as u8)
}

/// Checks the first word of a message in the old form, which is the length of the name.
fn old_form(word: u32) -> Result<u32, MessageError> {
    name_length(word).map(|_| word).map_err(|_| MessageError::Version(word))
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
        name(self.take(name_length(length)?)?)
    }
}
