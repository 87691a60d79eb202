//! Reads the JSON protocol.

use super::text::{end_of_quoted, is_text, number_len, strict, unescape};
use super::{Json, Place, tagged};
use crate::codec::Decode;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::protocol::reader::Reader;
use crate::protocol::skip::skip_nested;
use crate::protocol::{InputProtocol, InputState};
use crate::wire::{Field, ProtocolKind, WireType};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use std::borrow::Cow;
use uuid::Uuid;

type Result<T> = core::result::Result<T, DecodeError>;

/// Python's writers pad, those of C++ and Java do not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The fewest bytes that an element takes: a digit or a pair of quotes, and what stands before it.
const MIN_ELEMENT: usize = 2;

/// The fewest bytes that a map's entry takes: a pair of quotes, a colon and a digit.
const MIN_ENTRY: usize = 4;

/// Reads the JSON protocol from a slice.
#[derive(Clone, Debug)]
pub struct JsonReader<'de> {
    text: Reader<'de, Json>,
    place: Place,
    /// The places of the containers around the one that is being read.
    around: Vec<Place>,
}

/// What is remembered inside of a struct.
#[derive(Clone, Copy, Debug)]
pub struct InStruct {
    /// Where the struct stands.
    around: Place,
    is_first: bool,
}

impl<'de> JsonReader<'de> {
    /// Reads from `bytes`.
    pub fn new(bytes: &'de [u8], limits: &Limits) -> Self {
        Self { text: Reader::new(bytes, limits), place: Place::Alone, around: Vec::new() }
    }

    /// The bytes that have not been read yet.
    pub fn remaining(&self) -> &'de [u8] {
        self.text.remaining()
    }

    /// Reads a value that takes up everything that remains, white space aside.
    ///
    /// # Errors
    /// When the bytes are no such value, are over the limits, or go on after the value.
    pub fn read_all<T: Decode<'de>>(mut self) -> Result<T> {
        self.text.check_length()?;
        let value = T::decode(&mut self)?;
        self.check_end()?;
        Ok(value)
    }

    /// Checks that nothing follows but white space.
    pub(crate) fn check_end(&mut self) -> Result<()> {
        self.skip_white();
        match self.remaining().len() {
            0 => Ok(()),
            count => Err(self.error(DecodeErrorKind::TrailingBytes { count })),
        }
    }

    /// Reads the value at the beginning, and says how many bytes it takes, with the white space behind it.
    pub(super) fn read_first<T: Decode<'de>>(mut self) -> Result<(T, usize)> {
        let value = T::decode(&mut self)?;
        self.skip_white();
        Ok((value, self.offset()))
    }

    /// Whether a value of this type can be passed over.
    pub(super) fn skips(mut self, ty: WireType) -> Result<()> {
        self.skip_value(ty)
    }

    fn skip_white(&mut self) {
        let white = |byte: &&u8| matches!(**byte, b' ' | b'\t' | b'\n' | b'\r');
        let count = self.remaining().iter().take_while(white).count();
        self.text.advance(count);
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Result<u8> {
        self.skip_white();
        self.remaining().first().copied().ok_or_else(|| self.text.end())
    }

    fn token(&mut self, byte: u8) -> Result<()> {
        match self.peek()? {
            found if found == byte => {
                self.text.advance(1);
                Ok(())
            }
            _ => Err(self.invalid()),
        }
    }

    #[cold]
    fn invalid(&self) -> DecodeError {
        self.error(DecodeErrorKind::InvalidJson)
    }

    /// Reads what stands before a value.
    fn before(&mut self) -> Result<()> {
        let (separator, next) = self.place.step();
        separator.bytes().try_for_each(|byte| self.token(byte))?;
        self.place = next;
        Ok(())
    }

    /// Reads what stands between quotes, with its escapes.
    fn quoted(&mut self) -> Result<&'de [u8]> {
        self.token(b'"')?;
        let end = end_of_quoted(self.remaining());
        let quoted = self.text.take(end.ok_or_else(|| self.text.end())?)?;
        self.text.advance(1);
        Ok(quoted)
    }

    fn quoted_text(&mut self) -> Result<Cow<'de, str>> {
        let quoted = self.quoted()?;
        unescape(quoted).ok_or_else(|| self.no_text(quoted))
    }

    #[cold]
    fn no_text(&self, quoted: &[u8]) -> DecodeError {
        let is_utf8 = core::str::from_utf8(quoted).is_ok();
        self.error(if is_utf8 { DecodeErrorKind::InvalidJson } else { DecodeErrorKind::InvalidUtf8 })
    }

    fn tag(&mut self) -> Result<WireType> {
        let tag = self.quoted()?;
        tagged(tag).ok_or_else(|| self.invalid())
    }

    /// Reads a number, which may be in quotes.
    fn number(&mut self) -> Result<&'de str> {
        self.before()?;
        let number = if self.peek()? == b'"' {
            self.quoted()?
        } else {
            match number_len(self.remaining()) {
                0 => return Err(self.invalid()),
                len => self.text.take(len)?,
            }
        };
        core::str::from_utf8(number).map_err(|_| self.invalid())
    }

    /// What was read is no number; at the end of the input it may become one.
    #[cold]
    fn no_number(&self) -> DecodeError {
        if self.remaining().is_empty() { self.text.end() } else { self.invalid() }
    }

    fn integer<T: TryFrom<i64>>(&mut self) -> Result<T> {
        let number: Option<i64> = self.number()?.parse().ok();
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| self.no_number())
    }

    fn open(&mut self, inside: Place) {
        self.around.push(self.place);
        self.place = inside;
    }

    fn close(&mut self) {
        self.place = self.around.pop().unwrap_or(Place::Alone);
    }

    /// Reads the number of elements of at least `min` bytes each.
    fn count(&mut self, min: usize) -> Result<usize> {
        self.place = Place::Alone;
        let count: i64 = self.integer()?;
        match u32::try_from(count) {
            Ok(count) => self.text.count(count, min),
            Err(_) => Err(match i32::try_from(count) {
                Ok(count) => self.error(DecodeErrorKind::NegativeSize(count)),
                Err(_) => self.invalid(),
            }),
        }
    }

    /// Passes over a value, which must be one that can be read.
    fn skip_value(&mut self, ty: WireType) -> Result<()> {
        match ty {
            WireType::Bool => self.bool().map(drop),
            WireType::I8 => self.i8().map(drop),
            WireType::I16 => self.i16().map(drop),
            WireType::I32 => self.i32().map(drop),
            WireType::I64 => self.i64().map(drop),
            WireType::Double => self.double().map(drop),
            WireType::String => {
                self.before()?;
                let quoted = self.quoted()?;
                if is_text(quoted) { Ok(()) } else { Err(self.no_text(quoted)) }
            }
            WireType::Uuid => self.uuid().map(drop),
            WireType::Struct | WireType::List | WireType::Set | WireType::Map => {
                skip_nested(self, ty, |_, _, _| Ok(false), Self::skip_value)
            }
        }
    }
}

