//! A value of any type, for data whose IDL is not known.

use crate::codec::{push_charged, read_elements, read_vec};
use crate::error::{DecodeError, EncodeError};
use crate::limits::Limits;
use crate::order::OrderedDouble;
use crate::protocol::binary::BinaryReader;
use crate::protocol::compact::CompactReader;
#[cfg(feature = "json")]
use crate::protocol::json::JsonReader;
use crate::protocol::{InputProtocol, OutputProtocol, OutputStruct};
use crate::structs::StructWriter;
use crate::wire::{Field, ProtocolKind, WireType};
use bytes::Bytes;
use uuid::Uuid;

type Result<T> = core::result::Result<T, DecodeError>;

/// A value of any type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// A bool.
    Bool(bool),
    /// An i8.
    I8(i8),
    /// An i16.
    I16(i16),
    /// An i32 or enum.
    I32(i32),
    /// An i64.
    I64(i64),
    /// A double.
    Double(OrderedDouble),
    /// A string or binary: the wire does not tell them apart. In JSON, where they differ, it is a string if it is text.
    Bytes(Bytes),
    /// A uuid.
    Uuid(Uuid),
    /// A struct, union or exception: its fields by id, in the order on the wire.
    Struct(Vec<(i16, Value)>),
    /// A list of elements of this type.
    List(WireType, Vec<Value>),
    /// A set of elements of this type, in the order on the wire.
    Set(WireType, Vec<Value>),
    /// A map, in the order on the wire. Its types are those of the first entry; an empty one has none.
    Map(Vec<(Value, Value)>),
}

impl Value {
    /// Its type on the wire.
    pub fn wire_type(&self) -> WireType {
        match self {
            Self::Bool(_) => WireType::Bool,
            Self::I8(_) => WireType::I8,
            Self::I16(_) => WireType::I16,
            Self::I32(_) => WireType::I32,
            Self::I64(_) => WireType::I64,
            Self::Double(_) => WireType::Double,
            Self::Bytes(_) => WireType::String,
            Self::Uuid(_) => WireType::Uuid,
            Self::Struct(_) => WireType::Struct,
            Self::List(..) => WireType::List,
            Self::Set(..) => WireType::Set,
            Self::Map(_) => WireType::Map,
        }
    }

    /// Reads an element, key, value or whole message of this type.
    ///
    /// # Errors
    /// When the bytes are no such value.
    pub fn decode<'de, P: InputProtocol<'de>>(input: &mut P, ty: WireType) -> Result<Self> {
        Ok(match ty {
            WireType::Bool => Self::Bool(input.bool()?),
            WireType::I8 => Self::I8(input.i8()?),
            WireType::I16 => Self::I16(input.i16()?),
            WireType::I32 => Self::I32(input.i32()?),
            WireType::I64 => Self::I64(input.i64()?),
            WireType::Double => Self::Double(input.double()?.into()),
            WireType::String => Self::Bytes(input.untyped()?),
            WireType::Uuid => Self::Uuid(input.uuid()?),
            WireType::Struct => Self::Struct(Self::decode_fields(input)?),
            WireType::List => {
                let (element, items) = Self::decode_list(input)?;
                Self::List(element, items)
            }
            WireType::Set => {
                let (element, items) = Self::decode_list(input)?;
                Self::Set(element, items)
            }
            WireType::Map => Self::Map(Self::decode_map(input)?),
        })
    }

    /// Writes it as an element, key, value or whole message.
    pub fn encode<P: OutputProtocol>(&self, out: &mut P) {
        match self {
            Self::Bool(value) => out.bool(*value),
            Self::I8(value) => out.i8(*value),
            Self::I16(value) => out.i16(*value),
            Self::I32(value) => out.i32(*value),
            Self::I64(value) => out.i64(*value),
            Self::Double(value) => out.double(value.0),
            Self::Bytes(value) => out.untyped(value),
            Self::Uuid(value) => out.uuid(*value),
            Self::Struct(fields) => {
                let mut s = StructWriter::new(out, &[], 0);
                for (id, value) in fields {
                    value.encode_field(&mut s, *id);
                }
                s.end();
            }
            Self::List(element, items) | Self::Set(element, items) => {
                out.list_begin(*element, items.len());
                out.level(element.nests() && !items.is_empty(), |out| {
                    items.iter().for_each(|item| item.encode_element(*element, out));
                });
                out.list_end();
            }
            Self::Map(entries) => encode_map(entries, out),
        }
    }

