//! Reads the binary protocol.

use super::{Binary, header};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::protocol::reader::{Layout, Reader};
use crate::protocol::{InputProtocol, InputState};
use crate::raw;
use crate::wire::{Field, ProtocolKind, WireType};
use bytes::Bytes;
use uuid::Uuid;

type Result<T> = core::result::Result<T, DecodeError>;

/// Reads the binary protocol from a slice.
pub type BinaryReader<'de> = Reader<'de, Binary>;

impl BinaryReader<'_> {
    /// The next four bytes, if the first three are this field's header. A struct ends in a stop byte, so that there are
    /// four unless the message is cut off.
    #[inline(always)]
    fn peek_header(&self, ty: WireType, id: i16) -> Option<[u8; 4]> {
        self.peek().filter(|bytes| is_header(u32::from_le_bytes(*bytes), ty, id))
    }

    /// Reads a field of eight bytes, if it comes next.
    #[inline(always)]
    fn try_long(&mut self, ty: WireType, id: i16) -> Option<[u8; 8]> {
        // Two loads, of the header and of the value: from an array of all twelve bytes it would become three.
        let bytes: &[u8; 12] = self.remaining().first_chunk()?;
        let start = u32::from_le_bytes(*bytes.first_chunk()?);
        if !is_header(start, ty, id) {
            return None;
        }
        self.advance(11);
        bytes.get(3..)?.first_chunk().copied()
    }

    /// Reads a field of four bytes, if it comes next.
    #[inline(always)]
    fn try_i32_field(&mut self, id: i16) -> Option<i32> {
        let word = u64::from_le_bytes(self.peek()?);
        if !is_header(word as u32, WireType::I32, id) {
            return None;
        }
        self.advance(7);
        Some(((word >> 24) as i32).swap_bytes())
    }

    #[inline(always)]
    fn wire_type(&self, code: u8) -> Result<WireType> {
        match WireType::from_binary(code) {
            Some(ty) => Ok(ty),
            None => Err(self.error(DecodeErrorKind::UnknownType(code))),
        }
    }
}

/// Whether the lowest three bytes of a word in the order of memory, little endian, are this field's header.
#[inline(always)]
fn is_header(word: u32, ty: WireType, id: i16) -> bool {
    word & 0x00ff_ffff == (header(ty, id) << 8).swap_bytes()
}

impl Layout for Binary {
    fn min_size(ty: WireType) -> usize {
        min_size(ty)
    }
    fn fixed_size(ty: WireType) -> Option<usize> {
        match ty {
            WireType::String | WireType::Struct | WireType::List | WireType::Set | WireType::Map => None,
            _ => Some(min_size(ty)),
        }
    }
}

/// The least number of bytes that a value of this type takes.
const fn min_size(ty: WireType) -> usize {
    match ty {
        WireType::Bool | WireType::I8 | WireType::Struct => 1,
        WireType::I16 => 2,
        WireType::I32 | WireType::String => 4,
        WireType::List | WireType::Set => 5,
        WireType::Map => 6,
        WireType::I64 | WireType::Double => 8,
        WireType::Uuid => 16,
    }
}

impl InputState for BinaryReader<'_> {
    type Struct = ();
}

