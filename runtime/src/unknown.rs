//! A field that the IDL at hand does not know, kept so that it is not lost.

use crate::error::{DecodeError, EncodeError};
use crate::protocol::{InputProtocol, OutputProtocol, OutputStruct};
use crate::structs::StructWriter;
use crate::value::Value;
use crate::wire::{Field, ProtocolKind, WireType};
use bytes::Bytes;

/// A union's field that the IDL does not know, as it came. It is written back byte by byte in the protocol that it was
/// read in, and value by value in another one; from JSON only when it holds no string or binary, which look alike there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownField {
    id: i16,
    ty: WireType,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Content {
    /// No field.
    Nothing,
    /// A bool has a form of its own in each protocol.
    Bool(bool),
    Encoded(ProtocolKind, Bytes),
}

impl UnknownField {
    /// No field: what a union that has not been read yet starts from. Nothing is written for it.
    pub fn empty() -> Self {
        Self { id: 0, ty: WireType::Bool, content: Content::Nothing }
    }

    /// The field's id; 0 when there is [no field](Self::empty).
    pub fn id(&self) -> i16 {
        self.id
    }

    /// The type of its value; `None` when there is [no field](Self::empty).
    pub fn wire_type(&self) -> Option<WireType> {
        (self.content != Content::Nothing).then_some(self.ty)
    }

    pub(crate) fn decode<'de, P: InputProtocol<'de>>(input: &mut P, field: Field) -> Result<Self, DecodeError> {
        let content = match field.ty {
            WireType::Bool => Content::Bool(input.field_bool(field)?),
            _ => Content::Encoded(P::KIND, input.capture(field)?),
        };
        Ok(Self { id: field.id, ty: field.ty, content })
    }

    pub(crate) fn encode_into<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>) {
        match &self.content {
            Content::Nothing => {}
            Content::Bool(value) => s.fields.bool(self.id, *value),
            Content::Encoded(kind, bytes) if *kind == P::KIND => {
                s.nested(self.ty, self.id, |out| out.raw(self.ty, bytes))
            }
            Content::Encoded(kind, bytes) => {
                s.nested(self.ty, self.id, |out| match Value::from_encoded(*kind, self.ty, bytes) {
                    Some(value) => value.encode(out),
                    None => out.fail(EncodeError::UnknownField { id: self.id }),
                })
            }
        }
    }
}
