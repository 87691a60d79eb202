//! Reading from a socket without a buffer per idle connection.

use crate::message::MessageError;
use bytes::{Buf, Bytes, BytesMut};
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::io;
use std::mem;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

/// The bytes that one read can take, and the step in which the buffer of a large message grows.
const CHUNK: usize = 64 * 1024;

/// A message of so many bytes is worth a buffer of its own.
const OWN: usize = 16 * 1024;

/// Messages that are only expected get no larger buffer together.
const EXPECTED: usize = 256 * 1024;

/// So many of them are expected at most: whoever keeps a part of one keeps them all.
const AT_ONCE: usize = 4;

/// Room behind what is expected: a read that does not use it has taken all there is, so that no other need find that out.
const BEHIND: usize = 64;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static LENT: Cell<Option<BytesMut>> = const { Cell::new(None) };
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

/// Reads what has come into a buffer of the thread, which `input`, that is empty, gets in place of its own. It has to be
/// [given back](give_back) before anybody else reads.
pub(crate) fn poll_lend<S: AsyncRead + Unpin>(
    stream: &mut S,
    cx: &mut Context<'_>,
    input: &mut BytesMut,
) -> Poll<io::Result<usize>> {
    let mut lent = LENT.take().unwrap_or_default();
    lent.reserve(CHUNK);
    let read = pin!(stream.read_buf(&mut lent)).poll(cx);
    match read {
        Poll::Ready(Ok(1..)) => *input = lent,
        _ => LENT.set(Some(lent)),
    }
    read
}

/// Gives the thread its buffer back. What is left in `input` is copied.
pub(crate) fn give_back(input: &mut BytesMut) {
    let rest = BytesMut::from(&input[..]);
    let mut lent = mem::replace(input, rest);
    lent.clear();
    LENT.set(Some(lent));
}

/// What the messages that came let expect of the next ones: where they are large, they are read to where they stay, in memory
/// that is used again as soon as nobody has them any more.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    /// The length of the last message; 0 if it was small.
    length: usize,
    /// For how many there is to be room. 0: the input has no memory for large messages.
    count: usize,
}

impl Expected {
    /// The last message was small.
    pub(crate) fn small(&mut self) {
        self.length = 0;
    }

    /// Of large messages, one is to be read at a time.
    pub(crate) fn one(&mut self) {
        self.count = self.count.min(1);
    }

    /// Whether the next message is expected to be large.
    pub(crate) fn is_large(&self) -> bool {
        self.length > 0
    }

    /// Lets go of the memory, if nothing is in it.
    pub(crate) fn release(&mut self, input: &mut BytesMut) {
        if input.is_empty() {
            (*self, *input) = Default::default();
        }
    }

    /// Takes a message, the first `end` bytes, which are there, out of `input`. A small one is a copy.
    pub(crate) fn take(&mut self, input: &mut BytesMut, end: usize) -> Bytes {
        if end < OWN {
            let message = Bytes::copy_from_slice(input.get(..end).unwrap_or_default());
            input.advance(end);
            self.small();
            self.release(input);
            return message;
        }
        if end > EXPECTED {
            *self = Self::default();
            return take(input, end);
        }
        // They are no fewer than one, as `end` is no more than all of them may be.
        (self.length, self.count) = (end, self.count.clamp(1, EXPECTED / end));
        // What is left of the input, though it is nothing, finds the memory again.
        input.split_to(end).freeze()
    }

    /// As [`read`], once.
    pub(crate) fn poll_read<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
        input: &mut BytesMut,
        missing: usize,
    ) -> Poll<io::Result<usize>> {
        if self.length == 0 && self.count > 0 && input.is_empty() {
            (*input, self.count) = (BytesMut::new(), 0);
        }
        if self.length == 0 || missing > self.length.max(CHUNK) {
            return poll_read(stream, cx, input, missing);
        }
        let wanted = missing.max(self.length.saturating_sub(input.len()));
        if input.capacity() - input.len() < wanted {
            let room = wanted + (self.count - 1) * self.length + BEHIND;
            if !input.try_reclaim(room) {
                let mut larger = BytesMut::with_capacity(input.len() + room);
                larger.extend_from_slice(input);
                *input = larger;
            }
        }
        let room = input.capacity() - input.len();
        let count = ready!(pin!(stream.read_buf(input)).poll(cx))?;
        if count == room {
            self.count = (2 * self.count).min(AT_ONCE).clamp(1, EXPECTED / self.length);
        } else if count <= room / 2 {
            self.count = (self.count / 2).max(1);
        }
        Poll::Ready(Ok(count))
    }
}

