//! Finds the end of a message in a stream that has no frames, whatever the message's protocol.
//!
//! The scanner walks over the headers in the bytes read so far and remembers where it stopped, so that each byte is
//! looked at once however the stream is cut; only a header that is cut is looked at again. It decodes nothing and
//! allocates only its stack, which the depth limit bounds.

mod binary;
mod compact;
#[cfg(any(test, feature = "fuzzing"))]
pub(super) mod decoder;
#[cfg(feature = "json")]
mod json;

use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::message::{MessageError, Protocol};
use crate::protocol::Layout;
use crate::protocol::binary::Binary;
use crate::protocol::compact::Compact;
use crate::wire::WireType;
use std::ops::Range;

/// A resumable scan for the end of one message after another. Each may be in another protocol.
#[derive(Debug)]
pub(crate) struct Scanner {
    walk: Walk,
    #[cfg(feature = "json")]
    json: json::Scan,
}

impl Scanner {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            walk: Walk { at: 0, open: Vec::new(), depth: 0, limits },
            #[cfg(feature = "json")]
            json: json::Scan::default(),
        }
    }

    /// Where the message stands that `input` begins with, behind white space in JSON, once `input` holds all of it; then
    /// the next message is scanned. `input` must begin with what it began with in the last call that found no end.
    ///
    /// # Errors
    /// The bytes are no message, or over a limit. The stream has no known position any more.
    pub(crate) fn scan(&mut self, input: &[u8]) -> Result<Option<Range<usize>>, MessageError> {
        #[cfg(feature = "json")]
        if let Some(b' ' | b'\t' | b'\n' | b'\r') = input.first() {
            return Ok(self.json.message(input, &self.walk.limits)?);
        }
        match Protocol::of(input) {
            Ok(Protocol::Binary) => self.walk.message::<Binary>(input),
            Ok(Protocol::Compact) => self.walk.message::<Compact>(input),
            #[cfg(feature = "json")]
            Ok(Protocol::Json) => Ok(self.json.message(input, &self.walk.limits)?),
            Err(MessageError::Truncated) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How many bytes the message has at least, as far as is known.
    pub(crate) fn least_length(&self) -> usize {
        self.walk.at
    }
}

/// How a protocol with lengths and counts says what comes next. `None`: too few bytes are there to tell.
trait Encoding: Layout {
    const PROTOCOL: Protocol;
    /// The field, or the stop, that `input` begins with in a struct whose last field was `last`.
    fn field(input: &[u8], last: i16) -> Result<Option<Field>, DecodeErrorKind>;
    /// The element, key or value of that type that `input` begins with.
    fn value(input: &[u8], ty: WireType) -> Result<Option<Value>, DecodeErrorKind>;
}

/// What comes next in a struct.
enum Field {
    /// The end, of so many bytes.
    Stop(u64),
    /// The value of the field with this id, and its header.
    Value(i16, Value),
}

/// What the first bytes of a value say of it.
struct Value {
    /// How many bytes can be passed over at once: all of them, but for what it holds.
    size: u64,
    /// What it holds, and must be walked over; and how many bytes that takes at least.
    holds: Option<(Open, u64)>,
}

impl Value {
    /// A value that holds no others.
    fn whole(size: u64) -> Self {
        Self { size, holds: None }
    }

    fn structure() -> Self {
        Self { size: 0, holds: Some((Open::Struct { last: 0 }, 0)) }
    }

    /// A list or set whose header has so many bytes.
    fn list<L: Layout>(header: usize, item: WireType, count: u32) -> Self {
        let left = u64::from(count);
        match L::fixed_size(item) {
            _ if count == 0 => Self::whole(header as u64),
            Some(size) => Self::whole(header as u64 + size as u64 * left),
            None => {
                let least = L::min_size(item) as u64 * left;
                Self { size: header as u64, holds: Some((Open::List { item, left }, least)) }
            }
        }
    }

    /// A map whose header has so many bytes.
    fn map<L: Layout>(header: usize, key: WireType, value: WireType, count: u32) -> Self {
        let count = u64::from(count);
        match (L::fixed_size(key), L::fixed_size(value)) {
            (Some(key), Some(value)) => Self::whole(header as u64 + (key + value) as u64 * count),
            _ => {
                let least = (L::min_size(key) + L::min_size(value)) as u64 * count;
                Self { size: header as u64, holds: Some((Open::Map { key, value, left: 2 * count }, least)) }
            }
        }
    }

    /// The same behind a header of so many bytes.
    fn behind(self, header: usize) -> Self {
        Self { size: self.size + header as u64, ..self }
    }
}

/// A value whose end is not found yet.
#[derive(Clone, Copy, Debug)]
enum Open {
    Struct {
        /// The id of the last field, where the next one depends on it.
        last: i16,
    },
    /// A list or set.
    List { item: WireType, left: u64 },
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
            Self::Struct { .. } => true,
            Self::List { item, .. } => item.is_container(),
            Self::Map { key, value, .. } => key.is_container() || value.is_container(),
        })
    }
}

