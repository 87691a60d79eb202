//! Reading from a socket without a buffer per idle connection.

use crate::message::MessageError;
use bytes::{Bytes, BytesMut};
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

/// The bytes that one read can take, and the step in which the buffer of a large message grows.
const CHUNK: usize = 64 * 1024;

/// A message of so many bytes is worth a buffer of its own.
const OWN: usize = 16 * 1024;

/// A message that is only expected gets no larger buffer.
const EXPECTED: usize = 256 * 1024;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Appends what has come to `input`, of which `missing` bytes are known to be still wanted. 0: the peer has closed.
///
/// Reads go through one buffer per thread, so that a connection keeps only what is partial. A large message is read
/// into its own buffer, which grows with the bytes that come and not with the length that the peer claims.
pub(crate) async fn read<S: AsyncRead + Unpin>(
    stream: &mut S,
    input: &mut BytesMut,
    missing: usize,
) -> io::Result<usize> {
    poll_fn(|cx| poll_read(stream, cx, input, missing)).await
}

/// As [`read`], once.
pub(crate) fn poll_read<S: AsyncRead + Unpin>(
    stream: &mut S,
    cx: &mut Context<'_>,
    input: &mut BytesMut,
    missing: usize,
) -> Poll<io::Result<usize>> {
    if missing > CHUNK || input.capacity() - input.len() >= missing.max(OWN) {
        if input.capacity() == input.len() {
            input.reserve(missing.min(input.len().max(CHUNK)));
        }
        return pin!(stream.read_buf(input)).poll(cx);
    }
    poll_chunk(stream, cx, |chunk| {
        input.extend_from_slice(chunk);
        chunk.len()
    })
}

/// Reads what has come to where only `take` sees it. No bytes: the peer has closed.
pub(crate) fn poll_chunk<S: AsyncRead + Unpin, T>(
    stream: &mut S,
    cx: &mut Context<'_>,
    take: impl FnOnce(&[u8]) -> T,
) -> Poll<io::Result<T>> {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.resize(CHUNK, 0);
        let mut buffer = ReadBuf::new(scratch);
        ready!(Pin::new(stream).poll_read(cx, &mut buffer))?;
        Poll::Ready(Ok(take(buffer.filled())))
    })
}

/// Makes room for a message that is as large as the last one was, so that it is read to where it stays; `input` is empty.
/// Returns for how many bytes that is, 0 where it would be of no use.
pub(crate) fn expect(input: &mut BytesMut, length: usize) -> usize {
    if !(OWN..=EXPECTED).contains(&length) {
        return 0;
    }
    input.reserve(length);
    length
}

/// Takes the first `end` bytes, which are there, out of `input`.
pub(crate) fn take(input: &mut BytesMut, end: usize) -> Bytes {
    if end == input.len() {
        // An empty rest would keep the bytes alive for as long as the connection.
        return std::mem::take(input).freeze();
    }
    input.split_to(end).freeze()
}

/// What is better said of an invalid reply that is one of HTTP.
pub(crate) fn as_http(input: &[u8]) -> Option<MessageError> {
    input.starts_with(b"HTTP").then_some(MessageError::Http)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_kept_alive_by_nothing_else() {
        let mut input = BytesMut::from(&[1; CHUNK][..]);
        assert!(take(&mut input, CHUNK).is_unique());
        input.extend_from_slice(b"onetwo");
        assert_eq!(take(&mut input, 3), "one");
        assert_eq!(input, "two");
    }

    #[tokio::test]
    async fn a_large_buffer_grows_with_the_bytes_that_come() {
        let mut input = BytesMut::new();
        let mut stream: &[u8] = &[7; 10 * CHUNK];
        while input.len() < 10 * CHUNK {
            let before = input.len();
            assert_ne!(read(&mut stream, &mut input, usize::MAX).await.unwrap(), 0);
            assert!(input.capacity() <= (2 * before).max(CHUNK), "{} for {before} bytes", input.capacity());
        }
        assert_eq!(read(&mut stream, &mut input, 1).await.unwrap(), 0, "the end");
    }
}
