//! Reads the fields of a union.

use super::Rest;
use super::place::{apart, is_large};
use crate::codec::{Decode, decode_boxed};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::protocol::{InputProtocol, InputState};
use crate::unknown::UnknownField;
use crate::wire::Field;

type Result<T> = core::result::Result<T, DecodeError>;

/// Reads the fields of a union, where the value is to stay: usually there is one. The last of those that the IDL knows wins,
/// and an unknown one counts where there is no other.
pub struct UnionReader<'p, P: InputState, U> {
    pub(super) fields: Rest<'p, P>,
    pub(super) value: &'p mut U,
    pub(super) found: bool,
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