/// A walk over the headers of one message.
#[derive(Debug)]
struct Walk {
    /// Where the next header stands, counted from the message's first byte. May lie beyond the bytes read so far.
    at: usize,
    /// The values that are not finished yet, outermost first.
    open: Vec<Open>,
    /// How many levels the open values are together, as the decoders count.
    depth: u32,
    limits: Limits,
}

impl Walk {
    /// Where the message stands that `input` begins with.
    fn message<E: Encoding>(&mut self, input: &[u8]) -> Result<Option<Range<usize>>, MessageError> {
        if self.at == 0 {
            match E::PROTOCOL.read_header(input) {
                Ok((_, body)) => self.pass(body.start as u64)?,
                Err(MessageError::Truncated) => return Ok(None),
                Err(error) => return Err(error),
            }
            self.push(Open::Struct { last: 0 })?;
        }
        while let Some(&open) = self.open.last() {
            if !self.advance::<E>(open, input)? {
                return Ok(None);
            }
        }
        if self.at > input.len() {
            return Ok(None);
        }
        Ok(Some(0..std::mem::take(&mut self.at)))
    }

    /// Walks over what comes next in the innermost open value. False: too little of it is there.
    fn advance<E: Encoding>(&mut self, open: Open, input: &[u8]) -> Result<bool, DecodeError> {
        let input = input.get(self.at..).unwrap_or_default();
        let (value, open) = match open {
            Open::List { left: 0, .. } | Open::Map { left: 0, .. } => {
                self.pop();
                return Ok(true);
            }
            Open::Struct { last } => match E::field(input, last).map_err(|kind| self.error(kind))? {
                None => return Ok(false),
                Some(Field::Stop(size)) => {
                    self.pass(size)?;
                    self.pop();
                    return Ok(true);
                }
                Some(Field::Value(last, value)) => (Some(value), Open::Struct { last }),
            },
            Open::List { item, left } => (self.value::<E>(input, item)?, Open::List { item, left: left - 1 }),
            Open::Map { key, value, left } => {
                let next = if left % 2 == 0 { key } else { value };
                (self.value::<E>(input, next)?, Open::Map { key, value, left: left - 1 })
            }
        };
        let Some(value) = value else { return Ok(false) };
        if let Some(innermost) = self.open.last_mut() {
            *innermost = open;
        }
        self.pass(value.size)?;
        if let Some((open, least)) = value.holds {
            self.check_room(least)?;
            self.push(open)?;
        }
        Ok(true)
    }

    fn value<E: Encoding>(&self, input: &[u8], ty: WireType) -> Result<Option<Value>, DecodeError> {
        E::value(input, ty).map_err(|kind| self.error(kind))
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

    fn pass(&mut self, count: u64) -> Result<(), DecodeError> {
        self.at = self.check_room(count)?;
        Ok(())
    }

    /// Where the walk stands `count` bytes on, if the limit allows that many.
    fn check_room(&self, count: u64) -> Result<usize, DecodeError> {
        let limit = self.limits.message_bytes;
        match usize::try_from((self.at as u64).saturating_add(count)) {
            Ok(at) if at <= limit => Ok(at),
            _ => Err(self.error(DecodeErrorKind::MessageTooLarge { limit })),
        }
    }

    fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.at)
    }
}

/// Checks a length or count: it is signed.
fn size(size: u32) -> Result<u32, DecodeErrorKind> {
    match i32::try_from(size) {
        Ok(_) => Ok(size),
        Err(_) => Err(DecodeErrorKind::NegativeSize(size as i32)),
    }
}

#[cfg(test)]
mod tests;