/// Takes the first `end` bytes, which are there, out of `input`.
pub(crate) fn take(input: &mut BytesMut, end: usize) -> Bytes {
    if end == input.len() {
        // An empty rest would keep the bytes alive for as long as the connection.
        return mem::take(input).freeze();
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
    use tokio::io::AsyncWriteExt;

    #[test]
    fn what_was_taken_is_kept_alive_by_nothing_else() {
        let mut input = BytesMut::from(&[1; CHUNK][..]);
        assert!(take(&mut input, CHUNK).is_unique());
        input.extend_from_slice(b"onetwo");
        assert_eq!(take(&mut input, 3), "one");
        assert_eq!(input, "two");
    }

    #[tokio::test]
    async fn a_buffer_that_was_lent_leaves_what_is_left_and_no_more() {
        let (mut near, mut far) = tokio::io::duplex(100);
        let mut input = BytesMut::new();
        for rest in ["two", ""] {
            assert!(poll_fn(|cx| Poll::Ready(poll_lend(&mut near, cx, &mut input).is_pending())).await);
            assert_eq!(input.capacity(), 0, "nothing has come");
            far.write_all(b"onetwo").await.unwrap();
            assert_eq!(poll_fn(|cx| poll_lend(&mut near, cx, &mut input)).await.unwrap(), 6);
            assert!(input == "onetwo" && input.capacity() >= CHUNK);
            input.advance(6 - rest.len());
            give_back(&mut input);
            assert!(input == rest && input.capacity() <= rest.len().next_multiple_of(64), "{}", input.capacity());
            input = BytesMut::new();
        }
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

    /// Reads until there is a message of this length, and takes it.
    async fn message(expected: &mut Expected, stream: &mut &[u8], input: &mut BytesMut, length: usize) -> Bytes {
        while input.len() < length {
            let missing = if input.is_empty() { 4 } else { length - input.len() };
            assert_ne!(poll_fn(|cx| expected.poll_read(stream, cx, input, missing)).await.unwrap(), 0);
        }
        expected.take(input, length)
    }

    #[tokio::test]
    async fn memory_for_large_messages_is_used_again_while_they_come() {
        let (mut expected, mut input) = (Expected::default(), BytesMut::new());
        const LENGTH: usize = OWN + 1;
        let bytes: Vec<u8> = (0..LENGTH * 20).map(|at| (at / LENGTH) as u8).collect();
        // One after another, as by a client that waits for each reply.
        message(&mut expected, &mut &bytes[..LENGTH], &mut input, LENGTH).await;
        // It is known now what to expect.
        let second = message(&mut expected, &mut &bytes[..LENGTH], &mut input, LENGTH).await;
        let memory = second.as_ptr();
        drop(second);
        let third = message(&mut expected, &mut &bytes[..LENGTH], &mut input, LENGTH).await;
        assert_eq!(third.as_ptr(), memory, "nobody had it any more");
        let fourth = message(&mut expected, &mut &bytes[..LENGTH], &mut input, LENGTH).await;
        assert!(fourth.as_ptr() != memory && third == bytes[..LENGTH], "somebody has");
        // Then many at once.
        let mut stream = &bytes[..];
        for index in 0..20 {
            let message = message(&mut expected, &mut stream, &mut input, LENGTH).await;
            assert!(message == [index; LENGTH][..], "{index}");
            assert!(input.len() < AT_ONCE * LENGTH, "{}", input.len());
        }
        // And then a small one.
        expected.small();
        let mut stream = &b"small"[..];
        poll_fn(|cx| expected.poll_read(&mut stream, cx, &mut input, 4)).await.unwrap();
        assert!(input == "small" && input.capacity() < OWN);
    }

    #[tokio::test]
    async fn messages_of_all_sizes_take_no_more_memory_than_is_kept() {
        let (mut expected, mut input) = (Expected::default(), BytesMut::new());
        let lengths = [OWN, OWN, OWN, OWN, EXPECTED, EXPECTED, CHUNK, CHUNK, 2 * CHUNK, EXPECTED, 10, OWN, EXPECTED];
        let bytes = vec![7; lengths.iter().sum()];
        let mut stream = &bytes[..];
        for length in lengths {
            assert_eq!(message(&mut expected, &mut stream, &mut input, length).await.len(), length);
            assert!(input.capacity() <= EXPECTED + CHUNK + BEHIND, "{}", input.capacity());
        }
        assert!(stream.is_empty() && input.is_empty());
    }

    #[tokio::test]
    async fn what_is_expected_buys_no_more_memory_than_was_needed_before() {
        let (mut expected, mut input) = (Expected::default(), BytesMut::new());
        drop(expected.take(&mut BytesMut::zeroed(OWN), OWN));
        let mut stream = &b"beginning"[..];
        poll_fn(|cx| expected.poll_read(&mut stream, cx, &mut input, 4)).await.unwrap();
        let mut stream = &[7; 100][..];
        poll_fn(|cx| expected.poll_read(&mut stream, cx, &mut input, usize::MAX / 4)).await.unwrap();
        assert!(input.len() == 109 && input.capacity() <= OWN + 2 * CHUNK, "{}", input.capacity());
        drop(expected.take(&mut BytesMut::zeroed(EXPECTED + 1), EXPECTED + 1));
        assert_eq!(expected.length, 0, "which is read as it grows");
    }
}
