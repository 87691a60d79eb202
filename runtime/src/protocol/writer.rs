//! What the writers of all protocols share: the depth budget, the first error, the end.

use crate::codec::Encode;
use crate::error::{DecodeError, DecodeErrorKind, EncodeError};
use crate::limits::Limits;
use crate::pieces::Message;
use crate::protocol::OutputProtocol;
use crate::raw::{Seldom, Writer};
use crate::wire::WireType;
use bytes::Bytes;

/// Encodes a value in the protocol `S` to the end of `bytes`.
#[inline(always)]
pub(super) fn append<S, T>(value: &T, bytes: Vec<u8>, limits: &Limits) -> Result<Vec<u8>, EncodeError>
where
    Writer<S>: OutputProtocol,
    T: Encode + ?Sized,
{
    let mut out = Writer::<S>::in_protocol(bytes, limits);
    if T::TYPE != WireType::Struct {
        out.without_level();
    }
    value.encode(&mut out);
    out.finish()
}

#[cold]
#[inline(never)]
fn no_level() -> Box<Seldom> {
    Box::new(Seldom { error: Some(EncodeError::Depth { limit: 0 }), ..Seldom::default() })
}

/// Ends a message that is not like most.
#[cold]
#[inline(never)]
fn finish(seldom: Option<Box<Seldom>>, own: Vec<u8>, size: usize, limit: usize) -> Result<Message, EncodeError> {
    let Seldom { error, shared } = seldom.map(|seldom| *seldom).unwrap_or_default();
    match error {
        Some(error) => Err(error),
        None if size > limit => Err(EncodeError::MessageTooLarge { size, limit }),
        None => Ok(Message::Pieces(Box::new(shared.with_own(own)))),
    }
}

/// A length as the wire can say it: 31 bits.
#[inline(always)]
pub(super) fn length(len: usize) -> Option<u32> {
    i32::try_from(len).ok().map(|len| len as u32)
}

impl<S> Writer<S> {
    /// Ends the message and returns the buffer.
    ///
    /// # Errors
    /// The first error that happened while the message was written, or that it is over the limit of its size. To keep what
    /// was in the buffer before, use [`finish_message`](Self::finish_message).
    #[inline]
    pub fn finish(self) -> Result<Vec<u8>, EncodeError> {
        // Nothing here refers to the writer as a whole, which is larger than a small message: it is not moved.
        let (size, limit) = (self.message_bytes(), self.limits.message_bytes);
        match self.seldom {
            None if size <= limit => Ok(self.bytes),
            seldom => finish(seldom, self.bytes, size, limit).map(Vec::from),
        }
    }

    /// The same where binaries may be shared. The message is put where it stays, for a copy of it takes long.
    #[inline(always)]
    pub(crate) fn finish_to(self, message: &mut Message) -> Result<(), EncodeError> {
        let (size, limit) = (self.message_bytes(), self.limits.message_bytes);
        match self.seldom {
            None if size <= limit => *message = Message::Own(self.bytes),
            seldom => *message = finish(seldom, self.bytes, size, limit)?,
        }
        Ok(())
    }

    /// Ends the message and begins the next one in the same buffer. On an error the message is taken out of the buffer.
    ///
    /// # Errors
    /// As for [`finish`](Self::finish).
    pub fn finish_message(&mut self) -> Result<(), EncodeError> {
        let (start, limit, size) = (self.start, self.limits.message_bytes, self.message_bytes());
        if size > limit {
            self.keep(EncodeError::MessageTooLarge { size, limit });
        }
        let error = self.seldom.take().and_then(|seldom| seldom.error);
        if error.is_some() {
            self.buffer().truncate(start);
        }
        self.start = self.buffer().len();
        (self.depth, self.seldom) = Self::first_level(&self.limits);
        error.map_or(Ok(()), Err)
    }

    /// How many levels may nest in the outermost value, which is a level itself: so that a struct without structs, the
    /// most frequent message, need not be counted. And an error, if there may be no level at all.
    #[inline(always)]
    pub(crate) fn first_level(limits: &Limits) -> (u32, Option<Box<Seldom>>) {
        match limits.depth.checked_sub(1) {
            Some(depth) => (depth, None),
            None => (0, Some(no_level())),
        }
    }

    /// Takes the outermost value, before it is written, for what it is when it is no struct: no level.
    pub(crate) fn without_level(&mut self) {
        (self.depth, self.seldom) = (self.limits.depth, None);
    }

    /// Writes a long binary, of which the length is written already.
    #[cold]
    #[inline(never)]
    pub(crate) fn put_shared(&mut self, value: &Bytes) {
        if value.len() < self.share_from {
            return self.put_with([], 0, value);
        }
        let place = self.bytes.len();
        self.seldom.get_or_insert_default().shared.share_at(place, value.clone());
    }

    /// Takes one level of nesting; false, and an error, when there is none left.
    #[inline(always)]
    pub(crate) fn descend(&mut self) -> bool {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                true
            }
            None => {
                self.too_deep();
                false
            }
        }
    }

    /// Gives one level of nesting back.
    #[inline(always)]
    pub(crate) fn ascend(&mut self) {
        self.depth = self.depth.wrapping_add(1);
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn too_deep(&mut self) {
        self.keep(EncodeError::Depth { limit: self.limits.depth });
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn too_long(&mut self, len: usize) {
        self.keep(EncodeError::TooLong { len });
    }

    /// The limits for a look at a value of this type that is written as it is. The level of a struct in a field is taken
    /// before its value is written, and once more when it is passed over.
    pub(crate) fn raw_limits(&self, ty: WireType) -> Limits {
        self.limits.depth(self.depth.saturating_add(u32::from(ty == WireType::Struct)))
    }

    /// Writes a value as it is, unless the look at it said that it nests too deep.
    pub(crate) fn put_raw(&mut self, value: &[u8], look: Result<(), DecodeError>) {
        match look {
            Err(error) if matches!(error.kind(), DecodeErrorKind::Depth { .. }) => self.too_deep(),
            _ => self.put_with([], 0, value),
        }
    }

    /// Keeps this error, unless there is one already.
    pub(crate) fn keep(&mut self, error: EncodeError) {
        self.seldom.get_or_insert_default().error.get_or_insert(error);
    }
}
