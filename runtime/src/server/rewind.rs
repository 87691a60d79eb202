//! A socket whose first bytes were read already, and that gives up on a peer which takes nothing.

use bytes::Bytes;
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

pub(super) struct Rewind<S> {
    /// What is read first.
    prefix: Bytes,
    stream: S,
    write_timeout: Duration,
    progress: Progress,
    /// Runs while a write waits, or a flush: TLS takes what is written, and sends it when it is flushed.
    stalled: Option<Pin<Box<Sleep>>>,
}

/// Whether the peer has taken something since somebody asked.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<AtomicBool>);

impl Progress {
    pub(super) fn was_made(&self) -> bool {
        self.0.swap(false, Relaxed)
    }
}

impl<S> Rewind<S> {
    pub(super) fn new(prefix: Bytes, stream: S, write_timeout: Duration) -> Self {
        Self { prefix, stream, write_timeout, progress: Progress::default(), stalled: None }
    }

    /// Tells what the peer takes.
    pub(super) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn bounded<T>(&mut self, cx: &mut Context<'_>, step: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if step.is_ready() {
            self.stalled = None;
            return step;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(self.write_timeout)));
        stalled.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Rewind<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.prefix.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let count = self.prefix.len().min(buffer.remaining());
        buffer.put_slice(&self.prefix.split_to(count));
        if self.prefix.is_empty() {
            // Also what is empty would keep the memory.
            self.prefix = Bytes::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Rewind<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.progress.0.fetch_or(write.is_ready(), Relaxed);
        self.bounded(cx, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.progress.0.fetch_or(write.is_ready(), Relaxed);
        self.bounded(cx, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flush = Pin::new(&mut self.stream).poll_flush(cx);
        self.bounded(cx, flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shutdown = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.bounded(cx, shutdown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncWriteExt, BufWriter};
    use tokio::time::timeout;

    #[tokio::test]
    async fn a_peer_that_takes_nothing_is_given_up_in_whatever_is_waited_for() {
        let (stream, _peer) = tokio::io::duplex(10);
        // Takes all at once, as TLS does, and writes when it is flushed.
        let stream = BufWriter::with_capacity(1000, stream);
        let mut stream = Rewind::new(Bytes::new(), stream, Duration::from_millis(50));
        let long = Duration::from_secs(20);
        stream.write_all(&[7; 1000]).await.unwrap();
        let flushed = timeout(long, stream.flush()).await.unwrap();
        assert_eq!(flushed.unwrap_err().kind(), io::ErrorKind::TimedOut);
        let mut stream = Rewind { stalled: None, ..stream };
        let shut = timeout(long, stream.shutdown()).await.unwrap();
        assert_eq!(shut.unwrap_err().kind(), io::ErrorKind::TimedOut);
        let mut stream = Rewind { stalled: None, ..stream };
        let written = timeout(long, stream.write(&[7; 1000])).await.unwrap();
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
