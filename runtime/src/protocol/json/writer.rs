//! Writes the JSON protocol.

use super::text::{double, quote};
use super::{Json, JsonReader, Place, tag};
use crate::error::EncodeError;
use crate::limits::Limits;
use crate::protocol::writer::length;
use crate::protocol::{OutputProtocol, OutputStruct};
use crate::raw::Writer;
use crate::wire::{ProtocolKind, WireType};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use core::fmt;
use std::io::Write;
use uuid::Uuid;

/// Writes the JSON protocol.
#[derive(Debug)]
pub struct JsonWriter {
    text: Writer<Json>,
    place: Place,
    /// The places of the containers around the one that is being written.
    around: Vec<Place>,
}

impl JsonWriter {
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

    pub(super) fn without_level(&mut self) {
        self.text.without_level();
    }

    /// Writes what stands before a value; whether it is a key.
    fn before(&mut self) -> bool {
        let is_key = self.place.is_key();
        let (separator, next) = self.place.step();
        self.buffer().extend(separator);
        self.place = next;
        is_key
    }

    /// Writes what stands before a struct or container.
    fn before_nested(&mut self, ty: WireType) {
        if self.before() {
            self.text.keep(EncodeError::JsonKey { ty });
        }
    }

    fn put(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a vector does not fail.
        let _ = self.buffer().write_fmt(text);
    }

    fn number(&mut self, number: impl fmt::Display) {
        if self.before() {
            self.put(format_args!("\"{number}\""));
        } else {
            self.put(format_args!("{number}"));
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

impl OutputProtocol for JsonWriter {
    const KIND: ProtocolKind = ProtocolKind::Json;
    type Struct<'a> = JsonStruct<'a>;

    fn struct_begin(&mut self, _: usize) -> JsonStruct<'_> {
        self.before_nested(WireType::Struct);
        self.buffer().push(b'{');
        JsonStruct { around: self.place, is_first: true, out: self }
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
        let text = double(value);
        if self.before() || !value.is_finite() {
            self.put(format_args!("\"{text}\""));
        } else {
            self.put(format_args!("{text}"));
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
        let text = STANDARD.encode(value);
        self.put(format_args!("\"{text}\""));
    }
    fn untyped(&mut self, value: &[u8]) {
        match core::str::from_utf8(value) {
            Ok(text) => self.str(text),
            Err(_) => self.bytes(value),
        }
    }
    fn uuid(&mut self, value: Uuid) {
        self.before();
        self.put(format_args!("\"{value}\""));
    }

    fn list_begin(&mut self, element: WireType, len: usize) {
        self.before_nested(WireType::List);
        let len = self.checked(len);
        self.put(format_args!("[\"{}\",{len}", tag(element)));
        self.open(Place::Element);
    }
    fn list_end(&mut self) {
        self.buffer().push(b']');
        self.close();
    }
    fn map_begin(&mut self, key: WireType, value: WireType, len: usize) {
        self.before_nested(WireType::Map);
        let len = self.checked(len);
        self.put(format_args!("[\"{}\",\"{}\",{len},{{", tag(key), tag(value)));
        self.open(Place::FirstKey);
    }
    fn map_end(&mut self) {
        self.buffer().extend_from_slice(b"}]");
        self.close();
    }

    fn raw(&mut self, ty: WireType, value: &[u8]) {
        self.before();
        let look = JsonReader::new(value, &self.text.raw_limits(ty)).skips(ty);
        self.text.put_raw(value, look);
    }

    fn enter(&mut self) -> bool {
        self.text.descend()
    }
    fn leave(&mut self) {
        self.text.ascend();
    }
    fn fail(&mut self, error: EncodeError) {
        self.text.keep(error);
    }
}

/// Writes the fields of one struct.
#[derive(Debug)]
pub struct JsonStruct<'a> {
    out: &'a mut JsonWriter,
    /// Where the struct stands.
    around: Place,
    is_first: bool,
}

impl JsonStruct<'_> {
    fn field(&mut self, ty: WireType, id: i16, write: impl FnOnce(&mut JsonWriter)) {
        let comma = if core::mem::take(&mut self.is_first) { "" } else { "," };
        self.out.put(format_args!("{comma}\"{id}\":{{\"{}\":", tag(ty)));
        self.out.place = Place::Alone;
        write(self.out);
        self.out.buffer().push(b'}');
    }
}

impl OutputStruct for JsonStruct<'_> {
    type Protocol = JsonWriter;

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
    fn nested(&mut self, ty: WireType, id: i16, write: impl FnOnce(&mut JsonWriter)) {
        self.field(ty, id, |out| out.level(ty == WireType::Struct, write));
    }
    fn end(self) {
        self.out.buffer().push(b'}');
        self.out.place = self.around;
    }
}
