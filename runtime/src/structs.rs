//! The writer and the reader of one struct's fields: what generated code calls, one line per field.
//!
//! A generated function has a call for each of the struct's fields and runs once per level of nesting, so what the calls
//! need of the stack adds up twice. Without optimisation what is inlined shares no stack: there the methods of fields are
//! calls of their own, of which one frame at a time exists.

mod select;

use crate::codec::{Decode, Encode, decode_boxed};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::protocol::{InputProtocol, InputState, OutputProtocol, OutputStruct};
use crate::raw::overwrite;
use crate::unknown::{UnknownField, UnknownFields};
use crate::wire::{Field, FieldNames, WireType};
pub use select::decode_selected;

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

/// Which of a struct's tracked fields have been read: one bit for each.
pub trait Seen: Copy {
    /// None of them.
    const EMPTY: Self;
    /// Sets a bit.
    fn insert(&mut self, bit: u32);
    /// Whether a bit is set.
    fn contains(&self, bit: u32) -> bool;
    /// The lowest of the first `count` bits that is not set.
    fn first_missing(&self, count: u32) -> Option<u32>;
}

impl Seen for u64 {
    const EMPTY: Self = 0;
    #[inline(always)]
    fn insert(&mut self, bit: u32) {
        *self |= 1u64.checked_shl(bit).unwrap_or(0);
    }
    #[inline(always)]
    fn contains(&self, bit: u32) -> bool {
        *self & 1u64.checked_shl(bit).unwrap_or(0) != 0
    }
    #[inline(always)]
    fn first_missing(&self, count: u32) -> Option<u32> {
        let expected = u64::MAX.checked_shr(64u32.saturating_sub(count)).unwrap_or(0);
        let missing = expected & !*self;
        (missing != 0).then(|| missing.trailing_zeros())
    }
}

impl<const N: usize> Seen for [u64; N] {
    const EMPTY: Self = [0; N];
    #[inline(always)]
    fn insert(&mut self, bit: u32) {
        if let Some(word) = self.get_mut(bit as usize / 64) {
            word.insert(bit % 64);
        }
    }
    #[inline(always)]
    fn contains(&self, bit: u32) -> bool {
        self.get(bit as usize / 64).is_some_and(|word| word.contains(bit % 64))
    }
    #[inline(always)]
    fn first_missing(&self, count: u32) -> Option<u32> {
        (0..)
            .step_by(64)
            .zip(self)
            .take_while(|(base, _)| *base < count)
            .find_map(|(base, word)| word.first_missing(count - base).map(|bit| base + bit))
    }
}

/// The fields that were read, after the end of the struct.
#[derive(Clone, Copy, Debug)]
pub struct SeenFields<S>(S);

impl<S: Seen> SeenFields<S> {
    /// Whether the field with this bit was read.
    #[inline(always)]
    pub fn contains(&self, bit: u32) -> bool {
        self.0.contains(bit)
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

/// Reads the fields of a struct as they come: in any order, the last of a repeated one wins, one of another type than the
/// IDL says is skipped.
pub struct Rest<'p, P: InputState, S = u64> {
    input: &'p mut P,
    state: P::Struct,
    seen: S,
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
    fn finish(self, ty: &'static str, required: &[&'static str]) -> Result<SeenFields<S>> {
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
    fn field<T: DecodeStruct<'de>>(&mut self, value: &mut T, field: Field) -> Result<()> {
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
    fn unknown(&mut self, field: Field) -> Result<UnknownField> {
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

/// Reads the fields of a union, where the value is to stay: usually there is one. The last of those that the IDL knows wins,
/// and an unknown one counts where there is no other.
pub struct UnionReader<'p, P: InputState, U> {
    fields: Rest<'p, P>,
    value: &'p mut U,
    found: bool,
}

impl<'de, P: InputProtocol<'de>, U> UnionReader<'_, P, U> {
    /// The header of the next field, as [`Rest::next`].
    ///
    /// # Errors
    /// When there is no header.
    #[expect(clippy::should_implement_trait, reason = "it fails, and what follows depends on the answer")]
    #[inline(always)]
    pub fn next(&mut self) -> Result<Option<Field>> {
        self.fields.next()
    }

    /// Reads a field, of which `variant` makes the union.
    ///
    /// # Errors
    /// When its value cannot be decoded.
    #[inline(never)]
    pub fn variant<T: Decode<'de>>(&mut self, field: Field, variant: impl FnOnce(T) -> U) -> Result<()> {
        if field.ty != T::TYPE {
            return self.fields.skip(field);
        }
        if const { is_large::<T>() } {
            let value = decode_boxed::<T, P>(self.fields.input)?;
            apart::<U, _>(|| *self.value = variant(*value));
        } else {
            let value = T::decode_field(self.fields.input, field)?;
            apart::<U, _>(|| *self.value = variant(value));
        }
        self.found = true;
        self.fields.input.field_end()
    }

    /// Keeps a field that the IDL does not know, of which `variant` makes the union, if no other came before.
    ///
    /// # Errors
    /// As for [`Rest::skip`].
    #[inline(never)]
    pub fn unknown(&mut self, field: Field, variant: impl FnOnce(UnknownField) -> U) -> Result<()> {
        if self.found {
            return self.fields.skip(field);
        }
        *self.value = variant(self.fields.unknown(field)?);
        self.found = true;
        Ok(())
    }

    /// Ends the union `ty` after its last field.
    ///
    /// # Errors
    /// When there was none.
    #[inline(always)]
    pub fn end(self, ty: &'static str) -> Result<()> {
        if self.found { Ok(()) } else { Err(self.fields.input.error(DecodeErrorKind::EmptyUnion { ty })) }
    }
}

/// Runs `make`, which handles a `T` by value, and when that is large in a stack frame of its own: one that is gone before
/// what is in the value is decoded, so that a level of nesting does not hold the stack for a copy.
#[inline(always)]
pub(crate) fn apart<T, R>(make: impl FnOnce() -> R) -> R {
    if const { is_large::<T>() } { in_own_frame(make) } else { make() }
}

/// Runs `make`, which makes a `T` where it is to stay. Only without optimisation is there a copy on the stack.
#[inline(always)]
pub(crate) fn in_place<T, R>(make: impl FnOnce() -> R) -> R {
    if cfg!(debug_assertions) { apart::<T, R>(make) } else { make() }
}

#[inline(never)]
fn in_own_frame<R>(make: impl FnOnce() -> R) -> R {
    make()
}

/// Whether a `T` is so large that a copy of it on the stack of each level counts.
pub(crate) const fn is_large<T>() -> bool {
    size_of::<T>() > 512
}
