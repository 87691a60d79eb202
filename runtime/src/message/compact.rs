//! The head of a message in the compact protocol: `82`, kind and version in one byte, then sequence id and the name's
//! length as varints, then the name.
//!
//! Format: <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

use super::{MessageError, MessageHeader, MessageKind, Protocol, name, name_length};
use std::ops::Range;

/// The first byte of a message.
pub(super) const ID: u8 = 0x82;

const VERSION: u8 = 1;
const VERSION_MASK: u8 = 0x1f;

pub(super) fn read(message: &[u8]) -> Result<(MessageHeader<'_>, Range<usize>), MessageError> {
    let [id, second, ..] = *message else { return Err(MessageError::Truncated) };
    if id != ID {
        return Err(MessageError::NoProtocol(id));
    }
    let kind = kind(second)?;
    let (sequence_id, at) = varint(message, 2)?;
    let (length, at) = varint(message, at)?;
    let end = at + name_length(length)?;
    let name = name(message.get(at..end).ok_or(MessageError::Truncated)?)?;
    Ok((MessageHeader { name, kind, sequence_id: sequence_id as i32 }, end..message.len()))
}

/// Checks the second byte of a message and reads the kind from it.
fn kind(byte: u8) -> Result<MessageKind, MessageError> {
    match byte & VERSION_MASK {
        VERSION => MessageKind::from_wire(byte >> 5),
        other => Err(MessageError::ProtocolVersion(Protocol::Compact, other.into())),
    }
}

pub(super) fn write(header: MessageHeader<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(&[ID, second(header.kind)]);
    push_varint(header.sequence_id as u32, out);
    // Longer names than u32 can count do not exist: names come from the IDL or from a bounded message.
    push_varint(u32::try_from(header.name.len()).unwrap_or(u32::MAX), out);
    out.extend_from_slice(header.name.as_bytes());
}

fn second(kind: MessageKind) -> u8 {
    (kind as u8) << 5 | VERSION
}

/// Changes the kind of a message.
pub(super) fn set_kind(message: &mut [u8], kind: MessageKind) {
    if let Some(byte) = message.get_mut(1) {
        *byte = second(kind);
    }
}

/// Reads an unsigned varint of 32 bits at `at`. Returns it with its end.
fn varint(message: &[u8], at: usize) -> Result<(u32, usize), MessageError> {
    let mut value = 0_u64;
    for index in 0..5 {
        let byte = *message.get(at + index).ok_or(MessageError::Truncated)?;
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let value = u32::try_from(value).map_err(|_| MessageError::Varint)?;
            return Ok((value, at + index + 1));
        }
    }
    Err(MessageError::Varint)
}

fn push_varint(mut value: u32, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
