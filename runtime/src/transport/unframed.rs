//! Finds the end of a binary message in a stream that has no frames.
//!
//! The scanner walks over the headers in the bytes read so far and remembers where it stopped, so that each byte is
//! looked at once however the stream is cut. It decodes nothing and allocates only its stack, which the depth limit
//! bounds.

use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::message::{MessageError, name_length, old_form, strict_kind};
use crate::wire::WireType;

/// A resumable scan for the end of one message after another.
#[derive(Debug)]
pub(crate) struct Scanner {
    /// Where the next header stands, counted from the message's first byte. May lie beyond the bytes read so far.
    at: usize,
    /// The values that are not finished yet, outermost first.
    open: Vec<Open>,
    /// How many levels the open values are together, as the decoders count.
    depth: u32,
    limits: Limits,
}

/// A value whose end is not found yet.
#[derive(Clone, Copy, Debug)]
enum Open {
    Struct,
    /// A list or set.
    List {
        item: WireType,
        left: u32,
    },
    Map {
        key: WireType,
        value: WireType,
        /// Keys and values, each counted.
        left: u64,
    },
}

impl Open {
    /// How many levels deeper its elements are: a struct is a level, and a container that holds containers.
    fn levels(self) -> u32 {
        u32::from(match self {
            Self::Struct => true,
            Self::List { item, .. } => item.is_container(),
            Self::Map { key, value, .. } => key.is_container() || value.is_container(),
        })
    }
}

