//! The writer and the reader of one struct's fields: what generated code calls, one line per field.
//!
//! A generated function has a call for each of the struct's fields and runs once per level of nesting, so what the calls
//! need of the stack adds up twice. Without optimisation what is inlined shares no stack: there the methods of fields are
//! calls of their own, of which one frame at a time exists.

mod place;
mod rest;
mod seen;
mod select;
mod union;

pub(crate) use place::{apart, in_place, is_large};
pub use rest::Rest;
pub use seen::{Seen, SeenFields};
pub use select::decode_selected;
pub use union::UnionReader;

use crate::codec::{Decode, Encode, charge_blank};
use crate::error::DecodeError;
use crate::protocol::{InputProtocol, InputState, OutputProtocol, OutputStruct};
use crate::raw::overwrite;
use crate::unknown::{UnknownField, UnknownFields};
use crate::wire::{FieldNames, WireType};

type Result<T> = core::result::Result<T, DecodeError>;

/// Writes the fields of one struct.
#[must_use = "a struct is complete only after `end`"]
pub struct StructWriter<'a, P: OutputProtocol + 'a> {
    pub(crate) fields: P::Struct<'a>,
}

impl<'a, P: OutputProtocol> StructWriter<'a, P> {
    /// Begins a struct with these fields ([`Encode::FIELDS`]); `room` is about how many bytes those of fixed size take.
    #[inline(always)]
    pub fn new(out: &'a mut P, fields: FieldNames, room: usize) -> Self {
        Self { fields: out.struct_begin(fields, room) }
    }

    /// Writes a field.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn field<T: Encode + ?Sized>(&mut self, id: i16, value: &T) {
        value.encode_field(self, id);
    }

    /// Writes a field if there is a value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn optional<T: Encode>(&mut self, id: i16, value: &Option<T>) {
        if let Some(value) = value {
            value.encode_field(self, id);
        }
    }

    /// Writes a field whose value, of any type but bool, `write` writes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn nested(&mut self, ty: WireType, id: i16, write: impl FnOnce(&mut P)) {
        self.fields.nested(ty, id, write);
    }

    /// Writes a field that was kept because the IDL does not know it.
    #[inline(never)]
    pub fn unknown(&mut self, field: &UnknownField) {
        field.encode_into(self);
    }

    /// Ends the struct.
    #[inline(always)]
    pub fn end(self) {
        self.fields.end();
    }
}

/// Whether a walk over a struct's fields came to its end.
pub type Walk = core::result::Result<(), Break>;

/// Why a walk over a struct's fields ended before the last: an error, or that the others need not be looked at.
#[derive(Debug)]
pub struct Break(Option<DecodeError>);

impl Break {
    /// The others need not be looked at.
    const LEAVE: Self = Self(None);

    /// Only an error is one.
    #[inline(always)]
    fn of(walk: Walk) -> Result<()> {
        match walk {
            Err(Self(Some(error))) => Err(error),
            _ => Ok(()),
        }
    }
}

impl From<DecodeError> for Break {
    #[inline(always)]
    fn from(error: DecodeError) -> Self {
        Self(Some(error))
    }
}

/// What a struct hands its fields to, each with its slot, so that it need not name them twice: once as they are expected,
/// and once more for each that comes otherwise.
pub trait ReadFields<'de> {
    /// Reads a field, if it is there, and sets its bit.
    ///
    /// # Errors
    /// When its value cannot be decoded, or no other field need be asked for.
    fn required<T: Decode<'de>>(&mut self, bit: u32, id: i16, slot: &mut T) -> Walk;

    /// Reads a field that may be missing but is no option, if it is there, and sets its bit.
    ///
    /// # Errors
    /// As for [`required`](Self::required).
    fn plain<T: Decode<'de>>(&mut self, bit: u32, id: i16, slot: &mut T) -> Walk;

    /// Reads a field, if it is there.
    ///
    /// # Errors
    /// As for [`required`](Self::required).
    fn optional<T: Decode<'de>>(&mut self, id: i16, slot: &mut Option<T>) -> Walk;
}

/// Decodes a struct into `value`, which is blank.
///
/// # Errors
/// When a value cannot be decoded or a required field is missing.
#[inline(always)]
pub fn decode_struct<'de, T: DecodeStruct<'de>, P: InputProtocol<'de>>(value: &mut T, input: &mut P) -> Result<()> {
    let mut s = StructReader::new(input)?;
    if P::FAST {
        Break::of(value.fields(&mut s))?;
    }
    let seen = s.end(value)?;
    value.fill(seen);
    Ok(())
}

