//! What TLS is spoken on.

use crate::net::Stream;
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream. On a server, as long as hands are shaken, what the client does not take any more counts as sent: a client that has no
/// use for replies may be gone right behind its first request, which came with its end of the handshake, before it has taken the
/// server's tickets for further sessions. What it has sent can be read all the same, and a handshake that lacks something fails there.
#[derive(Debug)]
pub(super) struct Beneath {
    pub(super) stream: Stream,
    pub(super) shakes_hands: bool,
}

impl Beneath {
    pub(super) fn of_server(stream: Stream) -> Self {
        Self { stream, shakes_hands: true }
    }

    pub(super) fn of_client(stream: Stream) -> Self {
        Self { stream, shakes_hands: false }
    }

    fn sent(&self, length: usize, write: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let is_gone = |error: &io::Error| matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset);
        match write {
            Poll::Ready(Err(error)) if self.shakes_hands && is_gone(&error) => Poll::Ready(Ok(length)),
            other => other,
        }
    }
}

impl AsyncRead for Beneath {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Beneath {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.sent(bytes.len(), write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.sent(slices.iter().map(|slice| slice.len()).sum(), write)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