impl Scanner {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { at: 0, open: Vec::new(), depth: 0, limits }
    }

    /// The length of the message that `input` begins with, once `input` holds all of it; then the next message is
    /// scanned. `input` must begin with what it began with in the last call that found no end.
    ///
    /// # Errors
    /// The bytes are no message, or over a limit. The stream has no known position any more.
    pub(crate) fn scan(&mut self, input: &[u8]) -> Result<Option<usize>, MessageError> {
        if self.at == 0 && !self.head(input)? {
            return Ok(None);
        }
        while let Some(&open) = self.open.last() {
            if !self.advance(open, input)? {
                return Ok(None);
            }
        }
        if self.at > input.len() {
            return Ok(None);
        }
        Ok(Some(std::mem::take(&mut self.at)))
    }

    /// How many bytes the message has at least, as far as is known.
    pub(crate) fn least_length(&self) -> usize {
        self.at
    }

    /// Walks over the message head. False: it is not all there.
    fn head(&mut self, input: &[u8]) -> Result<bool, MessageError> {
        let Some(first) = word(input, 0) else { return Ok(false) };
        // The version word, or the kind after the name, and the sequence id.
        let (name_at, around) = if first & 0x8000_0000 != 0 {
            strict_kind(first)?;
            (4, 8)
        } else {
            old_form(first)?;
            (0, 5)
        };
        let Some(name) = word(input, name_at) else { return Ok(false) };
        self.skip((around + 4 + name_length(name)?) as u64)?;
        self.push(Open::Struct)?;
        Ok(true)
    }

    /// Walks over the next header in the innermost open value. False: it is not all there.
    fn advance(&mut self, open: Open, input: &[u8]) -> Result<bool, DecodeError> {
        let (ty, start) = match open {
            Open::Struct => match input.get(self.at) {
                None => return Ok(false),
                Some(0) => {
                    self.skip(1)?;
                    self.pop();
                    return Ok(true);
                }
                Some(&code) => (self.wire_type(code)?, self.at.saturating_add(3)),
            },
            Open::List { left: 0, .. } | Open::Map { left: 0, .. } => {
                self.pop();
                return Ok(true);
            }
            Open::List { item, .. } => (item, self.at),
            Open::Map { key, left, .. } if left % 2 == 0 => (key, self.at),
            Open::Map { value, .. } => (value, self.at),
        };
        if input.len() < start.saturating_add(header_size(ty)) {
            return Ok(false);
        }
        match self.open.last_mut() {
            Some(Open::List { left, .. }) => *left -= 1,
            Some(Open::Map { left, .. }) => *left -= 1,
            Some(Open::Struct) | None => {}
        }
        self.at = start;
        self.value(ty, input)?;
        Ok(true)
    }

    /// Walks over the header of a value, which is all there, and over the value when its size is known then.
    fn value(&mut self, ty: WireType, input: &[u8]) -> Result<(), DecodeError> {
        match ty {
            WireType::Struct => self.push(Open::Struct),
            WireType::String => {
                let length = self.size(input, 0)?;
                self.skip(4 + u64::from(length))
            }
            WireType::List | WireType::Set => {
                let (item, count) = (self.byte(input, 0)?, self.size(input, 1)?);
                // An empty list may come without a type.
                if (item, count) == (0, 0) {
                    return self.skip(5);
                }
                let item = self.wire_type(item)?;
                self.skip(5)?;
                if count == 0 {
                    return Ok(());
                }
                match fixed_size(item) {
                    Some(size) => self.skip(size * u64::from(count)),
                    None => {
                        self.check_room(least_size(item) * u64::from(count))?;
                        self.push(Open::List { item, left: count })
                    }
                }
            }
            WireType::Map => {
                let (key, value, count) = (self.byte(input, 0)?, self.byte(input, 1)?, self.size(input, 2)?);
                self.skip(6)?;
                // An empty map may come without types.
                if count == 0 {
                    return Ok(());
                }
                let (key, value, count) = (self.wire_type(key)?, self.wire_type(value)?, u64::from(count));
                match (fixed_size(key), fixed_size(value)) {
                    (Some(key), Some(value)) => self.skip((key + value) * count),
                    _ => {
                        self.check_room((least_size(key) + least_size(value)) * count)?;
                        self.push(Open::Map { key, value, left: 2 * count })
                    }
                }
            }
            _ => self.skip(fixed_size(ty).unwrap_or(0)),
        }
    }

    fn push(&mut self, open: Open) -> Result<(), DecodeError> {
        let limit = self.limits.depth;
        self.depth = self.depth.saturating_add(open.levels());
        if self.depth > limit {
            return Err(self.error(DecodeErrorKind::Depth { limit }));
        }
        self.open.push(open);
        Ok(())
    }

    fn pop(&mut self) {
        let levels = self.open.pop().map_or(0, Open::levels);
        self.depth = self.depth.saturating_sub(levels);
    }

    fn skip(&mut self, count: u64) -> Result<(), DecodeError> {
        self.at = self.check_room(count)?;
        Ok(())
    }

    /// Where the scan stands `count` bytes on, if the limit allows that many.
    fn check_room(&self, count: u64) -> Result<usize, DecodeError> {
        let limit = self.limits.message_bytes;
        match usize::try_from((self.at as u64).saturating_add(count)) {
            Ok(at) if at <= limit => Ok(at),
            _ => Err(self.error(DecodeErrorKind::MessageTooLarge { limit })),
        }
    }

    fn wire_type(&self, code: u8) -> Result<WireType, DecodeError> {
        WireType::from_binary(code).ok_or_else(|| self.error(DecodeErrorKind::UnknownType(code)))
    }

    fn byte(&self, input: &[u8], after: usize) -> Result<u8, DecodeError> {
        input.get(self.at + after).copied().ok_or_else(|| self.error(DecodeErrorKind::UnexpectedEnd))
    }

    /// A length or count: the wire has it signed.
    fn size(&self, input: &[u8], after: usize) -> Result<u32, DecodeError> {
        let size = word(input, self.at + after).ok_or_else(|| self.error(DecodeErrorKind::UnexpectedEnd))?;
        match i32::try_from(size) {
            Ok(_) => Ok(size),
            Err(_) => Err(self.error(DecodeErrorKind::NegativeSize(size as i32))),
        }
    }

    fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.at)
    }
}

/// The bytes of a value of that type, where they are always as many.
fn fixed_size(ty: WireType) -> Option<u64> {
    Some(match ty {
        WireType::Bool | WireType::I8 => 1,
        WireType::I16 => 2,
        WireType::I32 => 4,
        WireType::I64 | WireType::Double => 8,
        WireType::Uuid => 16,
        WireType::String | WireType::Struct | WireType::Map | WireType::Set | WireType::List => return None,
    })
}

/// The bytes that say how long a value of that type is.
fn header_size(ty: WireType) -> usize {
    match ty {
        WireType::String => 4,
        WireType::List | WireType::Set => 5,
        WireType::Map => 6,
        _ => 0,
    }
}

/// The fewest bytes that a value of that type takes.
fn least_size(ty: WireType) -> u64 {
    match ty {
        WireType::Struct => 1,
        _ => fixed_size(ty).unwrap_or(header_size(ty) as u64),
    }
}

fn word(input: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*input.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests;
