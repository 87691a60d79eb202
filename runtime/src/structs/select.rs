//! The reader of a struct of which only some fields are wanted: those between them are passed over as they come.

use super::{Break, DecodeStruct, ReadFields, Result, Seen, StructReader, Walk};
use crate::codec::Decode;
use crate::protocol::{InputProtocol, InputState};

/// Decodes into `value`, which is blank, those fields of a struct that it has.
///
/// # Errors
/// When a value cannot be decoded, a field cannot be passed over, or a required field is missing.
#[inline(always)]
pub fn decode_selected<'de, T: DecodeStruct<'de>, P: InputProtocol<'de>>(value: &mut T, input: &mut P) -> Result<()> {
    let mut s = SelectReader { fields: StructReader::new(input)?, wanted: i32::MIN };
    if P::FAST {
        match value.fields(&mut s) {
            // All were looked at: whatever has a higher id is not wanted.
            Ok(()) => s.pass(i32::MAX)?,
            walk => Break::of(walk)?,
        }
    }
    let seen = s.fields.end(value)?;
    value.fill(seen);
    Ok(())
}

/// A [`StructReader`] that passes over the fields between those that it is asked for.
struct SelectReader<'p, P: InputState, S> {
    fields: StructReader<'p, P, S>,
    /// The id of the last field that was asked for. What comes below it is out of order, and may be wanted.
    wanted: i32,
}

impl<'de, P: InputProtocol<'de>, S: Seen> SelectReader<'_, P, S> {
    /// Passes over what comes before the field with this id and was not asked for.
    #[inline(always)]
    fn pass(&mut self, id: i32) -> Result<()> {
        self.fields.input.skip_between(&mut self.fields.state, self.wanted, id)?;
        self.wanted = id;
        Ok(())
    }
}

impl<'de, P: InputProtocol<'de>, S: Seen> ReadFields<'de> for SelectReader<'_, P, S> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn required<T: Decode<'de>>(&mut self, bit: u32, id: i16, slot: &mut T) -> Walk {
        self.pass(id.into())?;
        self.fields.required(bit, id, slot)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn plain<T: Decode<'de>>(&mut self, bit: u32, id: i16, slot: &mut T) -> Walk {
        self.pass(id.into())?;
        self.fields.plain(bit, id, slot)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<T: Decode<'de>>(&mut self, id: i16, slot: &mut Option<T>) -> Walk {
        self.pass(id.into())?;
        self.fields.optional(id, slot)
    }
}
