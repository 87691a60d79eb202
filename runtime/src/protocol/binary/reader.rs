//! Reads the binary protocol.

use super::header;
use crate::codec::Decode;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::protocol::{InputProtocol, InputState};
use crate::raw;
use crate::wire::{Field, ProtocolKind, WireType};
use bytes::Bytes;
use core::slice;
use uuid::Uuid;

type Result<T> = core::result::Result<T, DecodeError>;

/// Binaries shorter than this are copied out of the frame instead of sharing it.
const SHARED_MIN: usize = 64;

/// Reads the binary protocol from a slice.
#[derive(Clone, Debug)]
pub struct BinaryReader<'de> {
    /// What has not been read: an iterator, since it moves on by one word, and a slice by two.
    rest: slice::Iter<'de, u8>,
    /// How many bytes there were at first.
    len: usize,
    /// How many more levels may nest.
    depth: u32,
    /// How many more bytes of memory may be taken.
    memory: usize,
    limits: Limits,
    frame: Option<&'de Bytes>,
}

impl<'de> BinaryReader<'de> {
    /// Reads from `bytes`.
    pub fn new(bytes: &'de [u8], limits: &Limits) -> Self {
        let Limits { depth, memory_bytes: memory, .. } = *limits;
        Self { rest: bytes.iter(), len: bytes.len(), depth, memory, limits: *limits, frame: None }
    }

    /// Reads from `frame`, of which binaries become slices.
    pub fn from_frame(frame: &'de Bytes, limits: &Limits) -> Self {
        Self { frame: Some(frame), ..Self::new(frame, limits) }
    }

