//! The binary protocol: everything big endian, numbers and lengths of fixed size.
//!
//! Format: <https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md>.
//!
//! ```
//! use thrift_runtime::binary;
//!
//! let bytes = binary::to_vec(&vec![1i32, 2])?;
//! assert_eq!(bytes, [8, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]);
//! assert_eq!(binary::from_slice::<Vec<i32>>(&bytes)?, [1, 2]);
//!
//! let error = binary::from_slice::<Vec<i32>>(&bytes[..10]).unwrap_err();
//! assert_eq!(error.to_string(), "the message ends in the middle of a value at byte 5");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod reader;
mod writer;

pub use reader::BinaryReader;
pub use writer::{Binary, BinaryWriter};

use crate::codec::{Decode, DecodeOwned, Encode};
use crate::error::{DecodeError, EncodeError};
use crate::limits::Limits;
use crate::protocol::{FileProtocol, FileReader, FileWriter};
use crate::wire::WireType;
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
    Binary::append(value, Vec::new(), limits)
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
    BinaryReader::new(bytes, limits).read_all()
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
    BinaryReader::from_frame(&frame, limits).read_all()
}

/// Writes values to a file, one after the other.
pub type BinaryFileWriter<W> = FileWriter<W, Binary>;

/// Reads values from a file, one after the other.
pub type BinaryFileReader<R> = FileReader<R, Binary>;

impl FileProtocol for Binary {
    #[inline]
    fn append<T: Encode + ?Sized>(value: &T, bytes: Vec<u8>, limits: &Limits) -> Result<Vec<u8>, EncodeError> {
        super::writer::append::<Self, T>(value, bytes, limits)
    }
    fn decode_first<T: DecodeOwned>(bytes: &[u8], limits: &Limits) -> Result<(T, usize), DecodeError> {
        BinaryReader::new(bytes, limits).read_first()
    }
}

/// The three bytes of a field's header, as the low bytes of an integer.
#[inline(always)]
const fn header(ty: WireType, id: i16) -> u32 {
    (ty as u32) << 16 | id as u16 as u32
}
