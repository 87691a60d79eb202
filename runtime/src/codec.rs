//! Which types travel over the wire, and as what.

mod collections;
mod pointers;
#[cfg(feature = "bytestring")]
mod shared;
mod vectors;

use crate::error::{DecodeError, DecodeErrorKind};
use crate::protocol::{InputProtocol, OutputProtocol, OutputStruct};
use crate::raw::{overwrite, push_with};
pub use crate::structs::StructWriter;
use crate::structs::in_place;
pub use crate::unknown::{KeepUnknown, WriteFields};
use crate::wire::WireType;
pub use crate::wire::{Field, FieldNames};
use bytes::Bytes;
use uuid::Uuid;

pub use crate::protocol::Reader;
pub use crate::raw::{Reserved, Writer};
pub use crate::structs::{Break, DecodeStruct, ReadFields, Rest, Seen, SeenFields, StructReader, UnionReader, Walk};
pub use vectors::{VecMap, VecSet};

type Result<T> = core::result::Result<T, DecodeError>;

/// A value that can be written in any protocol.
pub trait Encode {
    /// Its type on the wire.
    const TYPE: WireType;
    /// The names of a struct's fields by their ids, in ascending order, for protocols that write names.
    const FIELDS: FieldNames = &[];

    /// Writes it as an element, key, value or whole message.
    fn encode<P: OutputProtocol>(&self, out: &mut P);

    /// Writes it as a field of a struct.
    #[inline(always)]
    fn encode_field<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>, id: i16) {
        s.nested(Self::TYPE, id, |out| self.encode(out));
    }

    /// Writes the elements of a list, in bulk where that is faster.
    #[inline(always)]
    fn encode_slice<P: OutputProtocol>(items: &[Self], out: &mut P)
    where
        Self: Sized,
    {
        for item in items {
            item.encode(out);
        }
    }
}

/// A value that can be read in any protocol; it may borrow from the message for `'de`.
///
/// Implement [`decode`](Self::decode); or, for what is large, [`decode_into`](Self::decode_into) and set
/// [`IN_PLACE`](Self::IN_PLACE). Each has a default that calls the other.
pub trait Decode<'de>: Sized {
    /// Its type on the wire.
    const TYPE: WireType;
    /// Whether it is decoded where it is to stay, by [`decode_into`](Self::decode_into), instead of being moved there.
    const IN_PLACE: bool = false;
    /// How much memory a [`blank`](Self::blank) owns. It is charged wherever one is made, so it must not be too little.
    const BLANK_BYTES: usize = 0;

    /// A value to start from: zero, empty. It must be cheap and own no more than [`BLANK_BYTES`](Self::BLANK_BYTES): one
    /// that owns nothing may be overwritten without a drop.
    fn blank() -> Self;

    /// Reads an element, key, value or whole message.
    ///
    /// # Errors
    /// When the bytes are no such value.
    #[inline(always)]
    fn decode<P: InputProtocol<'de>>(input: &mut P) -> Result<Self> {
        charge_blank::<Self, P>(input)?;
        filled(Self::blank(), |value| value.decode_into(input))
    }

    /// Reads into `self`, which is blank. After an error `self` holds whatever had been read.
    ///
    /// # Errors
    /// When the bytes are no such value.
    #[inline(always)]
    fn decode_into<P: InputProtocol<'de>>(&mut self, input: &mut P) -> Result<()> {
        *self = Self::decode(input)?;
        Ok(())
    }

    /// Reads the value of a field after its header.
    ///
    /// # Errors
    /// When the bytes are no such value.
    #[inline(always)]
    fn decode_field<P: InputProtocol<'de>>(input: &mut P, _field: Field) -> Result<Self> {
        Self::decode(input)
    }

    /// Reads a field, header and value, if it comes next.
    ///
    /// # Errors
    /// When the bytes are no such value.
    #[inline(always)]
    fn try_field<P: InputProtocol<'de>>(input: &mut P, state: &mut P::Struct, id: i16) -> Result<Option<Self>> {
        if input.try_field(state, Self::TYPE, id) { Self::decode(input).map(Some) } else { Ok(None) }
    }

    /// Reads a field into a blank slot, if it comes next.
    ///
    /// # Errors
    /// When the bytes are no such value.
    #[inline(always)]
    fn try_field_into<P: InputProtocol<'de>>(
        input: &mut P,
        state: &mut P::Struct,
        id: i16,
        slot: &mut Self,
    ) -> Result<bool> {
        if Self::IN_PLACE {
            let found = input.try_field(state, Self::TYPE, id);
            if found {
                slot.decode_into(input)?;
            }
            return Ok(found);
        }
        match Self::try_field(input, state, id)? {
            Some(value) => {
                if const { Self::BLANK_BYTES == 0 } {
                    overwrite(slot, value);
                } else {
                    *slot = value;
                }
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Reads the elements of a list into `items`, which is empty, in bulk where that is faster.
    ///
    /// # Errors
    /// When the bytes are no such values.
    #[inline(always)]
    fn decode_vec<P: InputProtocol<'de>>(input: &mut P, len: usize, items: &mut Vec<Self>) -> Result<()> {
        read_vec(input, len, items, |input, items| {
            if Self::IN_PLACE {
                charge_blank::<Self, P>(input)?;
                in_place::<Self, _>(|| push_with(items, Self::blank)).decode_into(input)?;
            } else {
                items.push(Self::decode(input)?);
            }
            Ok(())
        })
    }
}

/// Charges what a blank value owns, before it is made.
#[inline(always)]
pub(crate) fn charge_blank<'de, T: Decode<'de>, P: InputProtocol<'de>>(input: &mut P) -> Result<()> {
    if const { T::BLANK_BYTES == 0 } { Ok(()) } else { input.charge(1, T::BLANK_BYTES) }
}

