//! What the readers of the binary and the compact protocol share: the place in the message, the limits, passing over values.

use crate::codec::{Decode, filled};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::protocol::skip::skip_nested;
use crate::protocol::{InputProtocol, InputState};
use crate::wire::{Field, WireType};
use bytes::Bytes;
use core::marker::PhantomData;
use core::slice;

type Result<T> = core::result::Result<T, DecodeError>;

/// How many bytes values take in a protocol.
pub trait Layout {
    /// The least number of bytes that a value of this type takes as an element.
    fn min_size(ty: WireType) -> usize;
    /// The number of bytes that each value of this type takes as an element, where it is fixed and any bytes are a value.
    fn fixed_size(ty: WireType) -> Option<usize>;
}

/// Reads values in the protocol `S` from a slice.
#[derive(Clone, Debug)]
pub struct Reader<'de, S> {
    /// What has not been read: an iterator, since it moves on by one word, and a slice by two.
    rest: slice::Iter<'de, u8>,
    /// How many bytes there were at first.
    len: usize,
    /// How many more levels may nest.
    depth: u32,
    /// How many more bytes of memory may be taken.
    memory: usize,
    limits: Limits,
    frame: Option<&'de Bytes>,
    /// Binaries of fewer bytes are copied out of the frame.
    shared_min: usize,
    protocol: PhantomData<S>,
}

impl<'de, S> Reader<'de, S> {
    /// Reads from `bytes`.
    pub fn new(bytes: &'de [u8], limits: &Limits) -> Self {
        let Limits { depth, memory_bytes: memory, .. } = *limits;
        Self {
            rest: bytes.iter(),
            len: bytes.len(),
            depth,
            memory,
            limits: *limits,
            frame: None,
            shared_min: 0,
            protocol: PhantomData,
        }
    }

    /// Reads from `frame`, of which binaries become slices.
    pub fn from_frame(frame: &'de Bytes, limits: &Limits) -> Self {
        Self { frame: Some(frame), ..Self::new(frame, limits) }
    }

    /// Copies binaries of fewer than `min` bytes, so that a small value does not hold on to a big frame.
    pub(crate) fn sharing_from(self, min: usize) -> Self {
        Self { shared_min: min, ..self }
    }

    /// The bytes that have not been read yet.
    #[inline(always)]
    pub fn remaining(&self) -> &'de [u8] {
        self.rest.as_slice()
    }

    /// Reads a value that takes up everything that remains.
    ///
    /// # Errors
    /// When the bytes are no such value, are over the limits, or go on after the value.
    #[inline]
    pub fn read_all<T: Decode<'de>>(mut self) -> Result<T>
    where
        Self: InputProtocol<'de>,
    {
        self.check_length()?;
        filled(T::blank(), |value| {
            value.decode_into(&mut self)?;
            self.check_end()
        })
    }

    /// An error when the message is larger than the limit.
    pub(super) fn check_length(&self) -> Result<()> {
        match self.limits.message_bytes {
            limit if self.len > limit => Err(self.error_here(DecodeErrorKind::MessageTooLarge { limit })),
            _ => Ok(()),
        }
    }

    /// Checks that nothing follows.
    pub(crate) fn check_end(&self) -> Result<()> {
        match self.rest.len() {
            0 => Ok(()),
            count => Err(self.error_here(DecodeErrorKind::TrailingBytes { count })),
        }
    }

    /// Reads the value at the beginning, and says how many bytes it takes.
    pub(super) fn read_first<T: Decode<'de>>(mut self) -> Result<(T, usize)>
    where
        Self: InputProtocol<'de>,
    {
        let value = T::decode(&mut self)?;
        Ok((value, self.position()))
    }

    /// The next N bytes.
    #[inline(always)]
    pub(super) fn peek<const N: usize>(&self) -> Option<[u8; N]> {
        self.remaining().first_chunk().copied()
    }

    /// Reads N bytes.
    #[inline(always)]
    pub(super) fn get<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.peek() {
            Some(chunk) => {
                self.advance(N);
                Ok(chunk)
            }
            None => Err(self.end()),
        }
    }

    /// Reads `n` bytes.
    #[inline(always)]
    pub(super) fn take(&mut self, n: usize) -> Result<&'de [u8]> {
        match self.remaining().get(..n) {
            Some(taken) => {
                self.advance(n);
                Ok(taken)
            }
            None => Err(self.end()),
        }
    }

    /// Passes over bytes that are known to be there.
    #[inline(always)]
    pub(super) fn advance(&mut self, n: usize) {
        if let Some(last) = n.checked_sub(1) {
            self.rest.nth(last);
        }
    }

    /// A length or count on the wire, of things of at least `min` bytes, which must be there.
    #[inline(always)]
    pub(super) fn count(&self, len: u32, min: usize) -> Result<usize> {
        // A negative count is over 2 GiB as an unsigned one.
        match (len as usize).checked_mul(min) {
            Some(bytes) if bytes <= self.rest.len() && len <= i32::MAX as u32 => Ok(len as usize),
            _ => Err(self.bad_count(len, min)),
        }
    }

    #[cold]
    #[inline(never)]
    fn bad_count(&self, len: u32, min: usize) -> DecodeError {
        let limit = self.limits.message_bytes;
        self.error_here(match i32::try_from(len) {
            Err(_) => DecodeErrorKind::NegativeSize(len as i32),
            Ok(_) if (len as usize).saturating_mul(min).saturating_add(self.position()) > limit => {
                DecodeErrorKind::MessageTooLarge { limit }
            }
            Ok(_) => DecodeErrorKind::UnexpectedEnd,
        })
    }

    #[cold]
    #[inline(never)]
    pub(super) fn end(&self) -> DecodeError {
        self.error_here(DecodeErrorKind::UnexpectedEnd)
    }

    /// Reads numbers of fixed size.
    #[inline(always)]
    pub(super) fn chunks<T, const N: usize>(&mut self, len: usize, convert: impl Fn([u8; N]) -> T) -> Result<Vec<T>> {
        let Some(size) = len.checked_mul(N) else { return Err(self.end()) };
        let (chunks, _) = self.take(size)?.as_chunks();
        Ok(chunks.iter().map(|chunk| convert(*chunk)).collect())
    }

    /// These bytes, which are part of the input, as a value of their own.
    pub(super) fn share(&self, bytes: &'de [u8]) -> Bytes {
        match self.frame {
            Some(frame) if bytes.len() >= self.shared_min => frame.slice_ref(bytes),
            _ => Bytes::copy_from_slice(bytes),
        }
    }

    /// The same, and however short, a slice of the frame.
    pub(super) fn share_always(&self, bytes: &'de [u8]) -> Bytes {
        self.frame.map_or_else(|| Bytes::copy_from_slice(bytes), |frame| frame.slice_ref(bytes))
    }

    /// See [`InputProtocol::charge`].
    #[inline(always)]
    pub(super) fn take_memory(&mut self, count: usize, size: usize) -> Result<()> {
        match self.memory.checked_sub(count.saturating_mul(size)) {
            Some(memory) => {
                self.memory = memory;
                Ok(())
            }
            None => Err(self.error_here(DecodeErrorKind::Memory { limit: self.limits.memory_bytes })),
        }
    }

    /// Goes one level deeper.
    #[inline(always)]
    pub(super) fn descend(&mut self) -> Result<()> {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                Ok(())
            }
            None => Err(self.error_here(DecodeErrorKind::Depth { limit: self.limits.depth })),
        }
    }

    /// Comes back from a level.
    #[inline(always)]
    pub(super) fn ascend(&mut self) {
        self.depth = self.depth.wrapping_add(1);
    }

    /// How many bytes of the message have been read.
    #[inline(always)]
    pub(super) fn position(&self) -> usize {
        self.len - self.rest.len()
    }

    #[cold]
    pub(super) fn error_here(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.position())
    }
}

