//! Fields that the IDL at hand does not know, kept so that they are not lost.

mod writer;

pub use writer::{KeepUnknown, WriteFields, encode_keeping};

use crate::codec::push_charged;
use crate::error::{DecodeError, DecodeErrorKind, EncodeError};
use crate::limits::Limits;
use crate::protocol::{InputProtocol, OutputProtocol, OutputStruct};
use crate::structs::StructWriter;
use crate::value::Value;
use crate::wire::{Field, ProtocolKind, WireType};
use bytes::Bytes;
use core::fmt;
use core::slice;

/// A field that the IDL does not know, as it came: of a union, or of a struct that keeps them ([`UnknownFields`]).
///
/// It is written back byte by byte in the protocol that it was read in (but for what some write in JSON that it does not
/// have: control characters become escapes, and `nan` gets its quotes), and value by value in another one. Strings and
/// binaries are the same in all but JSON: there a binary that is text becomes a string; and from there a string is taken for
/// a string, so that a binary goes on as its base64.
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

    /// Its value; `None` when there is [no field](Self::empty), or when the value is over the limits by default.
    pub fn value(&self) -> Option<Value> {
        match &self.content {
            Content::Nothing => None,
            Content::Bool(value) => Some(Value::Bool(*value)),
            Content::Encoded(kind, bytes) => Value::from_encoded(*kind, self.ty, bytes, &Limits::default())?.ok(),
        }
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
            Content::Encoded(kind, bytes) => s.nested(self.ty, self.id, |out| self.carry(*kind, bytes, out)),
        }
    }

    /// Writes the value in another protocol, within the limits of the message that is written.
    fn carry<P: OutputProtocol>(&self, kind: ProtocolKind, bytes: &Bytes, out: &mut P) {
        match Value::from_encoded(kind, self.ty, bytes, &out.raw_limits(self.ty)) {
            Some(Ok(value)) => value.encode(out),
            Some(Err(error)) if matches!(error.kind(), DecodeErrorKind::Depth { .. }) => out.too_deep(),
            Some(Err(_)) | None => out.fail(EncodeError::UnknownField { id: self.id }),
        }
    }
}

/// The fields of a struct that the IDL does not know, or has with another type, in the order in which they came.
///
/// A struct has them where the generator's option `keep_unknown` asks for it. They are written back among the fields that the
/// IDL knows, by their ids: the bytes of a message are the same again if its writer wrote the fields in the order of their ids,
/// as all do, and had no other choices.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownFields {
    /// One word, because every struct has it and most keep nothing. Never an empty list.
    #[expect(clippy::box_collection, reason = "it is one word")]
    kept: Option<Box<Vec<UnknownField>>>,
}

impl UnknownFields {
    /// None.
    pub const fn new() -> Self {
        Self { kept: None }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_none()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Each, in the order in which they came.
    #[inline]
    pub fn iter(&self) -> slice::Iter<'_, UnknownField> {
        self.as_slice().iter()
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.kept = None;
    }

    #[inline]
    fn as_slice(&self) -> &[UnknownField] {
        self.kept.as_ref().map_or(&[], |kept| kept)
    }

    /// Keeps one more.
    #[inline(never)]
    pub(crate) fn decode<'de, P: InputProtocol<'de>>(
        &mut self,
        input: &mut P,
        field: Field,
    ) -> Result<(), DecodeError> {
        let field = UnknownField::decode(input, field)?;
        if let Some(kept) = &mut self.kept {
            return push_charged(input, kept, 1, field);
        }
        input.charge(1, size_of::<Vec<UnknownField>>())?;
        let mut kept = Vec::new();
        push_charged(input, &mut kept, 1, field)?;
        self.kept = Some(Box::new(kept));
        Ok(())
    }
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<'a> IntoIterator for &'a UnknownFields {
    type Item = &'a UnknownField;
    type IntoIter = slice::Iter<'a, UnknownField>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// For those of one value to be given to another, for instance.
impl FromIterator<UnknownField> for UnknownFields {
    fn from_iter<I: IntoIterator<Item = UnknownField>>(fields: I) -> Self {
        let kept: Vec<UnknownField> = fields.into_iter().collect();
        Self { kept: (!kept.is_empty()).then(|| Box::new(kept)) }
    }
}
