//! The protocols, behind one trait.

use thrift_runtime::binary::{self, BinaryReader, BinaryWriter};
use thrift_runtime::compact::{self, CompactReader, CompactWriter};
use thrift_runtime::json::{self, JsonReader, JsonWriter};
use thrift_runtime::{Bytes, DecodeError, DecodeOwned, Encode, EncodeError, Limits, Value, WireType};

/// A protocol's functions.
pub trait Protocol {
    /// Encodes a value.
    fn to_vec<T: Encode>(value: &T) -> Result<Vec<u8>, EncodeError>;
    /// Decodes a value.
    fn from_slice<T: DecodeOwned>(bytes: &[u8]) -> Result<T, DecodeError>;
    /// Decodes a value within these limits.
    fn from_slice_with<T: DecodeOwned>(bytes: &[u8], limits: &Limits) -> Result<T, DecodeError>;
    /// Decodes a value that shares the bytes.
    fn from_bytes<T: DecodeOwned>(bytes: Bytes) -> Result<T, DecodeError>;
    /// Decodes the struct at the beginning without an IDL, and returns what remains.
    fn read_value(bytes: &[u8]) -> Result<(Value, &[u8]), DecodeError>;
    /// Encodes a value without an IDL.
    fn write_value(value: &Value) -> Result<Vec<u8>, EncodeError>;
    /// What Apache's crate makes of the same bytes is the same.
    #[cfg(feature = "apache")]
    fn compare_with_apache(_bytes: &[u8]) {}
}

macro_rules! protocol {
    ($(#[$doc:meta])* $name:ident, $module:ident, $reader:ident, $writer:ident $(, $input:ident, $output:ident)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl Protocol for $name {
            fn to_vec<T: Encode>(value: &T) -> Result<Vec<u8>, EncodeError> {
                $module::to_vec(value)
            }
            fn from_slice<T: DecodeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
                $module::from_slice(bytes)
            }
            fn from_slice_with<T: DecodeOwned>(bytes: &[u8], limits: &Limits) -> Result<T, DecodeError> {
                $module::from_slice_with(bytes, limits)
            }
            fn from_bytes<T: DecodeOwned>(bytes: Bytes) -> Result<T, DecodeError> {
                $module::from_bytes(bytes)
            }
            fn read_value(bytes: &[u8]) -> Result<(Value, &[u8]), DecodeError> {
                let mut input = $reader::new(bytes, &Limits::default());
                let value = Value::decode(&mut input, WireType::Struct)?;
                Ok((value, input.remaining()))
            }
            fn write_value(value: &Value) -> Result<Vec<u8>, EncodeError> {
                let mut out = $writer::new(Vec::new(), &Limits::default());
                value.encode(&mut out);
                out.finish()
            }
            $(#[cfg(feature = "apache")]
            fn compare_with_apache(bytes: &[u8]) {
                crate::apache::compare::<Self>(bytes, crate::apache::$input, crate::apache::$output);
            })?
        }
    };
}

protocol!(
    /// The binary protocol.
    Binary, binary, BinaryReader, BinaryWriter, binary_input, binary_output
);
protocol!(
    /// The compact protocol.
    Compact, compact, CompactReader, CompactWriter, compact_input, compact_output
);
protocol!(
    /// The JSON protocol.
    Json, json, JsonReader, JsonWriter
);
