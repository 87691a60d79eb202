//! What a protocol can do: the traits that `Encode` and `Decode` are written against.
//!
//! They hide how values look in bytes, so that the same generated code speaks every protocol.

pub mod binary;
pub mod compact;
mod file;
#[cfg(feature = "json")]
pub mod json;
mod reader;
#[cfg(feature = "json")]
pub mod simple_json;
mod skip;
mod writer;

pub use file::{FileError, FileProtocol, FileReader, FileWriter};
pub use reader::{Layout, Reader};

use crate::error::{DecodeError, DecodeErrorKind, EncodeError};
use crate::limits::Limits;
use crate::pieces::SHARED_FROM;
use crate::wire::{Field, FieldNames, ProtocolKind, WireType};
use bytes::Bytes;
use uuid::Uuid;

type Result<T> = core::result::Result<T, DecodeError>;

/// Writes values in one protocol.
///
/// No method fails: the first error (nesting too deep, a string too long) is kept until the end.
pub trait OutputProtocol: Sized {
    /// Which protocol this is.
    const KIND: ProtocolKind;
    /// Writes the fields of one struct.
    type Struct<'a>: OutputStruct<Protocol = Self>
    where
        Self: 'a;

    /// Begins a struct with these fields, of which those of fixed size need about `room` bytes.
    fn struct_begin(&mut self, fields: FieldNames, room: usize) -> Self::Struct<'_>;

    /// Writes a bool that is an element, key or value.
    fn bool(&mut self, value: bool);
    /// Writes an i8.
    fn i8(&mut self, value: i8);
    /// Writes an i16.
    fn i16(&mut self, value: i16);
    /// Writes an i32.
    fn i32(&mut self, value: i32);
    /// Writes an i64.
    fn i64(&mut self, value: i64);
    /// Writes a double.
    fn double(&mut self, value: f64);
    /// Writes a string.
    fn str(&mut self, value: &str);
    /// Writes a binary.
    fn bytes(&mut self, value: &[u8]);
    /// Writes a binary that may be shared, where that spares a copy.
    #[inline(always)]
    fn shared(&mut self, value: &Bytes) {
        self.bytes(value);
    }
    /// Writes what may be a string or a binary; where they differ, a string if it is text.
    fn untyped(&mut self, value: &[u8]) {
        self.bytes(value);
    }
    /// Writes a uuid.
    fn uuid(&mut self, value: Uuid);

    /// Begins a list or set of `len` elements.
    fn list_begin(&mut self, element: WireType, len: usize);
    /// Ends a list or set.
    #[inline(always)]
    fn list_end(&mut self) {}
    /// Begins a map of `len` entries: key, value, key, value…
    fn map_begin(&mut self, key: WireType, value: WireType, len: usize);
    /// Ends a map.
    #[inline(always)]
    fn map_end(&mut self) {}

    /// Writes elements of a list.
    fn bools(&mut self, values: &[bool]) {
        values.iter().for_each(|value| self.bool(*value));
    }
    /// Writes elements of a list.
    fn i8s(&mut self, values: &[i8]) {
        values.iter().for_each(|value| self.i8(*value));
    }
    /// Writes elements of a list.
    fn i16s(&mut self, values: &[i16]) {
        values.iter().for_each(|value| self.i16(*value));
    }
    /// Writes elements of a list.
    fn i32s(&mut self, values: &[i32]) {
        values.iter().for_each(|value| self.i32(*value));
    }
    /// Writes elements of a list.
    fn i64s(&mut self, values: &[i64]) {
        values.iter().for_each(|value| self.i64(*value));
    }
    /// Writes elements of a list.
    fn doubles(&mut self, values: &[f64]) {
        values.iter().for_each(|value| self.double(*value));
    }

    /// Writes a value of this type that is already encoded in this protocol, as what [`nested`](OutputStruct::nested)
    /// writes, unless it nests too deep.
    fn raw(&mut self, ty: WireType, value: &[u8]);
    /// The limits for a look at such a value: of the depth, what is left.
    fn raw_limits(&self, ty: WireType) -> Limits;

    /// Lets `write` write what is in a value, one level deeper if this counts as a level. When that would be too deep it is
    /// not called, so that writing comes to an end.
    #[inline(always)]
    fn level(&mut self, counts: bool, write: impl FnOnce(&mut Self)) {
        if !counts {
            write(self);
        } else if self.enter() {
            write(self);
            self.leave();
        }
    }
    /// Goes one level deeper; false when that is over the limit, which is then the error that is kept.
    fn enter(&mut self) -> bool;
    /// Comes back from a level.
    fn leave(&mut self);
    /// Keeps the error that values nest too deep.
    fn too_deep(&mut self);
    /// Keeps this error, unless there is one already.
    fn fail(&mut self, error: EncodeError);
}

