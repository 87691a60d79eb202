//! The socket of an HTTP/1.1 connection, on which the responses to pipelined requests leave together.
//!
//! Hyper writes each response by itself; what it writes is gathered here, and sent when hyper has nothing more to do but
//! wait. So no response is held back by what follows its request, as a part of the next one.

use crate::server::output::Output;
use crate::server::rewind::Rewind;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// When so many bytes are gathered, they have to be sent before there can be more.
const FULL: usize = 64 * 1024;

/// So much that is written at once is not gathered, which would copy it.
const LARGE: usize = 16 * 1024;

/// Hyper has one reference to it, who drives hyper the other.
pub(super) struct Gathered<S>(Mutex<Socket<S>>);

struct Socket<S> {
    stream: Rewind<S>,
    output: Output,
    /// The stream may keep some of what went past `output`.
    is_kept_back: bool,
    /// Hyper waits until more can be written.
    is_blocked: bool,
    /// Nothing more has come from the client, or nothing more will.
    is_drained: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Gathered<S> {
    pub(super) fn new(stream: Rewind<S>) -> Self {
        let output = Output::default();
        Self(Mutex::new(Socket { stream, output, is_kept_back: false, is_blocked: false, is_drained: false }))
    }

    /// Whether hyper has read all that has come.
    pub(super) fn is_drained(&self) -> bool {
        self.socket().is_drained
    }

    /// Sends what was gathered. True: that made room which hyper waits for, so that it has to be polled again.
    pub(super) fn poll_send(&self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut socket = self.socket();
        let makes_room = socket.is_blocked && !socket.is_sent();
        ready!(socket.poll_send(cx))?;
        Poll::Ready(Ok(makes_room))
    }

    /// Whether the client has been sent everything. If so, the memory for it is let go.
    pub(super) fn release(&self) -> bool {
        let mut socket = self.socket();
        socket.output.release();
        socket.is_sent() && !socket.is_blocked
    }

    fn socket(&self) -> MutexGuard<'_, Socket<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_send_to(0, cx))?;
        if self.is_kept_back {
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            self.is_kept_back = false;
        }
        Poll::Ready(Ok(()))
    }

    fn is_sent(&self) -> bool {
        self.output.is_empty() && !self.is_kept_back
    }

    /// Sends until less than so many bytes are left, or none.
    fn poll_send_to(&mut self, less_than: usize, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.output.is_empty() && self.output.len() >= less_than {
            ready!(self.output.poll_write(&mut self.stream, cx))?;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let count = slices.iter().map(|slice| slice.len()).sum();
        if count < LARGE {
            ready!(self.poll_send_to(FULL, cx))?;
            self.output.append(|out| slices.iter().for_each(|slice| out.extend_from_slice(slice)));
            return Poll::Ready(Ok(count));
        }
        ready!(self.poll_send_to(0, cx))?;
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.is_kept_back |= written.is_ready();
        written
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for &Gathered<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut socket = self.socket();
        let before = buffer.filled().len();
        let read = Pin::new(&mut socket.stream).poll_read(cx, buffer);
        socket.is_drained = buffer.filled().len() == before;
        read
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for &Gathered<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut socket = self.socket();
        let written = socket.poll_write(cx, slices);
        socket.is_blocked = written.is_pending();
        written
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// What was gathered is sent later.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = self.socket();
        ready!(socket.poll_send(cx))?;
        Pin::new(&mut socket.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use std::future::poll_fn;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter, DuplexStream};

    fn gathered(room: usize) -> (Gathered<BufWriter<DuplexStream>>, DuplexStream) {
        let (near, far) = tokio::io::duplex(room);
        // What is not flushed never arrives.
        let stream = Rewind::new(Bytes::new(), BufWriter::with_capacity(100, near), Duration::from_secs(60));
        (Gathered::new(stream), far)
    }

    async fn send(socket: &Gathered<BufWriter<DuplexStream>>) -> bool {
        poll_fn(|cx| socket.poll_send(cx)).await.unwrap()
    }

    #[tokio::test]
    async fn what_is_written_is_sent_later_and_in_order() {
        let (socket, mut far) = gathered(1 << 20);
        let mut expected = Vec::new();
        for (index, size) in [10, 20, LARGE, 1, LARGE - 1, FULL, 7].into_iter().enumerate() {
            let piece = vec![index as u8; size];
            (&socket).write_all(&piece).await.unwrap();
            (&socket).flush().await.unwrap();
            expected.extend_from_slice(&piece);
            if index == 1 {
                let early = tokio::time::timeout(Duration::from_millis(10), far.read_u8()).await;
                assert!(early.is_err(), "it is gathered");
            }
        }
        assert!(!send(&socket).await && socket.release());
        let mut read = vec![0; expected.len()];
        far.read_exact(&mut read).await.unwrap();
        assert!(read == expected);
    }

    #[tokio::test]
    async fn no_more_is_gathered_while_the_client_takes_nothing() {
        for size in [100, LARGE] {
            let (socket, mut far) = gathered(10);
            let mut written = 0;
            let write = || {
                let mut cx = Context::from_waker(std::task::Waker::noop());
                Pin::new(&mut &socket).poll_write(&mut cx, &vec![7; size])
            };
            while let Poll::Ready(count) = write() {
                written += count.unwrap();
            }
            assert!(written < FULL + LARGE, "{written}");
            assert!(!socket.release(), "somebody waits");
            let mut taken = vec![0; written];
            let (_, makes_room) = tokio::join!(far.read_exact(&mut taken), send(&socket));
            assert!(makes_room, "for who waits");
            assert!(write().is_ready());
        }
    }
}
