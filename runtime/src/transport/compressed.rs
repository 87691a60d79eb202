//! A socket on which everything may be one zlib stream in each direction, as by Apache's `TZlibTransport`.

#[cfg(feature = "zlib")]
use super::zlib::{Deflater, Inflater};
use std::io::{self, IoSlice};
use std::pin::Pin;
#[cfg(feature = "zlib")]
use std::task::ready;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The bytes that one read takes from the socket.
#[cfg(feature = "zlib")]
const CHUNK: usize = 16 * 1024;

/// No more is compressed while so many bytes wait to be written.
#[cfg(feature = "zlib")]
const FULL: usize = 64 * 1024;

/// The socket, compressed or not.
#[derive(Debug)]
pub(crate) struct Compressed<S> {
    inner: S,
    #[cfg(feature = "zlib")]
    zlib: Option<Box<Zlib>>,
}

#[cfg(feature = "zlib")]
#[derive(Debug)]
struct Zlib {
    inflater: Inflater,
    deflater: Deflater,
    /// What was read and is not inflated, from `start` on.
    input: Vec<u8>,
    start: usize,
    /// What was deflated and is not written, from `written` on.
    output: Vec<u8>,
    written: usize,
}

impl<S> Compressed<S> {
    /// A socket whose bytes are those that are read and written.
    pub(crate) fn not(inner: S) -> Self {
        Self {
            inner,
            #[cfg(feature = "zlib")]
            zlib: None,
        }
    }

    /// Makes it a zlib stream in each direction, of which `input` was read already. If it is in frames, none of those that
    /// come may be longer than `frames`.
    #[cfg(feature = "zlib")]
    pub(crate) fn inflate(&mut self, input: Vec<u8>, frames: Option<usize>) {
        let inflater = frames.map_or_else(Inflater::new, Inflater::in_frames);
        let deflater = Deflater::new(frames.is_some());
        let zlib = Zlib { inflater, deflater, input, start: 0, output: Vec::new(), written: 0 };
        self.zlib = Some(Box::new(zlib));
    }

    /// The socket itself.
    pub(crate) fn inner(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The socket, without what was read or waits to be written.
    pub(crate) fn into_inner(self) -> S {
        self.inner
    }

    /// Whether everything that was read has been handed on.
    pub(crate) fn is_drained(&self) -> bool {
        #[cfg(feature = "zlib")]
        if let Some(zlib) = &self.zlib {
            return zlib.start == zlib.input.len();
        }
        true
    }
}

impl Compressed<crate::net::Stream> {
    /// Whether it may send a part of what it takes before it fails to take it.
    pub(crate) fn transforms(&self) -> bool {
        #[cfg(feature = "zlib")]
        if self.zlib.is_some() {
            return true;
        }
        self.inner.transforms()
    }
}

#[cfg(feature = "zlib")]
impl Zlib {
    fn poll_read<S: AsyncRead + Unpin>(
        &mut self,
        inner: &mut S,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let input = self.input.get(self.start..).unwrap_or_default();
            // To fill all that a large message has reserved with zeros, for each read, would take long.
            let room = buffer.initialize_unfilled_to(buffer.remaining().min(FULL));
            let (read, inflated) = self.inflater.inflate(input, room).map_err(invalid)?;
            self.start += read;
            if inflated > 0 || buffer.remaining() == 0 {
                buffer.advance(inflated);
                return Poll::Ready(Ok(()));
            }
            self.input.drain(..self.start);
            self.start = 0;
            let left = self.input.len();
            self.input.resize(left + CHUNK, 0);
            let mut more = ReadBuf::new(self.input.get_mut(left..).unwrap_or_default());
            let polled = Pin::new(&mut *inner).poll_read(cx, &mut more);
            let count = more.filled().len();
            self.input.truncate(left + count);
            if self.input.is_empty() {
                self.input = Vec::new();
            }
            ready!(polled)?;
            if count == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Takes a part of `bytes`, unless too much waits to be written.
    fn poll_write<S: AsyncWrite + Unpin>(
        &mut self,
        inner: &mut S,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.output.len() - self.written >= FULL {
            ready!(self.poll_output(inner, cx))?;
        }
        // To compress a large message at once would hold up all else for long.
        let bytes = bytes.get(..FULL).unwrap_or(bytes);
        self.deflater.deflate(bytes, &mut self.output).map_err(invalid)?;
        if let Poll::Ready(written) = self.poll_output(inner, cx) {
            written?;
        }
        Poll::Ready(Ok(bytes.len()))
    }

    /// Writes all that was deflated.
    fn poll_output<S: AsyncWrite + Unpin>(&mut self, inner: &mut S, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.output.get(self.written..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut *inner).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.written += count,
            }
            if self.written >= FULL {
                self.output.drain(..self.written);
                self.written = 0;
            }
        }
        self.output.clear();
        self.output.shrink_to(FULL);
        self.written = 0;
        Poll::Ready(Ok(()))
    }
}

#[cfg(feature = "zlib")]
fn invalid(error: crate::message::MessageError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl<S: AsyncRead + Unpin> AsyncRead for Compressed<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        #[cfg(feature = "zlib")]
        if let Some(zlib) = &mut this.zlib {
            return zlib.poll_read(&mut this.inner, cx, buffer);
        }
        Pin::new(&mut this.inner).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Compressed<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        #[cfg(feature = "zlib")]
        if let Some(zlib) = &mut this.zlib {
            return zlib.poll_write(&mut this.inner, cx, bytes);
        }
        Pin::new(&mut this.inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        #[cfg(feature = "zlib")]
        if let Some(zlib) = &mut this.zlib {
            let first = slices.iter().find(|slice| !slice.is_empty());
            return zlib.poll_write(&mut this.inner, cx, first.map_or(&[], |slice| slice));
        }
        Pin::new(&mut this.inner).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        #[cfg(feature = "zlib")]
        if self.zlib.is_some() {
            return false;
        }
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        #[cfg(feature = "zlib")]
        if let Some(zlib) = &mut this.zlib {
            ready!(zlib.poll_output(&mut this.inner, cx))?;
        }
        Pin::new(&mut this.inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        #[cfg(feature = "zlib")]
        if let Some(zlib) = &mut this.zlib {
            ready!(zlib.poll_output(&mut this.inner, cx))?;
        }
        Pin::new(&mut this.inner).poll_shutdown(cx)
    }
}

#[cfg(all(test, feature = "zlib"))]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn all_comes_through_both_ways_however_little_is_taken() {
        for frames in [None, Some(1 << 20)] {
            let (near, far) = tokio::io::duplex(1000);
            let (mut near, mut far) = (Compressed::not(near), Compressed::not(far));
            near.inflate(Vec::new(), frames);
            far.inflate(Vec::new(), frames);
            let message: Vec<u8> = (0..300_000_u32).map(|at| (at.wrapping_mul(at) >> 7) as u8).collect();
            let send = async {
                for part in message.chunks(70_000) {
                    near.write_all(part).await.unwrap();
                    near.flush().await.unwrap();
                }
                let mut reply = [0; 5];
                near.read_exact(&mut reply).await.unwrap();
                assert_eq!(&reply, b"reply");
                near.shutdown().await.unwrap();
            };
            let receive = async {
                let mut received = vec![0; message.len()];
                far.read_exact(&mut received).await.unwrap();
                assert!(received == message);
                far.write_all(b"reply").await.unwrap();
                far.flush().await.unwrap();
                assert_eq!(far.read(&mut [0; 10]).await.unwrap(), 0, "the end");
            };
            tokio::join!(send, receive);
        }
    }
}