/// Writes the fields of one struct.
pub trait OutputStruct: Sized {
    /// The protocol that it writes.
    type Protocol: OutputProtocol;

    /// Writes a field.
    fn bool(&mut self, id: i16, value: bool);
    /// Writes a field.
    fn i8(&mut self, id: i16, value: i8);
    /// Writes a field.
    fn i16(&mut self, id: i16, value: i16);
    /// Writes a field.
    fn i32(&mut self, id: i16, value: i32);
    /// Writes a field.
    fn i64(&mut self, id: i16, value: i64);
    /// Writes a field.
    fn double(&mut self, id: i16, value: f64);
    /// Writes a field.
    fn str(&mut self, id: i16, value: &str);
    /// Writes a field.
    fn bytes(&mut self, id: i16, value: &[u8]);
    /// Writes a field that may be shared, where that spares a copy.
    #[inline(always)]
    fn shared(&mut self, id: i16, value: &Bytes) {
        if value.len() < SHARED_FROM {
            self.bytes(id, value);
        } else {
            self.nested(WireType::String, id, |out| out.shared(value));
        }
    }
    /// Writes a field.
    fn uuid(&mut self, id: i16, value: Uuid);
    /// Writes a field of any type but bool, whose value `write` writes. A struct is one level deeper: see
    /// [`OutputProtocol::level`].
    fn nested(&mut self, ty: WireType, id: i16, write: impl FnOnce(&mut Self::Protocol));
    /// Ends the struct.
    fn end(self);
}

/// What a reader remembers inside of one struct: a trait of its own because it does not depend on a lifetime.
pub trait InputState {
    /// A small value that lives beside the reader (compact: the last field's id).
    type Struct: Copy;
}

