//! What comes next in a compact message.

use super::{Encoding, Field, Value, size};
use crate::error::DecodeErrorKind;
use crate::message::Protocol;
use crate::protocol::Layout;
use crate::protocol::compact::Compact;
use crate::protocol::compact::varint::{self, Bad, unzigzag32};
use crate::wire::WireType;

impl Encoding for Compact {
    const PROTOCOL: Protocol = Protocol::Compact;

    fn field(input: &[u8], last: i16) -> Result<Option<Field>, DecodeErrorKind> {
        let Some(&header) = input.first() else { return Ok(None) };
        let code = header & 0x0f;
        if code == 0 {
            return Ok(Some(Field::Stop(1)));
        }
        let ty = wire_type(code)?;
        let (id, len) = match header >> 4 {
            0 => match number::<32>(input, 1)? {
                Some((id, len)) => (unzigzag32(id as u32), 1 + len),
                None => return Ok(None),
            },
            delta => (i32::from(last) + i32::from(delta), 1),
        };
        let id = i16::try_from(id).map_err(|_| DecodeErrorKind::InvalidFieldId)?;
        let value = match ty {
            // It is in the header.
            WireType::Bool => Some(Value::whole(0)),
            _ => Self::value(input.get(len..).unwrap_or_default(), ty)?,
        };
        Ok(value.map(|value| Field::Value(id, value.behind(len))))
    }

    fn value(input: &[u8], ty: WireType) -> Result<Option<Value>, DecodeErrorKind> {
        Ok(match ty {
            WireType::Struct => Some(Value::structure()),
            WireType::Bool => match input.first() {
                Some(byte @ 3..) => return Err(DecodeErrorKind::InvalidBool(*byte)),
                found => found.map(|_| Value::whole(1)),
            },
            WireType::I8 | WireType::Double | WireType::Uuid => Some(Value::whole(Self::min_size(ty) as u64)),
            WireType::I16 => number::<16>(input, 0)?.map(|(_, len)| Value::whole(len as u64)),
            WireType::I32 => number::<32>(input, 0)?.map(|(_, len)| Value::whole(len as u64)),
            WireType::I64 => number::<64>(input, 0)?.map(|(_, len)| Value::whole(len as u64)),
            WireType::String => match number::<32>(input, 0)? {
                Some((length, len)) => Some(Value::whole(len as u64 + u64::from(size(length as u32)?))),
                None => None,
            },
            WireType::List | WireType::Set => return list(input),
            WireType::Map => return map(input),
        })
    }
}

fn list(input: &[u8]) -> Result<Option<Value>, DecodeErrorKind> {
    let Some(&header) = input.first() else { return Ok(None) };
    let (count, len) = match header >> 4 {
        15 => match number::<32>(input, 1)? {
            Some((count, len)) => (size(count as u32)?, 1 + len),
            None => return Ok(None),
        },
        count => (count.into(), 1),
    };
    Ok(Some(match (header & 0x0f, count) {
        // An empty list may come without a type.
        (0, 0) => Value::whole(len as u64),
        (code, count) => Value::list::<Compact>(len, wire_type(code)?, count),
    }))
}

fn map(input: &[u8]) -> Result<Option<Value>, DecodeErrorKind> {
    let Some((count, len)) = number::<32>(input, 0)? else { return Ok(None) };
    let count = size(count as u32)?;
    // An empty map has no types.
    if count == 0 {
        return Ok(Some(Value::whole(len as u64)));
    }
    let Some(&types) = input.get(len) else { return Ok(None) };
    Ok(Some(Value::map::<Compact>(len + 1, wire_type(types >> 4)?, wire_type(types & 0x0f)?, count)))
}

/// The number of so many bits that stands there, and how many bytes it takes.
fn number<const BITS: u32>(input: &[u8], at: usize) -> Result<Option<(u64, usize)>, DecodeErrorKind> {
    match varint::read::<BITS>(input.get(at..).unwrap_or_default()) {
        Ok(found) => Ok(Some(found)),
        Err(Bad::End) => Ok(None),
        Err(Bad::TooLong) => Err(DecodeErrorKind::InvalidVarint),
    }
}

fn wire_type(code: u8) -> Result<WireType, DecodeErrorKind> {
    WireType::from_compact(code).ok_or(DecodeErrorKind::UnknownType(code))
}
