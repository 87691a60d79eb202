//! The two zlib streams of a connection that blocks.

use super::stream::Deadline;
use super::wire::Wire;
use crate::message::MessageError;
use crate::transport::zlib::{Deflater, Inflater};
use bytes::Buf;
use std::io::{self, ErrorKind};
use std::time::Duration;

/// The bytes that one read takes from the socket.
const CHUNK: usize = 16 * 1024;

/// So many bytes are compressed before what comes of them is written.
const PART: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct Streams {
    inflater: Inflater,
    deflater: Deflater,
    /// What was read and is not inflated, from `start` on.
    input: Vec<u8>,
    start: usize,
}

impl Streams {
    pub(super) fn new(input: Vec<u8>, frames: Option<usize>) -> Self {
        let inflater = frames.map_or_else(Inflater::new, Inflater::in_frames);
        Self { inflater, deflater: Deflater::new(frames.is_some()), input, start: 0 }
    }

    pub(super) fn is_drained(&self) -> bool {
        self.start == self.input.len()
    }

    /// However much goes on the socket meanwhile, waiting for a byte that comes of it takes no longer than `within`.
    pub(super) fn read(&mut self, inner: &mut Wire, buffer: &mut [u8], within: Duration) -> io::Result<usize> {
        let mut deadline = None;
        loop {
            let input = self.input.get(self.start..).unwrap_or_default();
            let (read, inflated) = self.inflater.inflate(input, buffer).map_err(invalid)?;
            self.start += read;
            if inflated > 0 || buffer.is_empty() {
                return Ok(inflated);
            }
            self.input.drain(..self.start);
            self.start = 0;
            let left = self.input.len();
            self.input.resize(left + CHUNK, 0);
            let room = self.input.get_mut(left..).unwrap_or_default();
            let more = inner.read(room, deadline.get_or_insert_with(|| Deadline::after(within)).left());
            self.input.truncate(left + more.as_ref().map_or(0, |count| *count));
            if self.input.is_empty() {
                self.input = Vec::new();
            }
            if more? == 0 {
                return Ok(0);
            }
        }
    }

    pub(super) fn write(
        &mut self,
        inner: &mut Wire,
        mut bytes: impl Buf,
        within: impl Fn() -> Duration,
    ) -> io::Result<()> {
        while bytes.has_remaining() {
            let part = bytes.chunk();
            let part = part.get(..PART).unwrap_or(part);
            let (count, mut output) = (part.len(), Vec::new());
            self.deflater.deflate(part, &mut output).map_err(invalid)?;
            bytes.advance(count);
            inner.write(&output[..], &within)?;
        }
        Ok(())
    }
}

fn invalid(error: MessageError) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, error)
}