/// Reads the fields of one struct in the order in which writers send them: a field is there if it comes next.
/// What is left after that is read at the end.
///
/// The slots it reads into must be blank (see [`Decode::blank`]) and must be given in ascending order of their ids.
pub struct StructReader<'p, P: InputState, S = u64> {
    input: &'p mut P,
    state: P::Struct,
    seen: S,
}

impl<'p, 'de, P: InputProtocol<'de>, S: Seen> StructReader<'p, P, S> {
    /// Begins a struct.
    ///
    /// # Errors
    /// When it nests too deep.
    #[inline(always)]
    pub fn new(input: &'p mut P) -> Result<Self> {
        let state = input.struct_begin()?;
        Ok(Self { input, state, seen: S::EMPTY })
    }

    /// Reads the rest of the struct: mostly its end, else fields out of order, unknown ones, repeats.
    ///
    /// # Errors
    /// When a value cannot be decoded or a required field is missing.
    #[inline(always)]
    fn end<T: DecodeStruct<'de, Seen = S>>(self, value: &mut T) -> Result<SeenFields<S>> {
        if P::FAST && self.seen.first_missing(T::REQUIRED.len() as u32).is_none() && self.input.try_stop() {
            return Ok(SeenFields(self.seen));
        }
        finish(value, self.input, self.state, self.seen)
    }
}

impl<'de, P: InputProtocol<'de>, S: Seen> ReadFields<'de> for StructReader<'_, P, S> {
    /// Where a required field does not come next, the expected order is left: so the bits of those before it are constants.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn required<T: Decode<'de>>(&mut self, bit: u32, id: i16, slot: &mut T) -> Walk {
        if !T::try_field_into(self.input, &mut self.state, id, slot)? {
            return Err(Break::LEAVE);
        }
        self.seen.insert(bit);
        Ok(())
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn plain<T: Decode<'de>>(&mut self, bit: u32, id: i16, slot: &mut T) -> Walk {
        if T::try_field_into(self.input, &mut self.state, id, slot)? {
            self.seen.insert(bit);
        }
        Ok(())
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<T: Decode<'de>>(&mut self, id: i16, slot: &mut Option<T>) -> Walk {
        if !T::IN_PLACE {
            if let Some(value) = T::try_field(self.input, &mut self.state, id)? {
                overwrite(slot, Some(value));
            }
        } else if self.input.try_field(&mut self.state, T::TYPE, id) {
            charge_blank::<T, P>(self.input)?;
            in_place::<T, _>(|| overwrite(slot, Some(T::blank())));
            if let Some(value) = slot {
                value.decode_into(self.input)?;
            }
        }
        Ok(())
    }
}

impl<'p, P: InputState> StructReader<'p, P> {
    /// Leaves the expected order: reads the fields as they come.
    #[inline(always)]
    pub fn rest(self) -> Rest<'p, P> {
        Rest { input: self.input, state: self.state, seen: self.seen }
    }

    /// Reads the fields of a union into `value`, which is blank.
    #[inline(always)]
    pub fn union<U>(self, value: &'p mut U) -> UnionReader<'p, P, U> {
        UnionReader { fields: self.rest(), value, found: false }
    }
}

/// A struct that is decoded field by field.
pub trait DecodeStruct<'de>: Decode<'de> {
    /// The struct's name in the IDL.
    const NAME: &'static str;
    /// The names of the required fields. A field's index is its bit.
    const REQUIRED: &'static [&'static str];
    /// Where the bits are kept: `u64`, or `[u64; N]` when there are more than 64.
    type Seen: Seen;
    /// Hands over all fields, in ascending order of their ids.
    ///
    /// # Errors
    /// When the value of one cannot be decoded, or the others need not be looked at.
    fn fields<F: ReadFields<'de>>(&mut self, s: &mut F) -> Walk;
    /// Sets the defaults that take memory, in fields that were not read.
    #[inline(always)]
    fn fill(&mut self, seen: SeenFields<Self::Seen>) {
        let _ = seen;
    }
    /// Where fields go that are not among these; they are passed over where there is no such place.
    #[inline(always)]
    fn unknown(&mut self) -> Option<&mut UnknownFields> {
        None
    }
}

/// Takes the state by value, so that the caller can keep it in registers.
#[cold]
#[inline(never)]
fn finish<'de, T: DecodeStruct<'de>, P: InputProtocol<'de>>(
    value: &mut T,
    input: &mut P,
    state: P::Struct,
    seen: T::Seen,
) -> Result<SeenFields<T::Seen>> {
    let mut rest = Rest { input, state, seen };
    while let Some(field) = rest.next()? {
        if let Err(error) = rest.field(value, field) {
            return Err(error.in_field(T::NAME, field.id));
        }
    }
    rest.finish(T::NAME, T::REQUIRED)
}
