//! Values in files and other byte streams, one after the other.

use crate::codec::{DecodeOwned, Encode};
use crate::error::{DecodeError, DecodeErrorKind, EncodeError};
use crate::limits::Limits;
use core::fmt;
use core::marker::PhantomData;
use std::io::{self, Read, Write};

/// What a reader asks the stream for at first; it doubles while a value goes on.
const CHUNK: usize = 64 << 10;

/// Why a value could not be read from or written to a stream.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// The stream failed.
    Io(io::Error),
    /// The bytes are no such value. The offset is from the beginning of that value.
    Decode(DecodeError),
    /// The value cannot be written.
    Encode(EncodeError),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
            Self::Encode(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for FileError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Decode(error) => Some(error),
            Self::Encode(error) => Some(error),
        }
    }
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<DecodeError> for FileError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<EncodeError> for FileError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

/// A protocol, as what reads and writes files is told it.
pub trait FileProtocol {
    /// Encodes a value to the end of `bytes`.
    ///
    /// # Errors
    /// As for `to_vec`.
    fn append<T: Encode + ?Sized>(value: &T, bytes: Vec<u8>, limits: &Limits) -> Result<Vec<u8>, EncodeError>;

    /// Decodes the value at the beginning of `bytes`, and says how many bytes it takes.
    ///
    /// # Errors
    /// As for `from_slice`.
    fn decode_first<T: DecodeOwned>(bytes: &[u8], limits: &Limits) -> Result<(T, usize), DecodeError>;
}

/// Writes values one after the other.
#[derive(Debug)]
pub struct FileWriter<W, P> {
    inner: W,
    buffer: Vec<u8>,
    limits: Limits,
    protocol: PhantomData<P>,
}

impl<W: Write, P: FileProtocol> FileWriter<W, P> {
    /// Writes to `inner`, one value in one call: it need not be buffered unless values are small.
    pub fn new(inner: W) -> Self {
        Self::with_limits(inner, &Limits::default())
    }

    /// Writes to `inner` within these limits.
    pub fn with_limits(inner: W, limits: &Limits) -> Self {
        Self { inner, buffer: Vec::new(), limits: *limits, protocol: PhantomData }
    }

    /// Writes a value.
    ///
    /// # Errors
    /// When the value cannot be encoded, of which nothing is written then, or the stream fails.
    pub fn write<T: Encode + ?Sized>(&mut self, value: &T) -> Result<(), FileError> {
        let mut buffer = core::mem::take(&mut self.buffer);
        buffer.clear();
        self.buffer = P::append(value, buffer, &self.limits)?;
        Ok(self.inner.write_all(&self.buffer)?)
    }

    /// Writes what the stream itself holds back.
    ///
    /// # Errors
    /// When the stream fails.
    pub fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }

    /// The stream.
    pub fn into_inner(self) -> W {
        self.inner
    }
}

/// Reads values one after the other. It reads ahead, so that the stream itself stands somewhere behind the last value.
///
/// The memory that it takes is that of the longest value, or twice that; [`Limits::message_bytes`] bounds it.
#[derive(Debug)]
pub struct FileReader<R, P> {
    inner: R,
    /// What was read and not decoded begins at `start`.
    buffer: Vec<u8>,
    start: usize,
    limits: Limits,
    protocol: PhantomData<P>,
}

impl<R: Read, P: FileProtocol> FileReader<R, P> {
    /// Reads from `inner`, which need not be buffered.
    pub fn new(inner: R) -> Self {
        Self::with_limits(inner, &Limits::default())
    }

    /// Reads from `inner` within these limits.
    pub fn with_limits(inner: R, limits: &Limits) -> Self {
        Self { inner, buffer: Vec::new(), start: 0, limits: *limits, protocol: PhantomData }
    }

    /// Reads the next value; `None` at the end of the stream.
    ///
    /// # Errors
    /// When the stream fails, ends inside of a value, or holds no such value. There is nothing to go on with after that.
    pub fn read<T: DecodeOwned>(&mut self) -> Result<Option<T>, FileError> {
        let mut wanted = CHUNK;
        loop {
            let rest = self.buffer.get(self.start..).unwrap_or_default();
            if !rest.is_empty() {
                match P::decode_first(rest, &self.limits) {
                    Ok((value, len)) => {
                        self.start += len;
                        return Ok(Some(value));
                    }
                    Err(error) if error.kind() == DecodeErrorKind::UnexpectedEnd => {
                        if rest.len() > self.limits.message_bytes {
                            let limit = self.limits.message_bytes;
                            return Err(DecodeError::new(DecodeErrorKind::MessageTooLarge { limit }, limit).into());
                        }
                        wanted = rest.len().max(CHUNK);
                        if self.fill(wanted)? == 0 {
                            return Err(error.into());
                        }
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            if self.fill(wanted)? == 0 {
                return Ok(None);
            }
        }
    }

    /// The rest of the stream as values of one type.
    pub fn values<T: DecodeOwned>(&mut self) -> impl Iterator<Item = Result<T, FileError>> + use<'_, R, P, T> {
        let mut has_failed = false;
        core::iter::from_fn(move || {
            if has_failed {
                return None;
            }
            let next = self.read().transpose();
            has_failed = matches!(next, Some(Err(_)));
            next
        })
    }

    /// Reads up to `count` more bytes; how many there were.
    fn fill(&mut self, count: usize) -> io::Result<usize> {
        self.buffer.drain(..self.start);
        self.start = 0;
        self.inner.by_ref().take(count as u64).read_to_end(&mut self.buffer)
    }
}
