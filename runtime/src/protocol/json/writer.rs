//! Writes JSON: Apache's protocol, and by another [`Form`] simple JSON.

use super::text::{double, quote};
use super::{Json, JsonReader, Place, tag};
use crate::codec::Encode;
use crate::error::{DecodeError, EncodeError};
use crate::limits::Limits;
use crate::protocol::writer::length;
use crate::protocol::{OutputProtocol, OutputStruct};
use crate::raw::Writer;
use crate::wire::{FieldNames, ProtocolKind, WireType};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use core::fmt;
use std::borrow::Cow;
use std::io::Write;
use uuid::Uuid;

/// Writes the JSON protocol.
pub type JsonWriter = TextWriter<Json>;

/// What a form of JSON has of its own: all that is not an object, an array, a string or a number.
pub trait Form: Sized + 'static {
    /// Which protocol this is.
    const KIND: ProtocolKind;
    /// Writes what stands before the value of a field, behind the comma.
    fn field_begin(text: &mut Vec<u8>, fields: FieldNames, ty: WireType, id: i16);
    /// Writes what stands after the value of a field.
    fn field_end(text: &mut Vec<u8>);
    /// Writes what stands before the elements of a list or set; where the first of them stands.
    fn list_begin(text: &mut Vec<u8>, element: WireType, len: usize) -> Place;
    /// Writes what stands before the entries of a map; where the first key stands.
    fn map_begin(text: &mut Vec<u8>, key: WireType, value: WireType, len: usize) -> Place;
    /// Writes what stands after the entries of a map.
    fn map_end(text: &mut Vec<u8>, place: Place);
    /// The digits of a double, or the name of what is no number.
    fn double(value: f64) -> Cow<'static, str>;
    /// Whether a value that is already encoded can be written within these limits.
    fn check(ty: WireType, value: &[u8], limits: &Limits) -> Result<(), DecodeError>;
}

impl Form for Json {
    const KIND: ProtocolKind = ProtocolKind::Json;

    fn field_begin(text: &mut Vec<u8>, _: FieldNames, ty: WireType, id: i16) {
        put(text, format_args!("\"{id}\":{{\"{}\":", tag(ty)));
    }
    fn field_end(text: &mut Vec<u8>) {
        text.push(b'}');
    }
    fn list_begin(text: &mut Vec<u8>, element: WireType, len: usize) -> Place {
        put(text, format_args!("[\"{}\",{len}", tag(element)));
        Place::Element
    }
    fn map_begin(text: &mut Vec<u8>, key: WireType, value: WireType, len: usize) -> Place {
        put(text, format_args!("[\"{}\",\"{}\",{len},{{", tag(key), tag(value)));
        Place::FirstKey
    }
    fn map_end(text: &mut Vec<u8>, _: Place) {
        text.extend_from_slice(b"}]");
    }
    fn double(value: f64) -> Cow<'static, str> {
        double(value)
    }
    fn check(ty: WireType, value: &[u8], limits: &Limits) -> Result<(), DecodeError> {
        JsonReader::new(value, limits).skips(ty)
    }
}

/// Writes JSON in one of its forms.
#[derive(Debug)]
pub struct TextWriter<F> {
    pub(crate) text: Writer<F>,
    place: Place,
    /// The places of the containers around the one that is being written.
    around: Vec<Place>,
}

impl<F: Form> TextWriter<F> {
    /// Writes to the end of `bytes`. Each message is a level of nesting, as the struct that it usually is.
    pub fn new(bytes: Vec<u8>, limits: &Limits) -> Self {
        Self { text: Writer::in_protocol(bytes, limits), place: Place::Alone, around: Vec::new() }
    }

    /// The buffer: what was in it before, and what has been written.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        self.text.buffer()
    }

    /// Ends the message and returns the buffer.
    ///
    /// # Errors
    /// The first error that happened while the message was written, or that it is over the limit of its size.
    pub fn finish(self) -> Result<Vec<u8>, EncodeError> {
        self.text.finish()
    }

    /// Ends the message and begins the next one in the same buffer. On an error the message is taken out of the buffer.
    ///
    /// # Errors
    /// As for [`finish`](Self::finish).
    pub fn finish_message(&mut self) -> Result<(), EncodeError> {
        (self.place, self.around) = (Place::Alone, Vec::new());
        self.text.finish_message()
    }

    /// Encodes a value to the end of `bytes`.
    pub(crate) fn append<T: Encode + ?Sized>(
        value: &T,
        bytes: Vec<u8>,
        limits: &Limits,
    ) -> Result<Vec<u8>, EncodeError> {
        let mut out = Self::new(bytes, limits);
        if T::TYPE != WireType::Struct {
            out.text.without_level();
        }
        value.encode(&mut out);
        out.finish()
    }

    /// Writes what stands before a value; whether it is a key.
    fn before(&mut self) -> bool {
        let is_key = self.place.is_key();
        let (separator, next) = self.place.step();
        self.buffer().extend_from_slice(separator.as_bytes());
        self.place = next;
        is_key
    }

    /// Writes what stands before a struct or container.
    fn before_nested(&mut self, ty: WireType) {
        if self.before() {
            self.text.keep(EncodeError::JsonKey { ty });
        }
    }

    fn number(&mut self, number: impl fmt::Display) {
        if self.before() {
            put(self.buffer(), format_args!("\"{number}\""));
        } else {
            put(self.buffer(), format_args!("{number}"));
        }
    }

    fn checked(&mut self, len: usize) -> usize {
        if length(len).is_none() {
            self.text.too_long(len);
        }
        len
    }

    fn open(&mut self, inside: Place) {
        self.around.push(self.place);
        self.place = inside;
    }

    fn close(&mut self) {
        self.place = self.around.pop().unwrap_or(Place::Alone);
    }
}

