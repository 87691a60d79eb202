//! Writes the compact protocol.

use super::CompactReader;
use super::varint::{spread, unsigned, zigzag, zigzag32};
use crate::error::EncodeError;
use crate::limits::Limits;
use crate::pieces::SHARED_FROM;
use crate::protocol::writer::length;
use crate::protocol::{OutputProtocol, OutputStruct};
use crate::raw::{Reserved, Writer};
use crate::wire::{FieldNames, ProtocolKind, WireType};
use bytes::Bytes;
use uuid::Uuid;

/// The compact protocol as a parameter of [`Writer`](crate::codec::Writer).
#[derive(Clone, Copy, Debug)]
pub enum Compact {}

/// Writes the compact protocol.
pub type CompactWriter = Writer<Compact>;

impl CompactWriter {
    /// Writes to the end of `bytes`. Each message is a level of nesting, as the struct that it usually is.
    #[inline]
    pub fn new(bytes: Vec<u8>, limits: &Limits) -> Self {
        Self::in_protocol(bytes, limits)
    }

    #[inline(always)]
    fn varint(&mut self, value: u64) {
        match spread(value) {
            Some((bytes, len)) => self.put_prefix(bytes.to_le_bytes(), len),
            None => self.long_varint(value),
        }
    }

    #[inline(never)]
    fn long_varint(&mut self, value: u64) {
        let (bytes, len) = unsigned(value);
        self.put_prefix(bytes, len);
    }
}

impl OutputProtocol for CompactWriter {
    const KIND: ProtocolKind = ProtocolKind::Compact;
    type Struct<'a> = CompactStruct<'a>;

    #[inline(always)]
    fn struct_begin(&mut self, _: FieldNames, room: usize) -> CompactStruct<'_> {
        CompactStruct { reserved: self.reserve(room), last: 0 }
    }

    #[inline(always)]
    fn bool(&mut self, value: bool) {
        self.put([bool_code(value)]);
    }
    #[inline(always)]
    fn i8(&mut self, value: i8) {
        self.put(value.to_be_bytes());
    }
    #[inline(always)]
    fn i16(&mut self, value: i16) {
        self.varint(zigzag32(value.into()));
    }
    #[inline(always)]
    fn i32(&mut self, value: i32) {
        self.varint(zigzag32(value));
    }
    #[inline(always)]
    fn i64(&mut self, value: i64) {
        self.varint(zigzag(value));
    }
    #[inline(always)]
    fn double(&mut self, value: f64) {
        self.put(value.to_le_bytes());
    }
    #[inline(always)]
    fn str(&mut self, value: &str) {
        self.bytes(value.as_bytes());
    }
    #[inline(always)]
    fn bytes(&mut self, value: &[u8]) {
        match length(value.len()) {
            Some(len @ 0..0x80) => self.put_with([len as u8], 1, value),
            Some(len) => {
                let (bytes, n) = spread32(len);
                self.put_with(bytes.to_le_bytes(), n, value);
            }
            None => self.too_long(value.len()),
        }
    }
    #[inline(always)]
    fn shared(&mut self, value: &Bytes) {
        match length(value.len()) {
            Some(len) if value.len() >= SHARED_FROM => {
                self.varint(len.into());
                self.put_shared(value);
            }
            _ => self.bytes(value),
        }
    }
    #[inline(always)]
    fn uuid(&mut self, value: Uuid) {
        self.put(value.into_bytes());
    }

    #[inline(always)]
    fn list_begin(&mut self, element: WireType, len: usize) {
        let code = element.to_compact();
        match length(len) {
            Some(len @ 0..15) => self.put([(len as u8) << 4 | code]),
            Some(len) => {
                let (bytes, n) = spread32(len);
                self.put_prefix((bytes << 8 | 0xf0 | u64::from(code)).to_le_bytes(), n + 1);
            }
            None => self.too_long(len),
        }
    }
    #[inline(always)]
    fn map_begin(&mut self, key: WireType, value: WireType, len: usize) {
        match length(len) {
            Some(0) => self.put([0]),
            Some(len) => {
                let (bytes, n) = spread32(len);
                let types = u64::from(key.to_compact() << 4 | value.to_compact());
                self.put_prefix((bytes | types << (8 * n)).to_le_bytes(), n + 1);
            }
            None => self.too_long(len),
        }
    }

    fn bools(&mut self, values: &[bool]) {
        self.put_all(values, |value| [bool_code(value)]);
    }
    fn i8s(&mut self, values: &[i8]) {
        self.put_all(values, i8::to_be_bytes);
    }
    fn i32s(&mut self, values: &[i32]) {
        // One check for many: the longest form of each takes less than 8 bytes.
        for chunk in values.chunks(64) {
            let mut reserved = self.reserve(64 * 8);
            for value in chunk {
                let (bytes, len) = spread32(zigzag32(*value) as u32);
                reserved.put(bytes.to_le_bytes(), len);
            }
            reserved.done();
        }
    }
    fn i64s(&mut self, values: &[i64]) {
        for chunk in values.chunks(64) {
            let mut reserved = self.reserve(64 * 8);
            for value in chunk {
                match spread(zigzag(*value)) {
                    Some((bytes, len)) => reserved.put(bytes.to_le_bytes(), len),
                    None => reserved.lend(|out| out.long_varint(zigzag(*value))),
                }
            }
            reserved.done();
        }
    }
    fn doubles(&mut self, values: &[f64]) {
        self.put_all(values, f64::to_le_bytes);
    }

    fn raw(&mut self, ty: WireType, value: &[u8]) {
        let reader = CompactReader::new(value, &self.raw_limits(ty));
        self.put_raw(value, reader.skips(ty));
    }
    fn raw_limits(&self, ty: WireType) -> Limits {
        Writer::raw_limits(self, ty)
    }

    #[inline(always)]
    fn enter(&mut self) -> bool {
        self.descend()
    }
    #[inline(always)]
    fn leave(&mut self) {
        self.ascend();
    }
    fn too_deep(&mut self) {
        Writer::too_deep(self);
    }
    fn fail(&mut self, error: EncodeError) {
        self.keep(error);
    }
}