    /// The value that these bytes are in this protocol. `None`: this cannot be told.
    pub(crate) fn from_encoded(
        kind: ProtocolKind,
        ty: WireType,
        bytes: &Bytes,
        limits: &Limits,
    ) -> Option<Result<Self>> {
        match kind {
            ProtocolKind::Binary => Some(Self::decode(&mut BinaryReader::from_frame(bytes, limits), ty)),
            ProtocolKind::Compact => Some(Self::decode(&mut CompactReader::from_frame(bytes, limits), ty)),
            #[cfg(feature = "json")]
            ProtocolKind::Json => Some(Self::decode(&mut JsonReader::new(bytes, limits), ty)),
            #[cfg(not(feature = "json"))]
            ProtocolKind::Json => None,
            ProtocolKind::SimpleJson => None,
        }
    }

    fn encode_field<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>, id: i16) {
        match self {
            Self::Bool(value) => s.fields.bool(id, *value),
            value => s.nested(value.wire_type(), id, |out| value.encode(out)),
        }
    }

    fn encode_element<P: OutputProtocol>(&self, expected: WireType, out: &mut P) {
        match self.wire_type() {
            found if found == expected => self.encode(out),
            found => out.fail(EncodeError::MixedTypes { expected, found }),
        }
    }

    fn decode_fields<'de, P: InputProtocol<'de>>(input: &mut P) -> Result<Vec<(i16, Self)>> {
        let mut state = input.struct_begin()?;
        let mut fields = Vec::new();
        while let Some(field) = input.field_begin(&mut state)? {
            let value = Self::decode_field(input, field)?;
            input.field_end()?;
            push_charged(input, &mut fields, 4, (field.id, value))?;
        }
        Ok(fields)
    }

    fn decode_field<'de, P: InputProtocol<'de>>(input: &mut P, field: Field) -> Result<Self> {
        match field.ty {
            WireType::Bool => input.field_bool(field).map(Self::Bool),
            ty => Self::decode(input, ty),
        }
    }

    fn decode_list<'de, P: InputProtocol<'de>>(input: &mut P) -> Result<(WireType, Vec<Self>)> {
        let (element, len) = input.list_begin()?;
        let mut items = Vec::new();
        read_elements(input, element.is_container() && len > 0, |input| {
            read_vec(input, len, &mut items, |input, items| {
                items.push(Self::decode(input, element)?);
                Ok(())
            })
        })?;
        input.list_end()?;
        Ok((element, items))
    }

    fn decode_map<'de, P: InputProtocol<'de>>(input: &mut P) -> Result<Vec<(Self, Self)>> {
        let mut entries = Vec::new();
        if let Some((key, value, len)) = input.map_begin()? {
            read_elements(input, key.is_container() || value.is_container(), |input| {
                read_vec(input, len, &mut entries, |input, entries| {
                    let key = Self::decode(input, key)?;
                    entries.push((key, Self::decode(input, value)?));
                    Ok(())
                })
            })?;
        }
        input.map_end()?;
        Ok(entries)
    }
}

fn encode_map<P: OutputProtocol>(entries: &[(Value, Value)], out: &mut P) {
    // An empty map's types have no meaning, but the wire may want a valid one.
    let types = entries.first().map(|(key, value)| (key.wire_type(), value.wire_type()));
    let (key_type, value_type) = types.unwrap_or((WireType::Bool, WireType::Bool));
    out.map_begin(key_type, value_type, entries.len());
    out.level(!entries.is_empty() && (key_type.nests() || value_type.nests()), |out| {
        for (key, value) in entries {
            key.encode_element(key_type, out);
            value.encode_element(value_type, out);
        }
    });
    out.map_end();
}
