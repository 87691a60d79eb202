//! A connection on which everything may be one zlib stream in each direction, as by Apache's `TZlibTransport`.

use super::wire::Wire;
#[cfg(feature = "zlib")]
use super::zlib::Streams;
use bytes::Buf;
use std::io;
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Compressed {
    inner: Wire,
    #[cfg(feature = "zlib")]
    zlib: Option<Box<Streams>>,
}

impl Compressed {
    /// A connection whose bytes are those that are read and written.
    pub(super) fn not(inner: Wire) -> Self {
        Self {
            inner,
            #[cfg(feature = "zlib")]
            zlib: None,
        }
    }

    /// Makes it a zlib stream in each direction, of which `input` was read already. If it is in frames, none of those that
    /// come may be longer than `frames`.
    #[cfg(feature = "zlib")]
    pub(super) fn inflate(&mut self, input: Vec<u8>, frames: Option<usize>) {
        self.zlib = Some(Box::new(Streams::new(input, frames)));
    }

    /// What goes on the socket.
    pub(super) fn inner(&mut self) -> &mut Wire {
        &mut self.inner
    }

    /// Whether everything that was read has been handed on.
    pub(super) fn is_drained(&self) -> bool {
        #[cfg(feature = "zlib")]
        if let Some(zlib) = &self.zlib {
            return zlib.is_drained();
        }
        true
    }

    /// Reads what has come, or waits for it so long. 0: the peer has closed.
    pub(super) fn read(&mut self, buffer: &mut [u8], within: Duration) -> io::Result<usize> {
        #[cfg(feature = "zlib")]
        if let Some(zlib) = &mut self.zlib {
            return zlib.read(&mut self.inner, buffer, within);
        }
        self.inner.read(buffer, within)
    }

    /// Writes all that is left of `bytes`, each part of it that the peer takes at once `within` such a time.
    pub(super) fn write(&mut self, bytes: impl Buf, within: impl Fn() -> Duration) -> io::Result<()> {
        #[cfg(feature = "zlib")]
        if let Some(zlib) = &mut self.zlib {
            return zlib.write(&mut self.inner, bytes, within);
        }
        self.inner.write(bytes, within)
    }
}
