//! The bytes that have come on a connection and are not used yet.

use crate::incoming::SHARE_FROM;
use bytes::Bytes;
use std::io;

/// What a connection has at first. Most messages are smaller.
const FIRST: usize = 8 * 1024;

/// What a connection has at most, unless it holds more of a large message.
const CHUNK: usize = 64 * 1024;

/// A buffer that grows with the bytes that come and not with the length that the peer claims.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    /// What is not used yet is between these.
    start: usize,
    end: usize,
    /// The last read took all the room that there was, so that more may have come.
    was_full: bool,
}

impl Buffer {
    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
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
        let room = self.bytes.get_mut(self.end..).unwrap_or_default();
        let (size, count) = (room.len(), read(room)?);
        self.end += count.min(size);
        self.was_full = count == size;
        Ok(count)
    }

    fn make_room(&mut self, missing: usize) {
        let held = self.end - self.start;
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, held);
        }
        let wanted = held + missing.clamp(1, held.max(CHUNK));
        let doubled = if self.was_full { (2 * self.bytes.len()).min(CHUNK) } else { FIRST };
        if self.bytes.len() < wanted.max(doubled) {
            self.bytes.resize(wanted.max(doubled), 0);
        }
    }

    /// Passes over the first bytes.
    pub(super) fn advance(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
    }

    /// The first `count` bytes, which are there: a copy of them, or where they are many the buffer itself, from which what is
    /// behind them is moved.
    pub(super) fn take(&mut self, count: usize) -> Bytes {
        let (start, middle, end) = (self.start, self.end.min(self.start + count), self.end);
        if count < SHARE_FROM {
            self.start = middle;
            return Bytes::copy_from_slice(self.bytes.get(start..middle).unwrap_or_default());
        }
        let rest = self.bytes.get(middle..end).unwrap_or_default().to_vec();
        let taken = Bytes::from(std::mem::replace(&mut self.bytes, rest));
        (self.start, self.end) = (0, self.bytes.len());
        taken.slice(start..middle)
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
            assert!(buffer.bytes.len() <= (2 * held).max(held + CHUNK), "{} for {held} bytes", buffer.bytes.len());
            held += count;
        }
        assert_eq!(buffer.as_slice(), vec![7; held]);
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
        assert_eq!(buffer.bytes.capacity(), 0);
    }
}