/// Returns a value after `fill` has filled it.
#[inline(always)]
pub(crate) fn filled<T>(blank: T, fill: impl FnOnce(&mut T) -> Result<()>) -> Result<T> {
    if const { size_of::<Result<T>>() > size_of::<T>() } {
        let mut value = blank;
        fill(&mut value)?;
        return Ok(value);
    }
    // What is returned has the value at its beginning, so it is filled there: the value is not moved.
    let mut result = Ok(blank);
    if let Ok(value) = &mut result
        && let Err(error) = fill(value)
    {
        result = Err(error);
    }
    result
}

/// A value that can be decoded from any message because it borrows nothing.
pub trait DecodeOwned: for<'de> Decode<'de> {}

impl<T: for<'de> Decode<'de>> DecodeOwned for T {}

macro_rules! scalars {
    ($($type:ty: $wire:ident, $method:ident, $try:ident, $slice:ident;)*) => { $(
        impl Encode for $type {
            const TYPE: WireType = WireType::$wire;
            #[inline(always)]
            fn encode<P: OutputProtocol>(&self, out: &mut P) {
                out.$method(*self);
            }
            #[inline(always)]
            fn encode_field<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>, id: i16) {
                s.fields.$method(id, *self);
            }
            #[inline(always)]
            fn encode_slice<P: OutputProtocol>(items: &[Self], out: &mut P) {
                out.$slice(items);
            }
        }
        impl<'de> Decode<'de> for $type {
            const TYPE: WireType = WireType::$wire;
            #[inline(always)]
            fn blank() -> Self {
                Self::default()
            }
            #[inline(always)]
            fn decode<P: InputProtocol<'de>>(input: &mut P) -> Result<Self> {
                input.$method()
            }
            scalars!(@field $wire);
            #[inline(always)]
            fn try_field<P: InputProtocol<'de>>(input: &mut P, state: &mut P::Struct, id: i16) -> Result<Option<Self>> {
                input.$try(state, id)
            }
            #[inline(always)]
            fn decode_vec<P: InputProtocol<'de>>(input: &mut P, len: usize, items: &mut Vec<Self>) -> Result<()> {
                overwrite(items, input.$slice(len)?);
                Ok(())
            }
        }
    )* };
    (@field Bool) => {
        #[inline(always)]
        fn decode_field<P: InputProtocol<'de>>(input: &mut P, field: Field) -> Result<Self> {
            input.field_bool(field)
        }
    };
    (@field $wire:ident) => {};
}

scalars! {
    bool: Bool, bool, try_bool, bools;
    i8: I8, i8, try_i8, i8s;
    i16: I16, i16, try_i16, i16s;
    i32: I32, i32, try_i32, i32s;
    i64: I64, i64, try_i64, i64s;
    f64: Double, double, try_double, doubles;
}

macro_rules! encode_through {
    ($($type:ty: $wire:ident, $method:ident;)*) => { $(
        impl Encode for $type {
            const TYPE: WireType = WireType::$wire;
            #[inline(always)]
            fn encode<P: OutputProtocol>(&self, out: &mut P) {
                out.$method(self);
            }
            #[inline(always)]
            fn encode_field<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>, id: i16) {
                s.fields.$method(id, self);
            }
        }
    )* };
}

encode_through! {
    str: String, str;
    String: String, str;
    [u8]: String, bytes;
    Vec<u8>: String, bytes;
    Bytes: String, shared;
}

macro_rules! decode_through {
    ($($type:ty: $wire:ident, $method:ident;)*) => { $(
        impl<'de> Decode<'de> for $type {
            const TYPE: WireType = WireType::$wire;
            #[inline(always)]
            fn blank() -> Self {
                Self::default()
            }
            #[inline(always)]
            fn decode<P: InputProtocol<'de>>(input: &mut P) -> Result<Self> {
                input.$method()
            }
        }
    )* };
}

decode_through! {
    String: String, string;
    &'de str: String, str;
    Bytes: String, shared;
    &'de [u8]: String, bytes;
    Uuid: Uuid, uuid;
}

