//! Writes unknown fields among those that the IDL knows.

use super::{UnknownField, UnknownFields};
use crate::codec::Encode;
use crate::protocol::OutputProtocol;
use crate::structs::StructWriter;
use core::slice;

impl<'a, P: OutputProtocol> StructWriter<'a, P> {
    /// Writes these fields among the others, each before the next one of a higher id.
    #[inline(always)]
    pub fn keeping<'u>(self, unknown: &'u UnknownFields) -> KeepingWriter<'a, 'u, P> {
        KeepingWriter { fields: self, unknown: unknown.iter() }
    }
}

/// Writes the fields of one struct, and among them those that were kept because the IDL does not know them.
#[must_use = "a struct is complete only after `end`"]
pub struct KeepingWriter<'a, 'u, P: OutputProtocol + 'a> {
    fields: StructWriter<'a, P>,
    unknown: slice::Iter<'u, UnknownField>,
}

impl<P: OutputProtocol> KeepingWriter<'_, '_, P> {
    /// Writes a field, and before it those that belong there.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn field<T: Encode + ?Sized>(&mut self, id: i16, value: &T) {
        if self.unknown.as_slice().first().is_some_and(|unknown| unknown.id() < id) {
            self.unknown_before(id);
        }
        self.fields.field(id, value);
    }

    /// Writes a field if there is a value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn optional<T: Encode>(&mut self, id: i16, value: &Option<T>) {
        if let Some(value) = value {
            self.field(id, value);
        }
    }

    #[cold]
    #[inline(never)]
    fn unknown_before(&mut self, id: i16) {
        while let Some(field) = self.unknown.as_slice().first().filter(|field| field.id() < id) {
            field.encode_into(&mut self.fields);
            self.unknown.next();
        }
    }

    /// Writes the unknown fields that are left, and ends the struct.
    #[inline(always)]
    pub fn end(mut self) {
        for field in self.unknown {
            self.fields.unknown(field);
        }
        self.fields.end();
    }
}
