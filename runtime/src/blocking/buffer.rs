//! The bytes that have come on a connection and are not used yet.

use crate::incoming::SHARE_FROM;
use bytes::{Bytes, BytesMut};
use std::io;

/// What a connection has at first. Most messages are smaller.
const FIRST: usize = 8 * 1024;

/// What a connection has at most, unless it holds more of a large message.
const CHUNK: usize = 64 * 1024;

/// Memory that is larger than this was wanted for one large message, and is not kept.
const KEEP: usize = 2 * CHUNK;

/// A buffer that grows with the bytes that come and not with the length that the peer claims.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    own: BytesMut,
    /// In the place of `own`, while large messages may be slices of it.
    shared: Bytes,
    /// What is not used yet is between these.
    start: usize,
    end: usize,
    /// The last read took all the room that there was, so that more may have come.
    was_full: bool,
}

impl Buffer {
    pub(super) fn as_slice(&self) -> &[u8] {
        self.memory().get(self.start..self.end).unwrap_or_default()
    }

    fn memory(&self) -> &[u8] {
        if self.shared.is_empty() { &self.own } else { &self.shared }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Reads once, with room for at least some of the `missing` bytes that are known to be wanted.
    pub(super) fn fill(
        &mut self,
        missing: usize,
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        self.make_room(missing);
        let room = self.own.get_mut(self.end..).unwrap_or_default();
        let (size, count) = (room.len(), read(room)?);
        self.end += count.min(size);
        self.was_full = count == size;
        Ok(count)
    }

    fn make_room(&mut self, missing: usize) {
        let held = self.end - self.start;
        let wanted = held + missing.clamp(1, held.max(CHUNK));
        let doubled = if self.was_full { (2 * self.memory().len()).clamp(FIRST, CHUNK) } else { FIRST };
        self.settle(wanted.max(KEEP));
        if self.own.len() < wanted.max(doubled) {
            self.own.resize(wanted.max(doubled), 0);
        }
    }

    /// Has what is held stand at the start of memory that can be written to. What messages still share is left to them, and
    /// more than `most` bytes are given back.
    fn settle(&mut self, most: usize) {
        let held = self.start..self.end;
        (self.start, self.end) = (0, held.len());
        if !self.shared.is_empty() {
            match std::mem::take(&mut self.shared).try_into_mut() {
                Ok(own) => self.own = own,
                Err(shared) => {
                    self.own = shared.get(held).unwrap_or_default().into();
                    return;
                }
            }
        }
        if self.own.len() > most {
            self.own = self.own.get(held).unwrap_or_default().into();
        } else if held.start > 0 {
            self.own.copy_within(held, 0);
        }
    }

    /// Passes over the first bytes.
    pub(super) fn advance(&mut self, count: usize) {
        self.start = self.end.min(self.start.saturating_add(count));
    }

    /// The first `count` bytes, which are there: a copy of them, or where they are many a slice of the buffer itself. A slice
    /// keeps all of the memory, so it is at least half of it.
    pub(super) fn take(&mut self, count: usize) -> Bytes {
        let taken = self.start..self.end.min(self.start + count);
        self.start = taken.end;
        let memory = if self.shared.is_empty() { self.own.capacity() } else { self.shared.len() };
        let message = if taken.len() < SHARE_FROM.max(memory.div_ceil(2)) {
            Bytes::copy_from_slice(self.memory().get(taken).unwrap_or_default())
        } else {
            if self.shared.is_empty() {
                self.shared = std::mem::take(&mut self.own).freeze();
            }
            self.shared.slice(taken)
        };
        if self.is_empty() && memory > KEEP {
            *self = Self::default();
        }
        message
    }

    /// Lets go of the memory, if nothing is in it.
    pub(super) fn release(&mut self) {
        if self.is_empty() {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(buffer: &mut Buffer, missing: usize, bytes: &[u8]) -> usize {
        let copy = |room: &mut [u8]| {
            let count = room.len().min(bytes.len());
            room[..count].copy_from_slice(&bytes[..count]);
            Ok(count)
        };
        buffer.fill(missing, copy).unwrap()
    }

    #[test]
    fn bytes_go_out_as_they_came_in() {
        let mut buffer = Buffer::default();
        assert_eq!(fill(&mut buffer, 0, b"onetwothree"), 11);
        buffer.advance(3);
        assert_eq!(buffer.take(3), "two");
        assert_eq!(buffer.as_slice(), b"three");
        assert_eq!(fill(&mut buffer, 0, b"four"), 4);
        assert_eq!(buffer.take(9), "threefour");
        assert!(buffer.is_empty());
    }

    #[test]
    fn a_claim_buys_no_memory() {
        let mut buffer = Buffer::default();
        let mut held = 0;
        while held < 10 * CHUNK {
            let count = fill(&mut buffer, usize::MAX / 4, &[7; 1000]);
            assert!(
                buffer.memory().len() <= (2 * held).max(held + CHUNK),
                "{} for {held} bytes",
                buffer.memory().len()
            );
            held += count;
        }
        assert_eq!(buffer.as_slice(), vec![7; held]);
    }

    #[test]
    fn large_messages_are_slices_of_memory_that_is_used_again() {
        let mut buffer = Buffer::default();
        let message = |byte| [&[byte; SHARE_FROM][..], b"next"].concat();
        let fill_whole = |buffer: &mut Buffer, byte| {
            while buffer.as_slice().len() < SHARE_FROM {
                let held = buffer.as_slice().len();
                fill(buffer, SHARE_FROM - held, message(byte).get(held..).unwrap());
            }
            buffer.own.as_ptr()
        };
        let memory = fill_whole(&mut buffer, 1);
        let first = buffer.take(SHARE_FROM);
        assert!(first == [1; SHARE_FROM][..] && first.as_ptr() == memory, "no copy");
        buffer.advance(usize::MAX - CHUNK);
        drop(first);
        assert_eq!(fill_whole(&mut buffer, 2), memory, "nobody has it any more");
        let kept = buffer.take(SHARE_FROM);
        let left = buffer.as_slice().to_vec();
        assert_ne!(fill_whole(&mut buffer, 3), memory, "it is the message's");
        assert!(kept == [2; SHARE_FROM][..] && buffer.as_slice().starts_with(&left));
    }

    #[test]
    fn a_message_keeps_no_memory_of_more_than_twice_its_size() {
        let mut buffer = Buffer::default();
        fill(&mut buffer, CHUNK, &[7; CHUNK]);
        let memory = buffer.memory().as_ptr();
        let small = buffer.take(SHARE_FROM);
        assert!(small == [7; SHARE_FROM][..] && small.as_ptr() != memory, "a copy");
        buffer.advance(usize::MAX - CHUNK);
        fill(&mut buffer, CHUNK, &[8; CHUNK]);
        assert_eq!(buffer.memory().as_ptr(), memory, "which nobody else has");
        let half = buffer.take(CHUNK / 2);
        assert!(half == [8; CHUNK / 2][..] && half.as_ptr() == memory, "no copy");
    }

    #[test]
    fn one_large_message_leaves_no_large_memory() {
        let mut buffer = Buffer::default();
        while buffer.as_slice().len() < 2 * KEEP {
            fill(&mut buffer, KEEP, &[7; KEEP]);
        }
        let left = buffer.as_slice().len() - 2 * KEEP;
        let large = buffer.take(2 * KEEP);
        assert_eq!(buffer.as_slice().len(), left);
        drop(large);
        fill(&mut buffer, 0, b"next");
        assert_eq!(buffer.as_slice().len(), left + 4);
        assert!(buffer.memory().len() <= KEEP, "{}", buffer.memory().len());
    }

    #[test]
    fn a_busy_connection_reads_more_at_a_time() {
        let mut buffer = Buffer::default();
        let much = vec![7; 2 * CHUNK];
        let mut counts = Vec::new();
        for _ in 0..6 {
            counts.push(fill(&mut buffer, 0, &much));
            buffer.advance(usize::MAX - CHUNK);
        }
        assert_eq!(counts, [8, 16, 32, 64, 64, 64].map(|kib| kib * 1024));
        buffer.release();
        assert_eq!((buffer.own.capacity(), buffer.shared.len()), (0, 0));
    }
}
