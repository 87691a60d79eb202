//! Writes the binary protocol.

use super::{BinaryReader, header};
use crate::error::EncodeError;
use crate::limits::Limits;
use crate::pieces::SHARED_FROM;
use crate::protocol::writer::length;
use crate::protocol::{OutputProtocol, OutputStruct};
use crate::raw::{Reserved, Writer};
use crate::wire::{FieldNames, ProtocolKind, WireType};
use bytes::Bytes;
use uuid::Uuid;

/// The binary protocol as a parameter of [`Writer`](crate::codec::Writer).
#[derive(Clone, Copy, Debug)]
pub enum Binary {}

/// Writes the binary protocol.
pub type BinaryWriter = Writer<Binary>;

impl BinaryWriter {
    /// Writes to the end of `bytes`. Each message is a level of nesting, as the struct that it usually is.
    #[inline]
    pub fn new(bytes: Vec<u8>, limits: &Limits) -> Self {
        Self::in_protocol(bytes, limits)
    }
}

impl OutputProtocol for BinaryWriter {
    const KIND: ProtocolKind = ProtocolKind::Binary;
    type Struct<'a> = Reserved<'a, Binary>;

    #[inline(always)]
    fn struct_begin(&mut self, _: FieldNames, room: usize) -> Reserved<'_, Binary> {
        self.reserve(room)
    }

    #[inline(always)]
    fn bool(&mut self, value: bool) {
        self.put([u8::from(value)]);
    }
    #[inline(always)]
    fn i8(&mut self, value: i8) {
        self.put(value.to_be_bytes());
    }
    #[inline(always)]
    fn i16(&mut self, value: i16) {
        self.put(value.to_be_bytes());
    }
    #[inline(always)]
    fn i32(&mut self, value: i32) {
        self.put(value.to_be_bytes());
    }
    #[inline(always)]
    fn i64(&mut self, value: i64) {
        self.put(value.to_be_bytes());
    }
    #[inline(always)]
    fn double(&mut self, value: f64) {
        self.put(value.to_be_bytes());
    }
    #[inline(always)]
    fn str(&mut self, value: &str) {
        self.bytes(value.as_bytes());
    }
    #[inline(always)]
    fn bytes(&mut self, value: &[u8]) {
        match length(value.len()) {
            Some(len) => self.put_with(len.to_be_bytes(), 4, value),
            None => self.too_long(value.len()),
        }
    }
    #[inline(always)]
    fn shared(&mut self, value: &Bytes) {
        match length(value.len()) {
            Some(len) if value.len() >= SHARED_FROM => {
                self.put(len.to_be_bytes());
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
        match length(len) {
            Some(len) => self.put_prefix(((element as u64) << 56 | u64::from(len) << 24).to_be_bytes(), 5),
            None => self.too_long(len),
        }
    }
    #[inline(always)]
    fn map_begin(&mut self, key: WireType, value: WireType, len: usize) {
        let types = (key as u64) << 56 | (value as u64) << 48;
        match length(len) {
            Some(len) => self.put_prefix((types | u64::from(len) << 16).to_be_bytes(), 6),
            None => self.too_long(len),
        }
    }

    fn bools(&mut self, values: &[bool]) {
        self.put_all(values, |value| [u8::from(value)]);
    }
    fn i8s(&mut self, values: &[i8]) {
        self.put_all(values, i8::to_be_bytes);
    }
    fn i16s(&mut self, values: &[i16]) {
        self.put_all(values, i16::to_be_bytes);
    }
    fn i32s(&mut self, values: &[i32]) {
        self.put_all(values, i32::to_be_bytes);
    }
    fn i64s(&mut self, values: &[i64]) {
        self.put_all(values, i64::to_be_bytes);
    }
    fn doubles(&mut self, values: &[f64]) {
        self.put_all(values, f64::to_be_bytes);
    }

    fn raw(&mut self, ty: WireType, value: &[u8]) {
        let reader = BinaryReader::new(value, &self.raw_limits(ty));
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

/// Header and value of a field are one store or two: integers of 4 and 8 bytes are shifted together, of which a prefix
/// stays.
impl OutputStruct for Reserved<'_, Binary> {
    type Protocol = BinaryWriter;

    #[inline(always)]
    fn bool(&mut self, id: i16, value: bool) {
        self.put((header(WireType::Bool, id) << 8 | u32::from(value)).to_be_bytes(), 4);
    }
    #[inline(always)]
    fn i8(&mut self, id: i16, value: i8) {
        self.put((header(WireType::I8, id) << 8 | u32::from(value as u8)).to_be_bytes(), 4);
    }
    #[inline(always)]
    fn i16(&mut self, id: i16, value: i16) {
        self.put((u64::from(header(WireType::I16, id)) << 40 | u64::from(value as u16) << 24).to_be_bytes(), 5);
    }
    #[inline(always)]
    fn i32(&mut self, id: i16, value: i32) {
        self.put((u64::from(header(WireType::I32, id)) << 40 | u64::from(value as u32) << 8).to_be_bytes(), 7);
    }
    #[inline(always)]
    fn i64(&mut self, id: i16, value: i64) {
        self.put_pair((header(WireType::I64, id) << 8).to_be_bytes(), 3, value.to_be_bytes(), 8);
    }
    #[inline(always)]
    fn double(&mut self, id: i16, value: f64) {
        self.put_pair((header(WireType::Double, id) << 8).to_be_bytes(), 3, value.to_be_bytes(), 8);
    }
    #[inline(always)]
    fn str(&mut self, id: i16, value: &str) {
        self.bytes(id, value.as_bytes());
    }
    #[inline(always)]
    fn bytes(&mut self, id: i16, value: &[u8]) {
        match length(value.len()) {
            Some(len) => {
                let head = u64::from(header(WireType::String, id)) << 40 | u64::from(len) << 8;
                self.put_with(head.to_be_bytes(), 7, value);
            }
            None => self.lend(|out| out.too_long(value.len())),
        }
    }
    #[inline(always)]
    fn uuid(&mut self, id: i16, value: Uuid) {
        self.put_with((header(WireType::Uuid, id) << 8).to_be_bytes(), 3, value.as_bytes());
    }
    #[inline(always)]
    fn nested(&mut self, ty: WireType, id: i16, write: impl FnOnce(&mut BinaryWriter)) {
        self.put((header(ty, id) << 8).to_be_bytes(), 3);
        self.lend(|out| out.level(ty == WireType::Struct, write));
    }
    #[inline(always)]
    fn end(mut self) {
        self.put([0], 1);
        self.done();
    }
}