impl<'de> InputProtocol<'de> for BinaryReader<'de> {
    const KIND: ProtocolKind = ProtocolKind::Binary;
    const FAST: bool = true;

    #[inline(always)]
    fn struct_begin(&mut self) -> Result<()> {
        self.enter()
    }
    #[inline(always)]
    fn try_stop(&mut self) -> bool {
        let found = self.remaining().first() == Some(&0);
        if found {
            self.advance(1);
            self.leave();
        }
        found
    }
    #[inline(always)]
    fn field_begin(&mut self, _: &mut ()) -> Result<Option<Field>> {
        if self.try_stop() {
            return Ok(None);
        }
        let [code] = self.get()?;
        let ty = self.wire_type(code)?;
        Ok(Some(Field { id: self.i16()?, ty, flag: false }))
    }

    #[inline(always)]
    fn try_field(&mut self, _: &mut (), ty: WireType, id: i16) -> bool {
        let found = self.peek_header(ty, id).is_some();
        if found {
            self.advance(3);
        }
        found
    }
    #[inline(always)]
    fn try_bool(&mut self, _: &mut (), id: i16) -> Result<Option<bool>> {
        Ok(self.peek_header(WireType::Bool, id).map(|[_, _, _, value]| {
            self.advance(4);
            value != 0
        }))
    }
    #[inline(always)]
    fn try_i8(&mut self, _: &mut (), id: i16) -> Result<Option<i8>> {
        Ok(self.peek_header(WireType::I8, id).map(|[_, _, _, value]| {
            self.advance(4);
            value as i8
        }))
    }
    #[inline(always)]
    fn try_i16(&mut self, state: &mut (), id: i16) -> Result<Option<i16>> {
        if self.try_field(state, WireType::I16, id) { self.i16().map(Some) } else { Ok(None) }
    }
    #[inline(always)]
    fn try_i32(&mut self, _: &mut (), id: i16) -> Result<Option<i32>> {
        Ok(self.try_i32_field(id))
    }
    #[inline(always)]
    fn try_i64(&mut self, _: &mut (), id: i16) -> Result<Option<i64>> {
        Ok(self.try_long(WireType::I64, id).map(i64::from_be_bytes))
    }
    #[inline(always)]
    fn try_double(&mut self, _: &mut (), id: i16) -> Result<Option<f64>> {
        Ok(self.try_long(WireType::Double, id).map(f64::from_be_bytes))
    }

    #[inline(always)]
    fn field_bool(&mut self, _: Field) -> Result<bool> {
        self.bool()
    }
    #[inline(always)]
    fn bool(&mut self) -> Result<bool> {
        self.get().map(|[value]| value != 0)
    }
    #[inline(always)]
    fn i8(&mut self) -> Result<i8> {
        self.get().map(i8::from_be_bytes)
    }
    #[inline(always)]
    fn i16(&mut self) -> Result<i16> {
        self.get().map(i16::from_be_bytes)
    }
    #[inline(always)]
    fn i32(&mut self) -> Result<i32> {
        self.get().map(i32::from_be_bytes)
    }
    #[inline(always)]
    fn i64(&mut self) -> Result<i64> {
        self.get().map(i64::from_be_bytes)
    }
    #[inline(always)]
    fn double(&mut self) -> Result<f64> {
        self.get().map(f64::from_be_bytes)
    }
    #[inline(always)]
    fn str(&mut self) -> Result<&'de str> {
        let bytes = self.bytes()?;
        match raw::utf8(bytes) {
            Some(text) => Ok(text),
            None => Err(self.error(DecodeErrorKind::InvalidUtf8)),
        }
    }
    // Not inlined: the allocation is most of the cost, and strings are the bulk of generated code.
    #[inline(never)]
    fn string(&mut self) -> Result<String> {
        self.str().map(str::to_owned)
    }
    fn text(&mut self) -> Result<Bytes> {
        let bytes = self.bytes()?;
        Ok(self.share_always(bytes))
    }
    #[inline(always)]
    fn bytes(&mut self) -> Result<&'de [u8]> {
        let len = self.get().map(u32::from_be_bytes)?;
        let len = self.count(len, 1)?;
        self.take(len)
    }
    #[inline(never)]
    fn shared(&mut self) -> Result<Bytes> {
        let bytes = self.bytes()?;
        Ok(self.share(bytes))
    }
    #[inline(always)]
    fn uuid(&mut self) -> Result<Uuid> {
        self.get().map(Uuid::from_bytes)
    }

    #[inline(always)]
    fn list_begin(&mut self) -> Result<(WireType, usize)> {
        let [code, len @ ..] = self.get::<5>()?;
        // Some writers leave the element type of an empty list out.
        let element = if code == 0 && len == [0; 4] { WireType::Bool } else { self.wire_type(code)? };
        Ok((element, self.count(u32::from_be_bytes(len), min_size(element))?))
    }
    #[inline(always)]
    fn map_begin(&mut self) -> Result<Option<(WireType, WireType, usize)>> {
        let [key, value, len @ ..] = self.get::<6>()?;
        if len == [0; 4] {
            return Ok(None);
        }
        let (key, value) = (self.wire_type(key)?, self.wire_type(value)?);
        Ok(Some((key, value, self.count(u32::from_be_bytes(len), min_size(key) + min_size(value))?)))
    }

    fn bools(&mut self, len: usize) -> Result<Vec<bool>> {
        self.chunks(len, |[value]| value != 0)
    }
    fn i8s(&mut self, len: usize) -> Result<Vec<i8>> {
        self.chunks(len, i8::from_be_bytes)
    }
    fn i16s(&mut self, len: usize) -> Result<Vec<i16>> {
        self.chunks(len, i16::from_be_bytes)
    }
    fn i32s(&mut self, len: usize) -> Result<Vec<i32>> {
        self.chunks(len, i32::from_be_bytes)
    }
    fn i64s(&mut self, len: usize) -> Result<Vec<i64>> {
        self.chunks(len, i64::from_be_bytes)
    }
    fn doubles(&mut self, len: usize) -> Result<Vec<f64>> {
        self.chunks(len, f64::from_be_bytes)
    }

    #[inline(always)]
    fn skip(&mut self, field: Field) -> Result<()> {
        self.skip_value(field.ty)
    }
    #[inline(always)]
    fn skip_between(&mut self, state: &mut Self::Struct, after: i32, before: i32) -> Result<()> {
        self.skipped_between(state, after, before)
    }
    fn capture(&mut self, field: Field) -> Result<Bytes> {
        self.captured(field)
    }

    #[inline(always)]
    fn charge(&mut self, count: usize, size: usize) -> Result<()> {
        self.take_memory(count, size)
    }
    #[inline(always)]
    fn enter(&mut self) -> Result<()> {
        self.descend()
    }
    #[inline(always)]
    fn leave(&mut self) {
        self.ascend();
    }
    #[inline(always)]
    fn offset(&self) -> usize {
        self.position()
    }
}
