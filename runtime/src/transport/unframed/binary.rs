//! What comes next in a binary message.

use super::{Encoding, Field, Value, size};
use crate::error::DecodeErrorKind;
use crate::message::Protocol;
use crate::protocol::Layout;
use crate::protocol::binary::Binary;
use crate::wire::WireType;

/// The type and the id.
const FIELD_HEADER: usize = 3;

impl Encoding for Binary {
    const PROTOCOL: Protocol = Protocol::Binary;

    fn field(input: &[u8], _: i16) -> Result<Option<Field>, DecodeErrorKind> {
        match input.first() {
            None => Ok(None),
            Some(0) => Ok(Some(Field::Stop(1))),
            Some(code) => {
                let value = Self::value(input.get(FIELD_HEADER..).unwrap_or_default(), wire_type(*code)?)?;
                Ok(value.map(|value| Field::Value(0, value.behind(FIELD_HEADER))))
            }
        }
    }

    fn value(input: &[u8], ty: WireType) -> Result<Option<Value>, DecodeErrorKind> {
        Ok(Some(match ty {
            WireType::Struct => Value::structure(),
            WireType::String => {
                let Some(length) = word(input, 0) else { return Ok(None) };
                Value::whole(4 + u64::from(size(length)?))
            }
            WireType::List | WireType::Set => {
                let (Some(code), Some(count)) = (input.first(), word(input, 1)) else { return Ok(None) };
                // An empty list may come without a type.
                match (*code, size(count)?) {
                    (0, 0) => Value::whole(5),
                    (code, count) => Value::list::<Self>(5, wire_type(code)?, count),
                }
            }
            WireType::Map => {
                let Some(&[key, value, ..]) = input.first_chunk::<6>() else { return Ok(None) };
                let Some(count) = word(input, 2) else { return Ok(None) };
                // An empty map may come without types.
                match size(count)? {
                    0 => Value::whole(6),
                    count => Value::map::<Self>(6, wire_type(key)?, wire_type(value)?, count),
                }
            }
            fixed => Value::whole(Self::min_size(fixed) as u64),
        }))
    }
}

fn wire_type(code: u8) -> Result<WireType, DecodeErrorKind> {
    WireType::from_binary(code).ok_or(DecodeErrorKind::UnknownType(code))
}

fn word(input: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*input.get(at..)?.first_chunk()?))
}
