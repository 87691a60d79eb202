//! Replies that are not written yet: small ones gathered into one buffer, large ones as they are.

use crate::pieces::{Message, Pieces};
use bytes::Buf;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::AsyncWrite;

/// As long as so many bytes wait to be written, or for their turn, no more requests are taken. What one read has brought is
/// usually answered by one write.
pub(super) const FULL: usize = 256 * 1024;

/// A buffer that is larger than this was grown by one large reply, and is not kept.
const KEEP: usize = 128 * 1024;

/// The most pieces that are written at once.
const SLICES: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Output {
    pieces: Pieces,
    /// Whether the stream may keep some of what was written.
    is_kept_back: bool,
}

impl Output {
    /// How many bytes there are to write.
    pub(super) fn len(&self) -> usize {
        self.pieces.remaining()
    }

    /// Whether nothing is left to write or to flush.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0 && !self.is_kept_back
    }

    /// Lets `append` write to the end. What it takes away again, as after an error, must be its own.
    #[inline]
    pub(super) fn append<T>(&mut self, append: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        append(self.pieces.own())
    }

    /// Appends a message, which is taken away. A large one is not copied.
    #[inline]
    pub(super) fn push(&mut self, message: &mut Message) {
        self.pieces.push(message);
    }

    /// Writes what the stream takes, and flushes it when that was the last. Ready with how many bytes it took, none only
    /// when there are none.
    pub(super) fn poll_write<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if !self.pieces.has_remaining() {
            ready!(self.poll_flush(stream, cx))?;
            return Poll::Ready(Ok(0));
        }
        let count = if self.pieces.is_whole() {
            ready!(Pin::new(&mut *stream).poll_write(cx, self.pieces.chunk()))?
        } else {
            let mut slices = [IoSlice::new(&[]); SLICES];
            let filled = self.pieces.chunks_vectored(&mut slices);
            ready!(Pin::new(&mut *stream).poll_write_vectored(cx, slices.get(..filled).unwrap_or_default()))?
        };
        if count == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        self.pieces.advance(count);
        // A client that always leaves something would keep all that it ever took.
        self.pieces.compact(KEEP);
        self.is_kept_back = true;
        if !self.pieces.has_remaining()
            && let Poll::Ready(Err(error)) = self.poll_flush(stream, cx)
        {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(count))
    }

    /// TLS keeps what its socket did not take.
    fn poll_flush<S: AsyncWrite + Unpin>(&mut self, stream: &mut S, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_kept_back {
            ready!(Pin::new(stream).poll_flush(cx))?;
            self.is_kept_back = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Lets go of the memory, when nothing is to be written.
    pub(super) fn release(&mut self) {
        if self.is_empty() {
            *self = Self::default();
        }
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.pieces.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieces::SHARED_FROM;
    use std::future::poll_fn;
    use tokio::io::AsyncReadExt;

    #[tokio::test]
    async fn what_was_written_is_let_go_though_something_always_waits() {
        let (mut near, mut far) = tokio::io::duplex(1000);
        let mut output = Output::default();
        output.append(|out| out.resize(out.len() + 1500, 0));
        for _ in 0..2000 {
            output.append(|out| out.resize(out.len() + 1000, 0));
            let mut left = 1000_usize;
            while left > 0 {
                let count = poll_fn(|cx| output.poll_write(&mut near, cx)).await.unwrap();
                far.read_exact(&mut vec![0; count]).await.unwrap();
                left = left.saturating_sub(count);
            }
            assert!(output.capacity() <= 4 * KEEP, "{}", output.capacity());
        }
    }

    #[tokio::test]
    async fn all_is_written_in_order_however_little_is_taken() {
        let (near, mut far) = tokio::io::duplex(1000);
        // What is not flushed never arrives.
        let mut near = tokio::io::BufWriter::new(near);
        let mut output = Output::default();
        let mut expected = Vec::new();
        for (index, size) in [10, 20, SHARED_FROM, 1, SHARED_FROM + 5, 3 * SHARED_FROM, 7].into_iter().enumerate() {
            let message = vec![index as u8; size];
            expected.extend_from_slice(&message);
            output.push(&mut Message::Own(message));
        }
        output.append(|last| last.extend_from_slice(b"end"));
        expected.extend_from_slice(b"end");
        assert_eq!(output.len(), expected.len());
        let write = async {
            while !output.is_empty() {
                poll_fn(|cx| output.poll_write(&mut near, cx)).await.unwrap();
            }
            drop(near);
        };
        let mut read = Vec::new();
        let (_, count) = tokio::join!(write, far.read_to_end(&mut read));
        assert_eq!(count.unwrap(), expected.len());
        assert!(read == expected);
        assert!(output.capacity() <= KEEP);
    }
}
