//! The bytes of a message, of which long parts may be shared instead of copied to where they belong.

use crate::spare;
use bytes::{Buf, Bytes};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::IoSlice;
use std::mem;

/// A part of so many bytes and more is better not copied.
pub(crate) const SHARED_FROM: usize = 16 * 1024;

/// The bytes of a message.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// A buffer that can be [used again](crate::spare).
    Own(Vec<u8>),
    Shared(Bytes),
    Pieces(Box<Pieces>),
}

impl Message {
    /// A copy of these bytes.
    #[cfg(feature = "rpc")]
    pub(crate) fn copy_of(bytes: &[u8]) -> Self {
        if bytes.len() >= SHARED_FROM {
            return Self::Shared(Bytes::copy_from_slice(bytes));
        }
        let mut own = spare::take();
        own.extend_from_slice(bytes);
        Self::Own(own)
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Own(bytes) => bytes.len(),
            Self::Shared(bytes) => bytes.len(),
            Self::Pieces(pieces) => pieces.remaining(),
        }
    }

    /// The bytes at its beginning that stand together: all, or those before the first part that is shared. The head is among
    /// them.
    #[inline]
    pub(crate) fn beginning(&self) -> &[u8] {
        match self {
            Self::Own(bytes) => bytes,
            Self::Shared(bytes) => bytes,
            Self::Pieces(pieces) => pieces.chunk(),
        }
    }

    /// All bytes, which are copied if they do not stand together.
    pub(crate) fn whole(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Pieces(pieces) => Cow::Owned(pieces.chunks().collect::<Vec<_>>().concat()),
            _ => Cow::Borrowed(self.beginning()),
        }
    }

    /// Has it stand together, and what is kept of it be slices of one buffer.
    pub(crate) fn share(&mut self) {
        if !matches!(self, Self::Shared(_)) {
            *self = Self::Shared(mem::take(self).into());
        }
    }

    /// The buffer that can be sliced.
    pub(crate) fn shared(&self) -> Option<&Bytes> {
        match self {
            Self::Shared(message) => Some(message),
            Self::Own(_) | Self::Pieces(_) => None,
        }
    }

    /// Gives the buffer to those that are written next, as its bytes are not needed any more.
    #[inline]
    pub(crate) fn recycle(&mut self) {
        match self {
            Self::Own(buffer) => spare::give(mem::take(buffer)),
            Self::Pieces(pieces) => spare::give(mem::take(pieces).own),
            Self::Shared(_) => {}
        }
    }
}

impl Default for Message {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

impl From<Message> for Vec<u8> {
    fn from(message: Message) -> Self {
        match message {
            Message::Own(bytes) => bytes,
            _ => message.whole().into_owned(),
        }
    }
}

impl From<Message> for Bytes {
    fn from(message: Message) -> Self {
        match message {
            Message::Shared(bytes) => bytes,
            _ => Vec::from(message).into(),
        }
    }
}

/// Bytes that were copied, and parts among them that are shared. Taken from the front.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pieces {
    /// What was copied.
    own: Vec<u8>,
    /// How many of the own bytes were taken.
    start: usize,
    /// What was not copied, in order, and how many own bytes stand before it.
    shared: VecDeque<(usize, Bytes)>,
    /// How many bytes are shared.
    shared_bytes: usize,
}

impl Pieces {
    /// The same with these as its own bytes.
    pub(crate) fn with_own(self, own: Vec<u8>) -> Self {
        Self { own, ..self }
    }

    /// Adds a part behind so many own bytes.
    pub(crate) fn share_at(&mut self, place: usize, part: Bytes) {
        self.shared_bytes += part.len();
        self.shared.push_back((place, part));
    }

    /// How many bytes are shared.
    pub(crate) fn shared_bytes(&self) -> usize {
        self.shared_bytes
    }

    /// The parts as they follow one another.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = &[u8]> {
        let mut at = self.start;
        let shared = self.shared.iter().map(|(place, part)| (*place, &part[..]));
        let pairs = shared.chain([(self.own.len(), &[][..])]).map(move |(place, part)| {
            let own = self.own.get(mem::replace(&mut at, place)..place).unwrap_or_default();
            [own, part]
        });
        pairs.flatten().filter(|chunk| !chunk.is_empty())
    }
}

#[cfg(any(feature = "rpc", feature = "blocking"))]
impl Pieces {
    /// The own bytes, to append to them. Those that are there must stay.
    pub(crate) fn own(&mut self) -> &mut Vec<u8> {
        &mut self.own
    }

    /// Whether all bytes stand together.
    #[cfg(feature = "rpc")]
    pub(crate) fn is_whole(&self) -> bool {
        self.shared.is_empty()
    }

    /// Adds a part to the end.
    pub(crate) fn share(&mut self, part: Bytes) {
        self.share_at(self.own.len(), part);
    }

    /// Adds a message, which is taken away. Of a long one, nothing that is long is copied.
    #[inline]
    pub(crate) fn push(&mut self, message: &mut Message) {
        if let Message::Own(bytes) = message
            && bytes.len() < SHARED_FROM
        {
            self.own.extend_from_slice(bytes);
            return message.recycle();
        }
        self.push_any(message);
    }

