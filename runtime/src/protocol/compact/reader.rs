//! Reads the compact protocol.

use super::Compact;
use super::varint::{self, Bad, gather, unzigzag, unzigzag32};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::protocol::reader::{Layout, Reader};
use crate::protocol::{InputProtocol, InputState};
use crate::raw;
use crate::wire::{Field, ProtocolKind, WireType};
use bytes::Bytes;
use uuid::Uuid;

type Result<T> = core::result::Result<T, DecodeError>;

/// Reads the compact protocol from a slice.
pub type CompactReader<'de> = Reader<'de, Compact>;

/// The id of a struct's last field, shifted by four: with the short header that comes next, a byte of difference and type,
/// it adds up to id and type.
#[derive(Clone, Copy, Debug)]
pub struct Last(i32);

impl Last {
    fn new(id: i16) -> Self {
        Self(i32::from(id) << 4)
    }
}

impl<'de> CompactReader<'de> {
    /// Whether `byte` is the header of the field `id`, in its short form, with the type `code`. Ids are tried in ascending
    /// order, so that a stop and a long form, which add nothing or less than a step to the last id, match no id but that.
    #[inline(always)]
    fn is_header(last: Last, byte: u8, code: u8, id: i16) -> bool {
        id > 0 && last.0 + i32::from(byte) == i32::from(id) << 4 | i32::from(code)
    }

    /// Reads a varint of at most so many bits.
    #[inline(always)]
    fn varint<const BITS: u32>(&mut self) -> Result<u64> {
        match self.peek().and_then(gather::<BITS>) {
            Some((value, len)) => {
                self.advance(len);
                Ok(value)
            }
            None => self.slow_varint::<BITS>(0),
        }
    }

    /// At the end of the message, for what takes more than eight bytes, and for errors; `before` bytes are passed over
    /// first.
    #[cold]
    #[inline(never)]
    fn slow_varint<const BITS: u32>(&mut self, before: usize) -> Result<u64> {
        self.advance(before);
        match varint::read::<BITS>(self.remaining()) {
            Ok((value, len)) => {
                self.advance(len);
                Ok(value)
            }
            Err(Bad::End) => Err(self.end()),
            Err(Bad::TooLong) => Err(self.error(DecodeErrorKind::InvalidVarint)),
        }
    }

    #[inline(always)]
    fn varint32(&mut self) -> Result<u32> {
        self.varint::<32>().map(|value| value as u32)
    }

    /// Reads the varint of the field `id`, if it comes next.
    #[inline(always)]
    fn try_varint<const BITS: u32>(&mut self, last: &mut Last, ty: WireType, id: i16) -> Result<Option<u64>> {
        let Some([header]) = self.peek() else { return Ok(None) };
        if !Self::is_header(*last, header, ty.to_compact(), id) {
            return Ok(None);
        }
        *last = Last::new(id);
        match self.peek().and_then(|[_, value @ ..]: [u8; 9]| gather::<BITS>(value)) {
            Some((value, len)) => {
                self.advance(1 + len);
                Ok(Some(value))
            }
            // One way only off the fast path: else the place in the message would be read from memory after each field.
            None => self.slow_varint::<BITS>(1).map(Some),
        }
    }

    #[inline(always)]
    fn wire_type(&self, code: u8) -> Result<WireType> {
        match WireType::from_compact(code) {
            Some(ty) => Ok(ty),
            None => Err(self.error(DecodeErrorKind::UnknownType(code))),
        }
    }

    /// Reads the id of a field after `header`.
    #[inline(always)]
    fn id(&mut self, header: u8, last: Last) -> Result<i16> {
        let id = match header >> 4 {
            0 => unzigzag32(self.varint32()?),
            delta => (last.0 >> 4) + i32::from(delta),
        };
        i16::try_from(id).map_err(|_| self.error(DecodeErrorKind::InvalidFieldId))
    }

    /// Reads elements of variable length, of at most so many bits; in memory they may be larger than in the message.
    #[inline(always)]
    fn varints<const BITS: u32, T: Copy + Default>(
        &mut self,
        len: usize,
        convert: impl Fn(u64) -> T,
    ) -> Result<Vec<T>> {
        self.charge(len, size_of::<T>())?;
        let mut items = vec![T::default(); len];
        let mut slots = items.iter_mut();
        while !slots.as_slice().is_empty() {
            let passed = varint::gather_all::<BITS, _>(self.remaining(), &mut slots, &convert);
            self.advance(passed);
            // What it stopped at is long, wrong, or near the end of the message.
            if let Some(slot) = slots.next() {
                *slot = convert(self.varint::<BITS>()?);
            }
        }
        Ok(items)
    }
}

/// The least number of bytes that a value of this type takes.
const fn min_size(ty: WireType) -> usize {
    match ty {
        WireType::Double => 8,
        WireType::Uuid => 16,
        _ => 1,
    }
}

impl Layout for Compact {
    fn min_size(ty: WireType) -> usize {
        min_size(ty)
    }
    fn fixed_size(ty: WireType) -> Option<usize> {
        matches!(ty, WireType::I8 | WireType::Double | WireType::Uuid).then_some(min_size(ty))
    }
}

impl InputState for CompactReader<'_> {
    type Struct = Last;
}