/// Reads values in one protocol from one contiguous message.
///
/// After an error a reader is not to be used further: where it stands, and how deep, is then unspecified.
pub trait InputProtocol<'de>: InputState + Sized {
    /// Which protocol this is.
    const KIND: ProtocolKind;
    /// Whether the `try_` methods are worth calling. Where false, every field goes through
    /// [`field_begin`](Self::field_begin).
    const FAST: bool;

    /// Begins a struct: one level of nesting.
    fn struct_begin(&mut self) -> Result<Self::Struct>;
    /// Ends the struct if its end comes next.
    fn try_stop(&mut self) -> bool;
    /// Reads the header of the next field. `None`: the struct has ended.
    fn field_begin(&mut self, state: &mut Self::Struct) -> Result<Option<Field>>;
    /// Ends a field that `field_begin` began.
    #[inline(always)]
    fn field_end(&mut self) -> Result<()> {
        Ok(())
    }

    /// Reads the header of this field (not of a bool) if it comes next.
    fn try_field(&mut self, state: &mut Self::Struct, ty: WireType, id: i16) -> bool;
    /// Reads this field, header and value, if it comes next.
    fn try_bool(&mut self, state: &mut Self::Struct, id: i16) -> Result<Option<bool>>;
    /// Reads this field, header and value, if it comes next.
    fn try_i8(&mut self, state: &mut Self::Struct, id: i16) -> Result<Option<i8>>;
    /// Reads this field, header and value, if it comes next.
    fn try_i16(&mut self, state: &mut Self::Struct, id: i16) -> Result<Option<i16>>;
    /// Reads this field, header and value, if it comes next.
    fn try_i32(&mut self, state: &mut Self::Struct, id: i16) -> Result<Option<i32>>;
    /// Reads this field, header and value, if it comes next.
    fn try_i64(&mut self, state: &mut Self::Struct, id: i16) -> Result<Option<i64>>;
    /// Reads this field, header and value, if it comes next.
    fn try_double(&mut self, state: &mut Self::Struct, id: i16) -> Result<Option<f64>>;

    /// Reads the value of a bool field.
    fn field_bool(&mut self, field: Field) -> Result<bool>;
    /// Reads a bool that is an element, key or value.
    fn bool(&mut self) -> Result<bool>;
    /// Reads an i8.
    fn i8(&mut self) -> Result<i8>;
    /// Reads an i16.
    fn i16(&mut self) -> Result<i16>;
    /// Reads an i32.
    fn i32(&mut self) -> Result<i32>;
    /// Reads an i64.
    fn i64(&mut self) -> Result<i64>;
    /// Reads a double.
    fn double(&mut self) -> Result<f64>;
    /// Reads a string that stands in the message as it is.
    fn str(&mut self) -> Result<&'de str>;
    /// Reads a string.
    fn string(&mut self) -> Result<String> {
        self.str().map(str::to_owned)
    }
    /// Reads a string, which is not checked to be one; a slice of the message's frame, where there is one.
    fn text(&mut self) -> Result<Bytes> {
        // Of a box, not of a vector: where that is not full, the bytes would take more memory than they have.
        self.string().map(|text| Bytes::from(text.into_bytes().into_boxed_slice()))
    }
    /// Reads a binary that stands in the message as it is.
    fn bytes(&mut self) -> Result<&'de [u8]>;
    /// Reads a binary.
    fn byte_vec(&mut self) -> Result<Vec<u8>> {
        self.bytes().map(<[u8]>::to_vec)
    }
    /// Reads a binary; a long one is a slice of the message's frame, where there is one.
    fn shared(&mut self) -> Result<Bytes>;
    /// Reads what may be a string or a binary; where they differ, a string.
    fn untyped(&mut self) -> Result<Bytes> {
        self.shared()
    }
    /// Reads a uuid.
    fn uuid(&mut self) -> Result<Uuid>;

    /// Begins a list or set: its element type and its length, which the bytes that remain can hold.
    fn list_begin(&mut self) -> Result<(WireType, usize)>;
    /// Ends a list or set.
    #[inline(always)]
    fn list_end(&mut self) -> Result<()> {
        Ok(())
    }
    /// Begins a map: the types of its keys and values, and its length, which the bytes that remain can hold. `None`: it is
    /// empty and has no types.
    fn map_begin(&mut self) -> Result<Option<(WireType, WireType, usize)>>;
    /// Ends a map.
    #[inline(always)]
    fn map_end(&mut self) -> Result<()> {
        Ok(())
    }

    /// Reads elements of a list.
    fn bools(&mut self, len: usize) -> Result<Vec<bool>> {
        numbers(self, len, Self::bool)
    }
    /// Reads elements of a list.
    fn i8s(&mut self, len: usize) -> Result<Vec<i8>> {
        numbers(self, len, Self::i8)
    }
    /// Reads elements of a list.
    fn i16s(&mut self, len: usize) -> Result<Vec<i16>> {
        numbers(self, len, Self::i16)
    }
    /// Reads elements of a list.
    fn i32s(&mut self, len: usize) -> Result<Vec<i32>> {
        numbers(self, len, Self::i32)
    }
    /// Reads elements of a list.
    fn i64s(&mut self, len: usize) -> Result<Vec<i64>> {
        numbers(self, len, Self::i64)
    }
    /// Reads elements of a list.
    fn doubles(&mut self, len: usize) -> Result<Vec<f64>> {
        numbers(self, len, Self::double)
    }

    /// Passes over the value of a field.
    fn skip(&mut self, field: Field) -> Result<()>;
    /// Passes over the fields that come next, as long as their ids lie between these two.
    #[inline(always)]
    fn skip_between(&mut self, _state: &mut Self::Struct, _after: i32, _before: i32) -> Result<()> {
        Ok(())
    }
    /// Passes over the value of a field and returns its bytes, as [`shared`](Self::shared) does.
    fn capture(&mut self, field: Field) -> Result<Bytes>;

    /// Takes `count` times `size` bytes from the memory that the message may take: see
    /// [`Limits::memory_bytes`](crate::Limits::memory_bytes).
    fn charge(&mut self, count: usize, size: usize) -> Result<()>;
    /// Goes one level deeper.
    fn enter(&mut self) -> Result<()>;
    /// Comes back from a level.
    fn leave(&mut self);
    /// How many bytes of the message have been read.
    fn offset(&self) -> usize;
    /// An error at this place.
    #[cold]
    fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.offset())
    }
}

/// Reads elements of a list one by one.
#[inline(always)]
fn numbers<'de, P: InputProtocol<'de>, T>(
    input: &mut P,
    len: usize,
    read: impl Fn(&mut P) -> Result<T>,
) -> Result<Vec<T>> {
    input.charge(len, size_of::<T>())?;
    let mut items = Vec::with_capacity(len);
    for _ in 0..len {
        items.push(read(input)?);
    }
    Ok(items)
}