impl<F: Form> OutputProtocol for TextWriter<F> {
    const KIND: ProtocolKind = F::KIND;
    type Struct<'a> = TextStruct<'a, F>;

    fn struct_begin(&mut self, fields: FieldNames, _: usize) -> TextStruct<'_, F> {
        self.before_nested(WireType::Struct);
        self.buffer().push(b'{');
        TextStruct { around: self.place, is_first: true, fields, out: self }
    }

    fn bool(&mut self, value: bool) {
        self.number(u8::from(value));
    }
    fn i8(&mut self, value: i8) {
        self.number(value);
    }
    fn i16(&mut self, value: i16) {
        self.number(value);
    }
    fn i32(&mut self, value: i32) {
        self.number(value);
    }
    fn i64(&mut self, value: i64) {
        self.number(value);
    }
    fn double(&mut self, value: f64) {
        let text = F::double(value);
        if self.before() || !value.is_finite() {
            put(self.buffer(), format_args!("\"{text}\""));
        } else {
            put(self.buffer(), format_args!("{text}"));
        }
    }
    fn str(&mut self, value: &str) {
        self.before();
        self.checked(value.len());
        quote(value, self.buffer());
    }
    fn bytes(&mut self, value: &[u8]) {
        self.before();
        self.checked(value.len());
        put(self.buffer(), format_args!("\"{}\"", STANDARD.encode(value)));
    }
    fn untyped(&mut self, value: &[u8]) {
        match core::str::from_utf8(value) {
            Ok(text) => self.str(text),
            Err(_) => self.bytes(value),
        }
    }
    fn uuid(&mut self, value: Uuid) {
        self.before();
        put(self.buffer(), format_args!("\"{value}\""));
    }

    fn list_begin(&mut self, element: WireType, len: usize) {
        self.before_nested(WireType::List);
        let len = self.checked(len);
        let first = F::list_begin(self.buffer(), element, len);
        self.open(first);
    }
    fn list_end(&mut self) {
        self.buffer().push(b']');
        self.close();
    }
    fn map_begin(&mut self, key: WireType, value: WireType, len: usize) {
        self.before_nested(WireType::Map);
        let len = self.checked(len);
        let first = F::map_begin(self.buffer(), key, value, len);
        self.open(first);
    }
    fn map_end(&mut self) {
        let place = self.place;
        F::map_end(self.buffer(), place);
        self.close();
    }

    fn raw(&mut self, ty: WireType, value: &[u8]) {
        self.before();
        let look = F::check(ty, value, &self.text.raw_limits(ty));
        self.text.put_raw(value, look);
    }
    fn raw_limits(&self, ty: WireType) -> Limits {
        self.text.raw_limits(ty)
    }

    fn enter(&mut self) -> bool {
        self.text.descend()
    }
    fn leave(&mut self) {
        self.text.ascend();
    }
    fn too_deep(&mut self) {
        self.text.too_deep();
    }
    fn fail(&mut self, error: EncodeError) {
        self.text.keep(error);
    }
}

/// Writes the fields of one struct.
#[derive(Debug)]
pub struct TextStruct<'a, F> {
    out: &'a mut TextWriter<F>,
    fields: FieldNames,
    /// Where the struct stands.
    around: Place,
    is_first: bool,
}

impl<F: Form> TextStruct<'_, F> {
    fn field(&mut self, ty: WireType, id: i16, write: impl FnOnce(&mut TextWriter<F>)) {
        if !core::mem::take(&mut self.is_first) {
            self.out.buffer().push(b',');
        }
        F::field_begin(self.out.buffer(), self.fields, ty, id);
        self.out.place = Place::Alone;
        write(self.out);
        F::field_end(self.out.buffer());
    }
}

impl<F: Form> OutputStruct for TextStruct<'_, F> {
    type Protocol = TextWriter<F>;

    fn bool(&mut self, id: i16, value: bool) {
        self.field(WireType::Bool, id, |out| out.bool(value));
    }
    fn i8(&mut self, id: i16, value: i8) {
        self.field(WireType::I8, id, |out| out.i8(value));
    }
    fn i16(&mut self, id: i16, value: i16) {
        self.field(WireType::I16, id, |out| out.i16(value));
    }
    fn i32(&mut self, id: i16, value: i32) {
        self.field(WireType::I32, id, |out| out.i32(value));
    }
    fn i64(&mut self, id: i16, value: i64) {
        self.field(WireType::I64, id, |out| out.i64(value));
    }
    fn double(&mut self, id: i16, value: f64) {
        self.field(WireType::Double, id, |out| out.double(value));
    }
    fn str(&mut self, id: i16, value: &str) {
        self.field(WireType::String, id, |out| out.str(value));
    }
    fn bytes(&mut self, id: i16, value: &[u8]) {
        self.field(WireType::String, id, |out| out.bytes(value));
    }
    fn uuid(&mut self, id: i16, value: Uuid) {
        self.field(WireType::Uuid, id, |out| out.uuid(value));
    }
    fn nested(&mut self, ty: WireType, id: i16, write: impl FnOnce(&mut TextWriter<F>)) {
        self.field(ty, id, |out| out.level(ty == WireType::Struct, write));
    }
    fn end(self) {
        self.out.buffer().push(b'}');
        self.out.place = self.around;
    }
}

/// Writing to a vector does not fail.
pub(crate) fn put(text: &mut Vec<u8>, arguments: fmt::Arguments<'_>) {
    let _ = text.write_fmt(arguments);
}