/// Writes the fields of one struct: a header holds the difference to the id before.
#[derive(Debug)]
pub struct CompactStruct<'a> {
    reserved: Reserved<'a, Compact>,
    last: i16,
}

/// A field's header: its bytes, little endian, and how many they are. The short form is one byte.
type Header = (u32, usize);

impl CompactStruct<'_> {
    #[inline(always)]
    fn header(&mut self, code: u8, id: i16) -> Header {
        let delta = i32::from(id) - i32::from(self.last);
        self.last = id;
        if (1..=15).contains(&delta) { ((delta as u32) << 4 | u32::from(code), 1) } else { long_header(code, id) }
    }

    #[inline(always)]
    fn put_header(&mut self, code: u8, id: i16) {
        match self.header(code, id) {
            (header, 1) => self.reserved.put([header as u8], 1),
            (header, len) => self.reserved.put(header.to_le_bytes(), len),
        }
    }

    /// Header and value in two stores, where the header is short and the value has at most 56 bits.
    #[inline(always)]
    fn varint(&mut self, code: u8, id: i16, value: u64) {
        let header = self.header(code, id);
        match (header, spread(value)) {
            ((header, 1), Some((bytes, len))) => {
                self.reserved.put_pair([header as u8], 1, bytes.to_le_bytes(), len);
            }
            _ => self.reserved.lend(|out| long_field(out, header, value)),
        }
    }
}

#[inline(never)]
fn long_field(out: &mut CompactWriter, (header, len): Header, value: u64) {
    out.put_prefix(header.to_le_bytes(), len);
    out.varint(value);
}

/// The long form: the type, then the id as a varint.
#[cold]
#[inline(never)]
fn long_header(code: u8, id: i16) -> Header {
    let (bytes, len) = spread32(zigzag32(id.into()) as u32);
    ((bytes as u32) << 8 | u32::from(code), len + 1)
}

/// A varint of 32 bits, which takes at most 5 bytes.
#[inline(always)]
fn spread32(value: u32) -> (u64, usize) {
    spread(value.into()).unwrap_or_default()
}

#[inline(always)]
fn bool_code(value: bool) -> u8 {
    2 - u8::from(value)
}

impl OutputStruct for CompactStruct<'_> {
    type Protocol = CompactWriter;

    #[inline(always)]
    fn bool(&mut self, id: i16, value: bool) {
        self.put_header(bool_code(value), id);
    }
    #[inline(always)]
    fn i8(&mut self, id: i16, value: i8) {
        match self.header(WireType::I8.to_compact(), id) {
            (header, 1) => self.reserved.put([header as u8, value as u8], 2),
            (header, len) => self.reserved.put_with(header.to_le_bytes(), len, &[value as u8]),
        }
    }
    #[inline(always)]
    fn i16(&mut self, id: i16, value: i16) {
        self.varint(WireType::I16.to_compact(), id, zigzag32(value.into()));
    }
    #[inline(always)]
    fn i32(&mut self, id: i16, value: i32) {
        self.varint(WireType::I32.to_compact(), id, zigzag32(value));
    }
    #[inline(always)]
    fn i64(&mut self, id: i16, value: i64) {
        self.varint(WireType::I64.to_compact(), id, zigzag(value));
    }
    #[inline(always)]
    fn double(&mut self, id: i16, value: f64) {
        let bytes = value.to_le_bytes();
        match self.header(WireType::Double.to_compact(), id) {
            (header, 1) => self.reserved.put_pair([header as u8], 1, bytes, 8),
            (header, len) => self.reserved.put_with(header.to_le_bytes(), len, &bytes),
        }
    }
    #[inline(always)]
    fn str(&mut self, id: i16, value: &str) {
        self.bytes(id, value.as_bytes());
    }
    #[inline(always)]
    fn bytes(&mut self, id: i16, value: &[u8]) {
        match self.header(WireType::String.to_compact(), id) {
            (header, 1) if value.len() < 0x80 => {
                self.reserved.put_with([header as u8, value.len() as u8], 2, value);
            }
            (header, len) => self.reserved.lend(|out| {
                out.put_prefix(header.to_le_bytes(), len);
                out.bytes(value);
            }),
        }
    }
    #[inline(always)]
    fn uuid(&mut self, id: i16, value: Uuid) {
        let (header, len) = self.header(WireType::Uuid.to_compact(), id);
        self.reserved.put_with(header.to_le_bytes(), len, value.as_bytes());
    }
    #[inline(always)]
    fn nested(&mut self, ty: WireType, id: i16, write: impl FnOnce(&mut CompactWriter)) {
        self.put_header(ty.to_compact(), id);
        self.reserved.lend(|out| out.level(ty == WireType::Struct, write));
    }
    #[inline(always)]
    fn end(mut self) {
        self.reserved.put([0], 1);
        self.reserved.done();
    }
}