    fn push_any(&mut self, message: &mut Message) {
        if message.len() < SHARED_FROM {
            self.own.extend_from_slice(&message.whole());
            return message.recycle();
        }
        match mem::take(message) {
            Message::Own(bytes) => self.share(bytes.into()),
            Message::Shared(bytes) => self.share(bytes),
            Message::Pieces(pieces) => self.append(*pieces),
        }
    }

    fn append(&mut self, Self { own, start, shared, .. }: Self) {
        let mut at = start;
        let places = shared.into_iter().map(|(place, part)| (place, Some(part)));
        let end = (own.len(), None);
        // Where they are few, they are copied, and their buffer is used again.
        let (own, long) = if own.len() < SHARED_FROM { (own, None) } else { (Vec::new(), Some(Bytes::from(own))) };
        for (place, part) in places.chain([end]) {
            match &long {
                Some(long) if at < place => self.share(long.slice(at..place)),
                _ => self.own.extend_from_slice(own.get(at..place).unwrap_or_default()),
            }
            at = place;
            if let Some(part) = part {
                self.share(part);
            }
        }
        spare::give(own);
    }

    /// Gives memory back that was taken for more than `keep` bytes, and the place of bytes that are gone. As bytes move, not
    /// before it is worth it.
    pub(crate) fn compact(&mut self, keep: usize) {
        if !self.has_remaining() || self.start >= keep.max(self.own.len() / 2) {
            self.own.drain(..self.start);
            self.own.shrink_to(keep);
            for (place, _) in &mut self.shared {
                *place -= self.start;
            }
            self.start = 0;
        }
    }

    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.own.capacity()
    }
}

impl Buf for Pieces {
    fn remaining(&self) -> usize {
        self.own.len() - self.start + self.shared_bytes
    }

    fn chunk(&self) -> &[u8] {
        match self.shared.front() {
            None => self.own.get(self.start..).unwrap_or_default(),
            Some((place, part)) if *place == self.start => part,
            Some((place, _)) => self.own.get(self.start..*place).unwrap_or_default(),
        }
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        slices.iter_mut().zip(self.chunks()).map(|(slice, chunk)| *slice = IoSlice::new(chunk)).count()
    }

    fn advance(&mut self, mut count: usize) {
        while let Some((place, part)) = self.shared.front_mut() {
            let own = count.min(*place - self.start);
            self.start += own;
            count -= own;
            let taken = count.min(part.len());
            self.shared_bytes -= taken;
            count -= taken;
            if taken < part.len() {
                part.advance(taken);
                return;
            }
            self.shared.pop_front();
        }
        self.start = self.own.len().min(self.start + count);
    }
}

#[cfg(all(test, any(feature = "rpc", feature = "blocking")))]
mod tests {
    use super::*;

    /// Own bytes and shared ones in turn.
    fn pieces(sizes: &[usize]) -> (Pieces, Vec<u8>) {
        let (mut pieces, mut whole) = (Pieces::default(), Vec::new());
        for (index, &size) in sizes.iter().enumerate() {
            let bytes = vec![index as u8; size];
            whole.extend_from_slice(&bytes);
            if index % 2 == 0 {
                pieces.own().extend(bytes);
            } else {
                pieces.share(bytes.into());
            }
        }
        (pieces, whole)
    }

    const SIZES: [&[usize]; 6] = [&[], &[5], &[0, 5], &[3, 5], &[3, 5, 0, 4], &[3, 5, 2, 4, 1]];

    #[test]
    fn they_are_taken_in_order_however_many_at_a_time() {
        for sizes in SIZES {
            for step in 1..8 {
                let (mut pieces, whole) = pieces(sizes);
                let mut taken = Vec::new();
                while pieces.has_remaining() {
                    assert_eq!(pieces.remaining(), whole.len() - taken.len());
                    let chunks: Vec<u8> = pieces.chunks().flatten().copied().collect();
                    assert_eq!(chunks, whole[taken.len()..]);
                    assert_eq!(pieces.chunks().next(), Some(pieces.chunk()));
                    let count = step.min(chunks.len());
                    taken.extend_from_slice(&chunks[..count]);
                    pieces.advance(count);
                    pieces.compact(1);
                }
                assert_eq!((taken, pieces.chunk()), (whole, &[][..]), "{sizes:?} by {step}");
            }
        }
    }

    #[test]
    fn messages_are_pushed_behind_one_another() {
        let mut all = Pieces::default();
        let mut expected = Vec::new();
        for sizes in SIZES.into_iter().chain([&[SHARED_FROM, 1, SHARED_FROM, 1][..], &[2]]) {
            let (pieces, whole) = pieces(sizes);
            let message = Message::Pieces(Box::new(pieces));
            assert!(message.len() == whole.len() && message.whole() == whole);
            assert!(Bytes::from(message.clone()) == whole);
            all.push(&mut message.clone());
            expected.extend(whole);
        }
        assert!(Message::Pieces(Box::new(all)).whole() == expected);
    }

    #[test]
    fn a_long_message_is_not_copied() {
        let mut all = Pieces::default();
        let long = Bytes::from(vec![7; SHARED_FROM]);
        let mut pieces = Pieces::default();
        pieces.own().extend_from_slice(&[1; SHARED_FROM]);
        pieces.share(long.clone());
        let own = pieces.own.as_ptr();
        all.push(&mut Message::Pieces(Box::new(pieces)));
        let addresses: Vec<_> = all.chunks().map(<[u8]>::as_ptr).collect();
        assert_eq!(addresses, [own, long.as_ptr()]);
    }
}
