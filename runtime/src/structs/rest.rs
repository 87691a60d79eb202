//! Reads the fields of a struct in whatever order they come.

use super::place::apart;
use super::{Break, DecodeStruct, ReadFields, Seen, SeenFields, Walk};
use crate::codec::{Decode, charge_blank};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::protocol::{InputProtocol, InputState};
use crate::unknown::UnknownField;
use crate::wire::{Field, WireType};

type Result<T> = core::result::Result<T, DecodeError>;

/// Reads the fields of a struct as they come: in any order, the last of a repeated one wins, one of another type than the
/// IDL says is skipped.
pub struct Rest<'p, P: InputState, S = u64> {
    pub(super) input: &'p mut P,
    pub(super) state: P::Struct,
    pub(super) seen: S,
}

impl<'de, P: InputProtocol<'de>, S: Seen> Rest<'_, P, S> {
    /// The header of the next field; `None` at the end of the struct. After a header exactly one of the other methods must
    /// read the field.
    ///
    /// # Errors
    /// When there is no header.
    #[expect(clippy::should_implement_trait, reason = "it fails, and what follows depends on the answer")]
    #[inline(never)]
    pub fn next(&mut self) -> Result<Option<Field>> {
        self.input.field_begin(&mut self.state)
    }

    /// Checks that all required fields of the struct `ty` were there.
    #[inline(never)]
    pub(super) fn finish(self, ty: &'static str, required: &[&'static str]) -> Result<SeenFields<S>> {
        match self.seen.first_missing(required.len() as u32) {
            None => Ok(SeenFields(self.seen)),
            Some(bit) => {
                let field = required.get(bit as usize).copied().unwrap_or_default();
                Err(self.input.error(DecodeErrorKind::MissingField { ty, field }))
            }
        }
    }

    /// Reads a field into its slot of `value`.
    #[inline(always)]
    pub(super) fn field<T: DecodeStruct<'de>>(&mut self, value: &mut T, field: Field) -> Result<()> {
        let mut found = FoundField { rest: self, field, key: key(field.ty, field.id), read: false };
        Break::of(value.fields(&mut found))?;
        match value.unknown() {
            _ if found.read => Ok(()),
            None => self.skip(field),
            Some(unknown) => {
                unknown.decode(self.input, field)?;
                self.input.field_end()
            }
        }
    }

    /// Reads a field and sets its bit.
    #[inline(never)]
    fn required<T: Decode<'de>>(&mut self, field: Field, bit: u32, slot: &mut T) -> Result<()> {
        if T::IN_PLACE {
            charge_blank::<T, P>(self.input)?;
            apart::<T, _>(|| *slot = T::blank());
            slot.decode_into(self.input)?;
        } else {
            *slot = T::decode_field(self.input, field)?;
        }
        self.seen.insert(bit);
        self.input.field_end()
    }

    /// Reads a field.
    #[inline(never)]
    fn optional<T: Decode<'de>>(&mut self, field: Field, slot: &mut Option<T>) -> Result<()> {
        if T::IN_PLACE {
            charge_blank::<T, P>(self.input)?;
            apart::<T, _>(|| *slot = Some(T::blank()));
            if let Some(value) = slot {
                value.decode_into(self.input)?;
            }
        } else {
            *slot = Some(T::decode_field(self.input, field)?);
        }
        self.input.field_end()
    }

    /// Reads a field by value. `None`: it was of another type and has been skipped.
    ///
    /// # Errors
    /// When its value cannot be decoded.
    #[inline(never)]
    pub fn take<T: Decode<'de>>(&mut self, field: Field) -> Result<Option<T>> {
        if field.ty != T::TYPE {
            self.skip(field)?;
            return Ok(None);
        }
        let value = T::decode_field(self.input, field)?;
        self.input.field_end()?;
        Ok(Some(value))
    }

    /// Passes over a field.
    ///
    /// # Errors
    /// When it is malformed or nests too deep.
    #[inline(never)]
    pub fn skip(&mut self, field: Field) -> Result<()> {
        self.input.skip(field)?;
        self.input.field_end()
    }

    /// Keeps a field that the IDL does not know.
    #[inline(never)]
    pub(super) fn unknown(&mut self, field: Field) -> Result<UnknownField> {
        let unknown = UnknownField::decode(self.input, field)?;
        self.input.field_end()?;
        Ok(unknown)
    }
}

/// One field, of which the header was read: no other is there.
struct FoundField<'r, 'p, P: InputState, S> {
    rest: &'r mut Rest<'p, P, S>,
    field: Field,
    /// Id and type as one number: of comparisons with one number the walk becomes a jump, however many fields there are.
    key: u32,
    read: bool,
}

#[inline(always)]
const fn key(ty: WireType, id: i16) -> u32 {
    (ty as u32) << 16 | id as u16 as u32
}

impl<'de, P: InputProtocol<'de>, S: Seen> FoundField<'_, '_, P, S> {
    /// Reads the field if it is this one, and ends the walk.
    #[inline(always)]
    fn find(&mut self, ty: WireType, id: i16, read: impl FnOnce(&mut Rest<'_, P, S>, Field) -> Result<()>) -> Walk {
        if self.key != key(ty, id) {
            return Ok(());
        }
        self.read = true;
        read(self.rest, self.field)?;
        Err(Break::LEAVE)
    }
}

impl<'de, P: InputProtocol<'de>, S: Seen> ReadFields<'de> for FoundField<'_, '_, P, S> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn required<T: Decode<'de>>(&mut self, bit: u32, id: i16, slot: &mut T) -> Walk {
        self.find(T::TYPE, id, |rest, field| rest.required(field, bit, slot))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn plain<T: Decode<'de>>(&mut self, bit: u32, id: i16, slot: &mut T) -> Walk {
        self.find(T::TYPE, id, |rest, field| rest.required(field, bit, slot))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<T: Decode<'de>>(&mut self, id: i16, slot: &mut Option<T>) -> Walk {
        self.find(T::TYPE, id, |rest, field| rest.optional(field, slot))
    }
}