impl InputState for JsonReader<'_> {
    type Struct = InStruct;
}

impl<'de> InputProtocol<'de> for JsonReader<'de> {
    const KIND: ProtocolKind = ProtocolKind::Json;
    const FAST: bool = false;

    fn struct_begin(&mut self) -> Result<InStruct> {
        self.enter()?;
        self.before()?;
        self.token(b'{')?;
        Ok(InStruct { around: self.place, is_first: true })
    }
    fn try_stop(&mut self) -> bool {
        false
    }
    fn field_begin(&mut self, state: &mut InStruct) -> Result<Option<Field>> {
        if self.peek()? == b'}' {
            self.text.advance(1);
            self.place = state.around;
            self.leave();
            return Ok(None);
        }
        if !core::mem::take(&mut state.is_first) {
            self.token(b',')?;
        }
        let id = core::str::from_utf8(self.quoted()?).ok().and_then(|id| id.parse().ok());
        let id = id.ok_or_else(|| self.error(DecodeErrorKind::InvalidFieldId))?;
        self.token(b':')?;
        self.token(b'{')?;
        let ty = self.tag()?;
        self.token(b':')?;
        self.place = Place::Alone;
        Ok(Some(Field { id, ty, flag: false }))
    }
    fn field_end(&mut self) -> Result<()> {
        self.token(b'}')
    }

    fn try_field(&mut self, _: &mut InStruct, _: WireType, _: i16) -> bool {
        false
    }
    fn try_bool(&mut self, _: &mut InStruct, _: i16) -> Result<Option<bool>> {
        Ok(None)
    }
    fn try_i8(&mut self, _: &mut InStruct, _: i16) -> Result<Option<i8>> {
        Ok(None)
    }
    fn try_i16(&mut self, _: &mut InStruct, _: i16) -> Result<Option<i16>> {
        Ok(None)
    }
    fn try_i32(&mut self, _: &mut InStruct, _: i16) -> Result<Option<i32>> {
        Ok(None)
    }
    fn try_i64(&mut self, _: &mut InStruct, _: i16) -> Result<Option<i64>> {
        Ok(None)
    }
    fn try_double(&mut self, _: &mut InStruct, _: i16) -> Result<Option<f64>> {
        Ok(None)
    }

    fn field_bool(&mut self, _: Field) -> Result<bool> {
        self.bool()
    }
    fn bool(&mut self) -> Result<bool> {
        match self.number()? {
            "1" => Ok(true),
            "0" => Ok(false),
            _ => Err(self.no_number()),
        }
    }
    fn i8(&mut self) -> Result<i8> {
        self.integer()
    }
    fn i16(&mut self) -> Result<i16> {
        self.integer()
    }
    fn i32(&mut self) -> Result<i32> {
        self.integer()
    }
    fn i64(&mut self) -> Result<i64> {
        self.integer()
    }
    // Rust's parser takes the names of NaN and the infinities, in any case and cut to `inf`, as Python writes them.
    fn double(&mut self) -> Result<f64> {
        let value: f64 = self.number()?.parse().map_err(|_| self.no_number())?;
        // A sign before it, which that parser takes too, would not be written again.
        Ok(if value.is_nan() { f64::NAN } else { value })
    }
    fn str(&mut self) -> Result<&'de str> {
        self.before()?;
        match self.quoted_text()? {
            Cow::Borrowed(text) => Ok(text),
            Cow::Owned(_) => Err(self.error(DecodeErrorKind::NotBorrowed)),
        }
    }
    fn string(&mut self) -> Result<String> {
        self.before()?;
        self.quoted_text().map(Cow::into_owned)
    }
    fn bytes(&mut self) -> Result<&'de [u8]> {
        self.before()?;
        match self.quoted()? {
            [] => Ok(&[]),
            _ => Err(self.error(DecodeErrorKind::NotBorrowed)),
        }
    }
    fn byte_vec(&mut self) -> Result<Vec<u8>> {
        self.before()?;
        let text = self.quoted_text()?;
        BASE64.decode(text.as_bytes()).map_err(|_| self.invalid())
    }
    // As `text`.
    fn shared(&mut self) -> Result<Bytes> {
        self.byte_vec().map(|bytes| Bytes::from(bytes.into_boxed_slice()))
    }
    /// The text as it is.
    fn untyped(&mut self) -> Result<Bytes> {
        self.text()
    }
    fn uuid(&mut self) -> Result<Uuid> {
        self.before()?;
        Uuid::try_parse_ascii(self.quoted()?).map_err(|_| self.invalid())
    }

    fn list_begin(&mut self) -> Result<(WireType, usize)> {
        self.before()?;
        self.token(b'[')?;
        let element = self.tag()?;
        self.token(b',')?;
        let around = self.place;
        let len = self.count(MIN_ELEMENT)?;
        self.place = around;
        self.open(Place::Element);
        Ok((element, len))
    }
    fn list_end(&mut self) -> Result<()> {
        self.close();
        self.token(b']')
    }
    fn map_begin(&mut self) -> Result<Option<(WireType, WireType, usize)>> {
        self.before()?;
        self.token(b'[')?;
        let key = self.tag()?;
        self.token(b',')?;
        let value = self.tag()?;
        self.token(b',')?;
        let around = self.place;
        let len = self.count(MIN_ENTRY)?;
        self.token(b',')?;
        self.token(b'{')?;
        self.place = around;
        self.open(Place::FirstKey);
        Ok((len > 0).then_some((key, value, len)))
    }
    fn map_end(&mut self) -> Result<()> {
        self.close();
        self.token(b'}')?;
        self.token(b']')
    }

    fn skip(&mut self, field: Field) -> Result<()> {
        self.skip_value(field.ty)
    }
    fn capture(&mut self, field: Field) -> Result<Bytes> {
        let start = self.remaining();
        self.skip(field)?;
        let len = start.len() - self.remaining().len();
        let value = start.get(..len).unwrap_or_default();
        // It is written again as it is, so it must be JSON by the letter.
        let mut len = 0;
        strict(value, |piece| len += piece.len());
        if len == value.len() {
            return Ok(self.text.share(value));
        }
        self.charge(len, 1)?;
        let mut bytes = Vec::with_capacity(len);
        strict(value, |piece| bytes.extend_from_slice(piece));
        Ok(bytes.into())
    }

    fn charge(&mut self, count: usize, size: usize) -> Result<()> {
        self.text.take_memory(count, size)
    }
    fn enter(&mut self) -> Result<()> {
        self.text.descend()
    }
    fn leave(&mut self) {
        self.text.ascend();
    }
    fn offset(&self) -> usize {
        self.text.position()
    }
}
