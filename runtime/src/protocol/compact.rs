//! The compact protocol: integers of variable length, field ids as differences, bools in the headers of their fields.
//!
//! Format: <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>; doubles are little endian, as
//! in all of Apache's libraries.
//!
//! ```
//! use thrift_runtime::compact;
//!
//! let bytes = compact::to_vec(&vec![1i32, -1])?;
//! assert_eq!(bytes, [0x25, 2, 1]);
//! assert_eq!(compact::from_slice::<Vec<i32>>(&bytes)?, [1, -1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod reader;
pub(crate) mod varint;
mod writer;

pub use reader::CompactReader;
pub use writer::{Compact, CompactWriter};

use crate::codec::{Decode, DecodeOwned, Encode};
use crate::error::{DecodeError, EncodeError};
use crate::limits::Limits;
use crate::protocol::{FileProtocol, FileReader, FileWriter};
use bytes::Bytes;

/// Encodes a value.
///
/// # Errors
/// When the value nests too deep, is too large, or holds a string or container that is too long for the wire.
pub fn to_vec<T: Encode + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    to_vec_with(value, &Limits::default())
}

/// Encodes a value within these limits.
///
/// # Errors
/// As for [`to_vec`].
pub fn to_vec_with<T: Encode + ?Sized>(value: &T, limits: &Limits) -> Result<Vec<u8>, EncodeError> {
    Compact::append(value, Vec::new(), limits)
}

/// Decodes a value, which may borrow from `bytes`.
///
/// # Errors
/// When the bytes are no such value, are over the default limits, or go on after the value.
pub fn from_slice<'de, T: Decode<'de>>(bytes: &'de [u8]) -> Result<T, DecodeError> {
    from_slice_with(bytes, &Limits::default())
}

/// Decodes a value within these limits.
///
/// # Errors
/// As for [`from_slice`].
pub fn from_slice_with<'de, T: Decode<'de>>(bytes: &'de [u8], limits: &Limits) -> Result<T, DecodeError> {
    CompactReader::new(bytes, limits).read_all()
}

/// Decodes a value whose binaries are slices of `frame`: they are not copied, and keep the whole frame in memory for as
/// long as they live.
///
/// # Errors
/// As for [`from_slice`].
pub fn from_bytes<T: DecodeOwned>(frame: Bytes) -> Result<T, DecodeError> {
    from_bytes_with(frame, &Limits::default())
}

/// Decodes a value within these limits; its binaries are slices of `frame`, as in [`from_bytes`].
///
/// # Errors
/// As for [`from_slice`].
pub fn from_bytes_with<T: DecodeOwned>(frame: Bytes, limits: &Limits) -> Result<T, DecodeError> {
    CompactReader::from_frame(&frame, limits).read_all()
}

/// Writes values to a file, one after the other.
pub type CompactFileWriter<W> = FileWriter<W, Compact>;

/// Reads values from a file, one after the other.
pub type CompactFileReader<R> = FileReader<R, Compact>;

impl FileProtocol for Compact {
    #[inline]
    fn append<T: Encode + ?Sized>(value: &T, bytes: Vec<u8>, limits: &Limits) -> Result<Vec<u8>, EncodeError> {
        super::writer::append::<Self, T>(value, bytes, limits)
    }
    fn decode_first<T: DecodeOwned>(bytes: &[u8], limits: &Limits) -> Result<(T, usize), DecodeError> {
        CompactReader::new(bytes, limits).read_first()
    }
}