impl<'de> InputProtocol<'de> for CompactReader<'de> {
    const KIND: ProtocolKind = ProtocolKind::Compact;
    const FAST: bool = true;

    #[inline(always)]
    fn struct_begin(&mut self) -> Result<Last> {
        self.enter()?;
        Ok(Last(0))
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
    fn field_begin(&mut self, last: &mut Last) -> Result<Option<Field>> {
        let [header] = self.get()?;
        let code = header & 0x0f;
        if code == 0 {
            self.leave();
            return Ok(None);
        }
        let ty = self.wire_type(code)?;
        let id = self.id(header, *last)?;
        *last = Last::new(id);
        Ok(Some(Field { id, ty, flag: code == 1 }))
    }

    #[inline(always)]
    fn try_field(&mut self, last: &mut Last, ty: WireType, id: i16) -> bool {
        let Some([header]) = self.peek() else { return false };
        let found = Self::is_header(*last, header, ty.to_compact(), id);
        if found {
            *last = Last::new(id);
            self.advance(1);
        }
        found
    }
    #[inline(always)]
    fn try_bool(&mut self, last: &mut Last, id: i16) -> Result<Option<bool>> {
        let Some([header]) = self.peek() else { return Ok(None) };
        let code = last.0 + i32::from(header) - (i32::from(id) << 4);
        if id <= 0 || !(1..=2).contains(&code) {
            return Ok(None);
        }
        *last = Last::new(id);
        self.advance(1);
        Ok(Some(code == 1))
    }
    #[inline(always)]
    fn try_i8(&mut self, last: &mut Last, id: i16) -> Result<Option<i8>> {
        if self.try_field(last, WireType::I8, id) { self.i8().map(Some) } else { Ok(None) }
    }
    #[inline(always)]
    fn try_i16(&mut self, last: &mut Last, id: i16) -> Result<Option<i16>> {
        if self.try_field(last, WireType::I16, id) { self.i16().map(Some) } else { Ok(None) }
    }
    #[inline(always)]
    fn try_i32(&mut self, last: &mut Last, id: i16) -> Result<Option<i32>> {
        Ok(self.try_varint::<32>(last, WireType::I32, id)?.map(|value| unzigzag32(value as u32)))
    }
    #[inline(always)]
    fn try_i64(&mut self, last: &mut Last, id: i16) -> Result<Option<i64>> {
        Ok(self.try_varint::<64>(last, WireType::I64, id)?.map(unzigzag))
    }
    #[inline(always)]
    fn try_double(&mut self, last: &mut Last, id: i16) -> Result<Option<f64>> {
        if self.try_field(last, WireType::Double, id) { self.double().map(Some) } else { Ok(None) }
    }

    #[inline(always)]
    fn field_bool(&mut self, field: Field) -> Result<bool> {
        Ok(field.flag)
    }
    /// 0 is what some writers send for false.
    #[inline(always)]
    fn bool(&mut self) -> Result<bool> {
        match self.get()? {
            [1] => Ok(true),
            [0 | 2] => Ok(false),
            [other] => Err(self.error(DecodeErrorKind::InvalidBool(other))),
        }
    }
    #[inline(always)]
    fn i8(&mut self) -> Result<i8> {
        self.get().map(i8::from_be_bytes)
    }
    #[inline(always)]
    fn i16(&mut self) -> Result<i16> {
        self.varint::<16>().map(|value| unzigzag(value) as i16)
    }
    #[inline(always)]
    fn i32(&mut self) -> Result<i32> {
        self.varint32().map(unzigzag32)
    }
    #[inline(always)]
    fn i64(&mut self) -> Result<i64> {
        self.varint::<64>().map(unzigzag)
    }
    #[inline(always)]
    fn double(&mut self) -> Result<f64> {
        self.get().map(f64::from_le_bytes)
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
        let len = match self.peek() {
            Some([len @ 0..0x80]) => {
                self.advance(1);
                len.into()
            }
            _ => self.varint32()?,
        };
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
        let [header] = self.get()?;
        let (len, code) = match header >> 4 {
            15 => (self.varint32()?, header & 0x0f),
            len => (len.into(), header & 0x0f),
        };
        // Some writers leave the element type of an empty list out.
        let element = if code == 0 && len == 0 { WireType::Bool } else { self.wire_type(code)? };
        Ok((element, self.count(len, min_size(element))?))
    }
    #[inline(always)]
    fn map_begin(&mut self) -> Result<Option<(WireType, WireType, usize)>> {
        let len = self.varint32()?;
        if len == 0 {
            return Ok(None);
        }
        let [types] = self.get()?;
        let (key, value) = (self.wire_type(types >> 4)?, self.wire_type(types & 0x0f)?);
        Ok(Some((key, value, self.count(len, min_size(key) + min_size(value))?)))
    }

    fn bools(&mut self, len: usize) -> Result<Vec<bool>> {
        let bytes = self.take(len)?;
        match bytes.iter().find(|byte| **byte > 2) {
            Some(other) => Err(self.error(DecodeErrorKind::InvalidBool(*other))),
            None => Ok(bytes.iter().map(|byte| *byte == 1).collect()),
        }
    }
    fn i8s(&mut self, len: usize) -> Result<Vec<i8>> {
        self.chunks(len, i8::from_be_bytes)
    }
    fn i16s(&mut self, len: usize) -> Result<Vec<i16>> {
        self.varints::<16, _>(len, |value| unzigzag(value) as i16)
    }
    fn i32s(&mut self, len: usize) -> Result<Vec<i32>> {
        self.varints::<32, _>(len, |value| unzigzag32(value as u32))
    }
    fn i64s(&mut self, len: usize) -> Result<Vec<i64>> {
        self.varints::<64, _>(len, unzigzag)
    }
    fn doubles(&mut self, len: usize) -> Result<Vec<f64>> {
        self.chunks(len, f64::from_le_bytes)
    }

    #[inline(always)]
    fn skip(&mut self, field: Field) -> Result<()> {
        // A bool is in the header.
        if field.ty == WireType::Bool { Ok(()) } else { self.skip_value(field.ty) }
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
