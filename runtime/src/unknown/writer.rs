//! Writes unknown fields among those that the IDL knows.

use super::{UnknownField, UnknownFields};
use crate::codec::Encode;
use crate::protocol::OutputProtocol;
use crate::structs::StructWriter;
use core::slice;

/// A struct that keeps the fields which its IDL does not know.
pub trait KeepUnknown: Encode {
    /// Those that are kept.
    fn unknown(&self) -> &UnknownFields;
    /// Hands over all others, in ascending order of their ids.
    fn fields<W: WriteFields>(&self, s: &mut W);
}

/// What a struct hands its fields to.
pub trait WriteFields {
    /// Writes a field.
    fn field<T: Encode + ?Sized>(&mut self, id: i16, value: &T);
    /// Writes a field if there is a value.
    fn optional<T: Encode>(&mut self, id: i16, value: &Option<T>);
}

/// Writes a struct, whose fields of fixed size take about `room` bytes. Usually nothing is kept: then it is written as any
/// other.
#[inline(always)]
pub fn encode_keeping<T: KeepUnknown, P: OutputProtocol>(value: &T, out: &mut P, room: usize) {
    let mut fields = StructWriter::new(out, T::FIELDS, room);
    if value.unknown().is_empty() {
        value.fields(&mut fields);
        fields.end();
    } else {
        merge(value, fields);
    }
}

#[cold]
#[inline(never)]
fn merge<T: KeepUnknown, P: OutputProtocol>(value: &T, fields: StructWriter<'_, P>) {
    let mut merged = Merged { fields, unknown: value.unknown().iter() };
    value.fields(&mut merged);
    merged.unknown_before(None);
    merged.fields.end();
}

impl<P: OutputProtocol> WriteFields for StructWriter<'_, P> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<T: Encode + ?Sized>(&mut self, id: i16, value: &T) {
        self.field(id, value);
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<T: Encode>(&mut self, id: i16, value: &Option<T>) {
        self.optional(id, value);
    }
}

/// Writes each unknown field before the next one of a higher id. Its methods are calls, of which all structs share one for
/// each type.
struct Merged<'a, 'u, P: OutputProtocol + 'a> {
    fields: StructWriter<'a, P>,
    unknown: slice::Iter<'u, UnknownField>,
}

impl<P: OutputProtocol> Merged<'_, '_, P> {
    /// Writes those that come before the field with this id, or before the end.
    #[inline(never)]
    fn unknown_before(&mut self, id: Option<i16>) {
        let is_next = |field: &&UnknownField| id.is_none_or(|id| field.id() < id);
        while let Some(field) = self.unknown.as_slice().first().filter(is_next) {
            self.fields.unknown(field);
            self.unknown.next();
        }
    }
}

impl<P: OutputProtocol> WriteFields for Merged<'_, '_, P> {
    #[inline(never)]
    fn field<T: Encode + ?Sized>(&mut self, id: i16, value: &T) {
        self.unknown_before(Some(id));
        self.fields.field(id, value);
    }
    #[inline(never)]
    fn optional<T: Encode>(&mut self, id: i16, value: &Option<T>) {
        if let Some(value) = value {
            self.field(id, value);
        }
    }
}