impl<'de> Decode<'de> for Vec<u8> {
    const TYPE: WireType = WireType::String;
    #[inline(always)]
    fn blank() -> Self {
        Self::new()
    }
    #[inline(always)]
    fn decode<P: InputProtocol<'de>>(input: &mut P) -> Result<Self> {
        input.byte_vec()
    }
}

impl Encode for Uuid {
    const TYPE: WireType = WireType::Uuid;
    #[inline(always)]
    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        out.uuid(*self);
    }
    #[inline(always)]
    fn encode_field<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>, id: i16) {
        s.fields.uuid(id, *self);
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    const TYPE: WireType = T::TYPE;
    #[inline(always)]
    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        (**self).encode(out);
    }
    #[inline(always)]
    fn encode_field<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>, id: i16) {
        (**self).encode_field(s, id);
    }
}

impl<T: Encode> Encode for [T] {
    const TYPE: WireType = WireType::List;
    #[inline]
    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        out.list_begin(T::TYPE, self.len());
        out.level(T::TYPE.nests() && !self.is_empty(), |out| T::encode_slice(self, out));
        out.list_end();
    }
}

impl<T: Encode> Encode for Vec<T> {
    const TYPE: WireType = WireType::List;
    #[inline]
    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        self.as_slice().encode(out);
    }
}

/// It is filled where it is to stay, and dropped there after an error: code for that is saved.
impl<'de, T: Decode<'de>> Decode<'de> for Vec<T> {
    const TYPE: WireType = WireType::List;
    const IN_PLACE: bool = true;
    #[inline(always)]
    fn blank() -> Self {
        Self::new()
    }
    fn decode_into<P: InputProtocol<'de>>(&mut self, input: &mut P) -> Result<()> {
        let (element, len) = input.list_begin()?;
        if len > 0 {
            check_element(input, T::TYPE, element)?;
            read_elements(input, T::TYPE.is_container(), |input| T::decode_vec(input, len, self))?;
        }
        input.list_end()
    }
}

/// Reads the elements of a container; when these are containers too, that is a level of nesting. (Structs count for
/// themselves.)
#[inline(always)]
pub(crate) fn read_elements<'de, P: InputProtocol<'de>, T>(
    input: &mut P,
    nested: bool,
    read: impl FnOnce(&mut P) -> Result<T>,
) -> Result<T> {
    if !nested {
        return read(input);
    }
    input.enter()?;
    let elements = read(input)?;
    input.leave();
    Ok(elements)
}

#[inline(always)]
fn check_element<'de, P: InputProtocol<'de>>(input: &P, expected: WireType, found: WireType) -> Result<()> {
    if expected == found { Ok(()) } else { Err(input.error(DecodeErrorKind::ElementType { expected, found })) }
}

/// Reads a list's elements into `items`, which is blank; `push` appends each. What is allocated at first is not more than 1 MiB, for an element
/// can be much larger in memory than on the wire, and never is it more than the elements that were announced.
#[inline(always)]
pub(crate) fn read_vec<'de, P: InputProtocol<'de>, T>(
    input: &mut P,
    len: usize,
    items: &mut Vec<T>,
    push: impl Fn(&mut P, &mut Vec<T>) -> Result<()>,
) -> Result<()> {
    let first = const { (1 << 20) / if size_of::<T>() == 0 { 1 } else { size_of::<T>() } };
    input.charge(len, size_of::<T>())?;
    overwrite(items, Vec::with_capacity(len.min(first)));
    loop {
        for _ in items.len()..len.min(items.capacity()) {
            push(input, items)?;
        }
        if items.len() >= len {
            return Ok(());
        }
        grow(items, len);
    }
}

/// Doubles the capacity, but not beyond `len`.
#[cold]
#[inline(never)]
fn grow<T>(items: &mut Vec<T>, len: usize) {
    items.reserve_exact(items.len().max(1).min(len.saturating_sub(items.len())));
}

/// Appends to a list whose length is not known: where it is full, room for as many again, or at first for `first`, is
/// charged and then allocated.
#[inline]
pub(crate) fn push_charged<'de, P: InputProtocol<'de>, T>(
    input: &mut P,
    items: &mut Vec<T>,
    first: usize,
    item: T,
) -> Result<()> {
    if items.len() == items.capacity() {
        let more = items.len().max(first);
        input.charge(more, size_of::<T>())?;
        items.reserve_exact(more);
    }
    items.push(item);
    Ok(())
}

/// Reads a value that is never on the stack, if its type is decoded in place.
#[inline(always)]
pub(crate) fn decode_boxed<'de, T: Decode<'de>, P: InputProtocol<'de>>(input: &mut P) -> Result<Box<T>> {
    if !T::IN_PLACE {
        return T::decode(input).map(Box::new);
    }
    charge_blank::<T, P>(input)?;
    let mut value = Box::<T>::blank();
    // Not `value.decode_into`, which would be the box's own.
    T::decode_into(&mut value, input)?;
    Ok(value)
}