impl<'de, S: Layout> Reader<'de, S>
where
    Self: InputProtocol<'de>,
{
    /// Whether a value of this type can be passed over.
    pub(super) fn skips(mut self, ty: WireType) -> Result<()> {
        self.skip_value(ty)
    }

    /// Passes over the fields that come next, as long as their ids lie between these two.
    #[inline(never)]
    pub(super) fn skipped_between(
        &mut self,
        state: &mut <Self as InputState>::Struct,
        after: i32,
        before: i32,
    ) -> Result<()> {
        loop {
            let (rest, depth, mut next) = (self.rest.clone(), self.depth, *state);
            match self.field_begin(&mut next)? {
                Some(field) if after < field.id.into() && i32::from(field.id) < before => {
                    *state = next;
                    self.skip(field)?;
                }
                // It is for who comes next.
                _ => {
                    (self.rest, self.depth) = (rest, depth);
                    return Ok(());
                }
            }
        }
    }

    /// Passes over the value of a field, and returns its bytes.
    pub(super) fn captured(&mut self, field: Field) -> Result<Bytes> {
        let start = self.remaining();
        self.skip(field)?;
        let len = start.len() - self.rest.len();
        Ok(self.share(start.get(..len).unwrap_or_default()))
    }

    /// Passes over a value that is an element, or that of a field other than bool. What holds no other values is passed over
    /// in the loop that this stands in.
    #[inline(always)]
    pub(super) fn skip_value(&mut self, ty: WireType) -> Result<()> {
        match ty {
            WireType::String => self.bytes().map(drop),
            WireType::I16 => self.i16().map(drop),
            WireType::I32 => self.i32().map(drop),
            WireType::I64 => self.i64().map(drop),
            WireType::Bool => self.bool().map(drop),
            WireType::I8 | WireType::Double | WireType::Uuid => self.take(S::min_size(ty)).map(drop),
            WireType::Struct | WireType::List | WireType::Set | WireType::Map => self.skip_nested(ty),
        }
    }

    #[inline(never)]
    fn skip_nested(&mut self, ty: WireType) -> Result<()> {
        skip_nested(self, ty, Self::skip_fixed, Self::skip_value)
    }

    /// Passes over elements, if all take the same number of bytes.
    #[inline(always)]
    fn skip_fixed(&mut self, element: WireType, len: usize) -> Result<bool> {
        match S::fixed_size(element) {
            Some(size) => self.take(len.saturating_mul(size)).map(|_| true),
            None => Ok(false),
        }
    }
}