    /// The bytes that have not been read yet.
    #[inline(always)]
    pub fn remaining(&self) -> &'de [u8] {
        self.rest.as_slice()
    }

    /// Reads a value that takes up everything that remains.
    ///
    /// # Errors
    /// When the bytes are no such value, are over the limits, or go on after the value.
    pub fn read_all<T: Decode<'de>>(mut self) -> Result<T> {
        self.check_size()?;
        let value = T::decode(&mut self)?;
        self.check_end()?;
        Ok(value)
    }

    fn check_size(&self) -> Result<()> {
        match self.limits.message_bytes {
            limit if self.len > limit => Err(self.error(DecodeErrorKind::MessageTooLarge { limit })),
            _ => Ok(()),
        }
    }

    /// Checks that nothing follows.
    pub(crate) fn check_end(&self) -> Result<()> {
        match self.rest.len() {
            0 => Ok(()),
            count => Err(self.error(DecodeErrorKind::TrailingBytes { count })),
        }
    }

    /// Reads N bytes.
    #[inline(always)]
    fn get<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.remaining().first_chunk() {
            Some(chunk) => {
                self.advance(N);
                Ok(*chunk)
            }
            None => Err(self.end()),
        }
    }

    /// Reads `n` bytes.
    #[inline(always)]
    fn take(&mut self, n: usize) -> Result<&'de [u8]> {
        match self.remaining().get(..n) {
            Some(taken) => {
                self.advance(n);
                Ok(taken)
            }
            None => Err(self.end()),
        }
    }

    /// Passes over bytes that are known to be there.
    #[inline(always)]
    fn advance(&mut self, n: usize) {
        if let Some(last) = n.checked_sub(1) {
            self.rest.nth(last);
        }
    }

    /// The next four bytes, if the first three are this field's header. A struct ends in a stop byte, so that there are
    /// four unless the message is cut off.
    #[inline(always)]
    fn peek_header(&self, ty: WireType, id: i16) -> Option<[u8; 4]> {
        self.remaining().first_chunk().filter(|bytes| u32::from_be_bytes(**bytes) >> 8 == header(ty, id)).copied()
    }

    /// Reads a field of eight bytes, if it comes next.
    #[inline(always)]
    fn try_long(&mut self, ty: WireType, id: i16) -> Option<[u8; 8]> {
        let [h0, h1, h2, v0, v1, v2, v3, v4, v5, v6, v7, _stop] = *self.remaining().first_chunk()?;
        if u32::from_be_bytes([h0, h1, h2, v0]) >> 8 != header(ty, id) {
            return None;
        }
        self.advance(11);
        Some([v0, v1, v2, v3, v4, v5, v6, v7])
    }

    /// Reads the field `id`, whose value `value` makes of its four bytes.
    #[inline(always)]
    fn try_i32_field(&mut self, id: i16) -> Option<i32> {
        let word = u64::from_be_bytes(*self.remaining().first_chunk()?);
        if (word >> 40) as u32 != header(WireType::I32, id) {
            return None;
        }
        self.advance(7);
        Some((word >> 8) as i32)
    }

    /// A length or count on the wire, of things of at least `min` bytes, which must be there.
    #[inline(always)]
    fn count(&self, len: [u8; 4], min: usize) -> Result<usize> {
        let len = u32::from_be_bytes(len);
        // A negative count is over 2 GiB as an unsigned one.
        match (len as usize).checked_mul(min) {
            Some(bytes) if bytes <= self.rest.len() && len <= i32::MAX as u32 => Ok(len as usize),
            _ => Err(self.bad_count(len, min)),
        }
    }

    #[cold]
    #[inline(never)]
    fn bad_count(&self, len: u32, min: usize) -> DecodeError {
        let limit = self.limits.message_bytes;
        self.error(match i32::try_from(len) {
            Err(_) => DecodeErrorKind::NegativeSize(len as i32),
            Ok(_) if (len as usize).saturating_mul(min).saturating_add(self.offset()) > limit => {
                DecodeErrorKind::MessageTooLarge { limit }
            }
            Ok(_) => DecodeErrorKind::UnexpectedEnd,
        })
    }

    #[inline(always)]
    fn wire_type(&self, code: u8) -> Result<WireType> {
        match WireType::from_binary(code) {
            Some(ty) => Ok(ty),
            None => Err(self.error(DecodeErrorKind::UnknownType(code))),
        }
    }

    #[cold]
    #[inline(never)]
    fn end(&self) -> DecodeError {
        self.error(DecodeErrorKind::UnexpectedEnd)
    }

    /// Reads fixed-size numbers.
    #[inline(always)]
    fn chunks<T, const N: usize>(&mut self, len: usize, convert: impl Fn([u8; N]) -> T) -> Result<Vec<T>> {
        let Some(size) = len.checked_mul(N) else { return Err(self.end()) };
        let (chunks, _) = self.take(size)?.as_chunks();
        Ok(chunks.iter().map(|chunk| convert(*chunk)).collect())
    }

    /// These bytes, which are part of the input, as a value of their own.
    fn share(&self, bytes: &'de [u8]) -> Bytes {
        match self.frame {
            Some(frame) if bytes.len() >= SHARED_MIN => frame.slice_ref(bytes),
            _ => Bytes::copy_from_slice(bytes),
        }
    }

    pub(super) fn skip_value(&mut self, ty: WireType) -> Result<()> {
        match ty {
            WireType::String => self.bytes().map(drop),
            WireType::Struct => {
                self.struct_begin()?;
                while let Some(field) = self.field_begin(&mut ())? {
                    self.skip_value(field.ty)?;
                }
                Ok(())
            }
            WireType::List | WireType::Set => {
                let (element, len) = self.list_begin()?;
                match fixed_size(element) {
                    Some(size) => self.take(len * size).map(drop),
                    None => {
                        self.skip_elements(element.is_container() && len > 0, len, |input| input.skip_value(element))
                    }
                }
            }
            WireType::Map => match self.map_begin()? {
                None => Ok(()),
                Some((key, value, len)) => {
                    self.skip_elements(key.is_container() || value.is_container(), len, |input| {
                        input.skip_value(key)?;
                        input.skip_value(value)
                    })
                }
            },
            _ => self.take(min_size(ty)).map(drop),
        }
    }

    fn skip_elements(&mut self, nested: bool, len: usize, skip: impl Fn(&mut Self) -> Result<()>) -> Result<()> {
        if nested {
            self.enter()?;
        }
        for _ in 0..len {
            skip(self)?;
        }
        if nested {
            self.leave();
        }
        Ok(())
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

/// The number of bytes that each value of this type takes, where it is fixed.
const fn fixed_size(ty: WireType) -> Option<usize> {
    match ty {
        WireType::String | WireType::Struct | WireType::List | WireType::Set | WireType::Map => None,
        _ => Some(min_size(ty)),
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
    #[inline(always)]
    fn bytes(&mut self) -> Result<&'de [u8]> {
        let len = self.get()?;
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
        Ok((element, self.count(len, min_size(element))?))
    }
    #[inline(always)]
    fn map_begin(&mut self) -> Result<Option<(WireType, WireType, usize)>> {
        let [key, value, len @ ..] = self.get::<6>()?;
        if len == [0; 4] {
            return Ok(None);
        }
        let (key, value) = (self.wire_type(key)?, self.wire_type(value)?);
        Ok(Some((key, value, self.count(len, min_size(key) + min_size(value))?)))
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

    #[inline(never)]
    fn skip(&mut self, field: Field) -> Result<()> {
        self.skip_value(field.ty)
    }
    fn capture(&mut self, field: Field) -> Result<Bytes> {
        let start = self.remaining();
        self.skip(field)?;
        let len = start.len() - self.rest.len();
        Ok(self.share(start.get(..len).unwrap_or_default()))
    }

    #[inline(always)]
    fn charge(&mut self, count: usize, size: usize) -> Result<()> {
        match self.memory.checked_sub(count.saturating_mul(size)) {
            Some(memory) => {
                self.memory = memory;
                Ok(())
            }
            None => Err(self.error(DecodeErrorKind::Memory { limit: self.limits.memory_bytes })),
        }
    }
    #[inline(always)]
    fn enter(&mut self) -> Result<()> {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                Ok(())
            }
            None => Err(self.error(DecodeErrorKind::Depth { limit: self.limits.depth })),
        }
    }
    #[inline(always)]
    fn leave(&mut self) {
        self.depth = self.depth.wrapping_add(1);
    }
    #[inline(always)]
    fn offset(&self) -> usize {
        self.len - self.rest.len()
    }
}
