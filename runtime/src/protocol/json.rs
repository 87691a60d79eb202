//! Apache's JSON protocol: fields by their ids, each value with a tag for its type.
//!
//! Format: `{"<id>":{"<tag>":value},…}`, `["<tag>",size,element,…]`, `["<tag>","<tag>",size,{key:value,…}]`, without white space. A bool
//! is 1 or 0, a binary is base64, a number that is a key is in quotes. Doubles have 17 significant digits, as C's `%.17g`
//! prints them; NaN and the infinities are in quotes. Structs and containers cannot be keys.
//!
//! What other writers do is read too: white space, base64 with and without padding, `nan` and `inf`, all escapes of JSON.
//!
//! ```
//! use thrift_runtime::json;
//!
//! let bytes = json::to_vec(&vec![1i32, -1])?;
//! assert_eq!(bytes, br#"["i32",2,1,-1]"#);
//! assert_eq!(json::from_slice::<Vec<i32>>(&bytes)?, [1, -1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod reader;
pub(super) mod text;
pub(super) mod writer;

pub use reader::JsonReader;
pub use writer::{JsonWriter, TextWriter};

use crate::codec::{Decode, DecodeOwned, Encode};
use crate::error::{DecodeError, EncodeError};
use crate::limits::Limits;
use crate::protocol::{FileProtocol, FileReader, FileWriter};
use crate::wire::WireType;
use bytes::Bytes;

/// The JSON protocol as a parameter of [`Reader`](crate::codec::Reader) and [`Writer`](crate::codec::Writer).
#[derive(Clone, Copy, Debug)]
pub enum Json {}

/// Encodes a value.
///
/// # Errors
/// When the value nests too deep, is too large, holds a string or container that is too long for the wire, or a map whose
/// keys are structs or containers.
pub fn to_vec<T: Encode + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    to_vec_with(value, &Limits::default())
}

/// Encodes a value within these limits.
///
/// # Errors
/// As for [`to_vec`].
pub fn to_vec_with<T: Encode + ?Sized>(value: &T, limits: &Limits) -> Result<Vec<u8>, EncodeError> {
    Json::append(value, Vec::new(), limits)
}

/// Decodes a value. It may borrow from `bytes`, but only strings without escapes and no binaries.
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
    JsonReader::new(bytes, limits).read_all()
}

/// Decodes a value. It is there for symmetry with the other protocols: in JSON no binary can be a slice of `frame`.
///
/// # Errors
/// As for [`from_slice`].
pub fn from_bytes<T: DecodeOwned>(frame: Bytes) -> Result<T, DecodeError> {
    from_bytes_with(frame, &Limits::default())
}

/// Decodes a value within these limits; see [`from_bytes`].
///
/// # Errors
/// As for [`from_slice`].
pub fn from_bytes_with<T: DecodeOwned>(frame: Bytes, limits: &Limits) -> Result<T, DecodeError> {
    from_slice_with(&frame, limits)
}

/// Writes values to a file, one after the other.
pub type JsonFileWriter<W> = FileWriter<W, Json>;

/// Reads values from a file, one after the other; white space between them is passed over.
pub type JsonFileReader<R> = FileReader<R, Json>;

impl FileProtocol for Json {
    fn append<T: Encode + ?Sized>(value: &T, bytes: Vec<u8>, limits: &Limits) -> Result<Vec<u8>, EncodeError> {
        JsonWriter::append(value, bytes, limits)
    }
    fn decode_first<T: DecodeOwned>(bytes: &[u8], limits: &Limits) -> Result<(T, usize), DecodeError> {
        JsonReader::new(bytes, limits).read_first()
    }
}

/// The tag of a type.
const fn tag(ty: WireType) -> &'static str {
    match ty {
        WireType::Bool => "tf",
        WireType::I8 => "i8",
        WireType::I16 => "i16",
        WireType::I32 => "i32",
        WireType::I64 => "i64",
        WireType::Double => "dbl",
        WireType::String => "str",
        WireType::Struct => "rec",
        WireType::Map => "map",
        WireType::Set => "set",
        WireType::List => "lst",
        WireType::Uuid => "uid",
    }
}

/// The type with this tag.
const fn tagged(tag: &[u8]) -> Option<WireType> {
    Some(match tag {
        b"tf" => WireType::Bool,
        b"i8" => WireType::I8,
        b"i16" => WireType::I16,
        b"i32" => WireType::I32,
        b"i64" => WireType::I64,
        b"dbl" => WireType::Double,
        b"str" => WireType::String,
        b"rec" => WireType::Struct,
        b"map" => WireType::Map,
        b"set" => WireType::Set,
        b"lst" => WireType::List,
        b"uid" => WireType::Uuid,
        _ => return None,
    })
}

/// What stands before the value that comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nothing: it is a message or the value of a field.
    Alone,
    /// Nothing: it is the first element of a list or set.
    FirstElement,
    /// A comma: it is an element of a list or set.
    Element,
    /// Nothing: it is the first key of a map.
    FirstKey,
    /// A comma: it is a later key.
    Key,
    /// A colon: it is the value of a key.
    Value,
    /// A bracket: it is the first key of a map that is a list of pairs.
    FirstOfPair,
    /// The end of the pair before, and a bracket: it is a later key of such a map.
    OfPair,
    /// A comma: it is the value of a key of such a map.
    PairValue,
}

impl Place {
    /// What stands before the value, and where the one after it stands.
    fn step(self) -> (&'static str, Self) {
        match self {
            Self::Alone => ("", Self::Alone),
            Self::FirstElement => ("", Self::Element),
            Self::Element => (",", Self::Element),
            Self::FirstKey => ("", Self::Value),
            Self::Key => (",", Self::Value),
            Self::Value => (":", Self::Key),
            Self::FirstOfPair => ("[", Self::PairValue),
            Self::OfPair => ("],[", Self::PairValue),
            Self::PairValue => (",", Self::OfPair),
        }
    }

    /// Whether the value is a key.
    fn is_key(self) -> bool {
        matches!(self, Self::FirstKey | Self::Key)
    }
}
