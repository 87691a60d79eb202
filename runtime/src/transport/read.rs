//! Reading from a socket without a buffer per idle connection.

use bytes::{Bytes, BytesMut};
use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::ready;
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

/// The bytes that one read can take, and the step in which the buffer of a large message grows.
const CHUNK: usize = 64 * 1024;

/// What a connection may keep while it is idle.
const KEEP: usize = 4 * 1024;

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
    if missing > CHUNK {
        if input.capacity() == input.len() {
            input.reserve(missing.min(input.len().max(CHUNK)));
        }
        return stream.read_buf(input).await;
    }
    poll_fn(|cx| {
        SCRATCH.with_borrow_mut(|scratch| {
            scratch.resize(CHUNK, 0);
            let mut buffer = ReadBuf::new(scratch);
            ready!(Pin::new(&mut *stream).poll_read(cx, &mut buffer))?;
            input.extend_from_slice(buffer.filled());
            Ok(buffer.filled().len()).into()
        })
    })
    .await
}

/// Takes the first `end` bytes, which are there, out of `input`.
pub(crate) fn take(input: &mut BytesMut, end: usize) -> Bytes {
    let taken = input.split_to(end).freeze();
    if input.is_empty() {
        // An empty rest would keep the bytes alive for as long as the connection.
        *input = BytesMut::new();
    }
    taken
}

/// Lets go of a buffer that is empty and large.
pub(crate) fn release(input: &mut BytesMut) {
    if input.is_empty() && input.try_reclaim(KEEP + 1) {
        *input = BytesMut::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Buf;

    #[test]
    fn an_idle_connection_keeps_a_small_buffer_only() {
        let mut input = BytesMut::new();
        for size in [10, KEEP / 2] {
            input.extend_from_slice(&vec![1; size]);
            input.advance(size);
            release(&mut input);
        }
        assert!(input.try_reclaim(KEEP / 2), "a small buffer is used again");
        input.extend_from_slice(&[1; CHUNK]);
        input.advance(CHUNK);
        release(&mut input);
        assert!(!input.try_reclaim(1), "a large one is not kept");
        input.extend_from_slice(&[1; CHUNK]);
        let taken = take(&mut input, CHUNK);
        assert!(taken.is_unique(), "nor is it shared");
    }
}
