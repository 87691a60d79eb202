//! The codec as generated code uses it.
#![forbid(unsafe_code)]
#![deny(warnings)]

mod damage;
mod depth;
mod fields;
mod files;
#[path = "../../../tests/golden/store/mod.rs"]
mod generated;
mod hostile;
mod json;
#[path = "../../../tests/golden/options-unknown/mod.rs"]
mod keeping;
mod properties;
mod simple_json;
mod unknown;
mod vectors;
mod writer;

use generated::store;
use thrift_runtime::binary::{self, BinaryReader, BinaryWriter};
use thrift_runtime::compact::{self, CompactReader, CompactWriter};
use thrift_runtime::json::{JsonReader, JsonWriter};
use thrift_runtime::{DecodeError, DecodeOwned, Encode, EncodeError, Limits, Value, WireType};

/// A protocol to test.
#[derive(Clone, Copy, Debug)]
enum Protocol {
    Binary,
    Compact,
    Json,
}

impl Protocol {
    const ALL: [Self; 3] = [Self::Binary, Self::Compact, Self::Json];
    /// Those that have all values, and binaries as they are.
    const BYTES: [Self; 2] = [Self::Binary, Self::Compact];

    fn to_vec<T: Encode + ?Sized>(self, value: &T) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self::Binary => binary::to_vec(value),
            Self::Compact => compact::to_vec(value),
            Self::Json => thrift_runtime::json::to_vec(value),
        }
    }

    fn decode<T: DecodeOwned>(self, bytes: &[u8]) -> Result<T, DecodeError> {
        match self {
            Self::Binary => binary::from_slice(bytes),
            Self::Compact => compact::from_slice(bytes),
            Self::Json => thrift_runtime::json::from_slice(bytes),
        }
    }

    fn decode_frame<T: DecodeOwned>(self, frame: bytes::Bytes) -> Result<T, DecodeError> {
        match self {
            Self::Binary => binary::from_bytes(frame),
            Self::Compact => compact::from_bytes(frame),
            Self::Json => thrift_runtime::json::from_bytes(frame),
        }
    }

    /// A dynamic value as bytes.
    fn encoded(self, value: &Value) -> Vec<u8> {
        match self {
            Self::Binary => encoded(value),
            Self::Compact => {
                let mut out = CompactWriter::new(Vec::new(), &Limits::default());
                value.encode(&mut out);
                out.finish().unwrap()
            }
            Self::Json => {
                let mut out = JsonWriter::new(Vec::new(), &Limits::default());
                value.encode(&mut out);
                out.finish().unwrap()
            }
        }
    }

    /// The dynamic value that these bytes are as a struct.
    fn dynamic(self, bytes: &[u8]) -> Result<Value, DecodeError> {
        let limits = Limits::default();
        match self {
            Self::Binary => Value::decode(&mut BinaryReader::new(bytes, &limits), WireType::Struct),
            Self::Compact => Value::decode(&mut CompactReader::new(bytes, &limits), WireType::Struct),
            Self::Json => Value::decode(&mut JsonReader::new(bytes, &limits), WireType::Struct),
        }
    }
}

/// The bytes that these hexadecimal numbers stand for.
fn hex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

/// The binary form of a dynamic value.
fn encoded(value: &Value) -> Vec<u8> {
    let mut out = BinaryWriter::new(Vec::new(), &Limits::default());
    value.encode(&mut out);
    out.finish().unwrap()
}

/// The dynamic value that these bytes are as a struct.
fn dynamic(bytes: &[u8]) -> Value {
    let mut input = BinaryReader::new(bytes, &Limits::default());
    let value = Value::decode(&mut input, WireType::Struct).unwrap();
    assert_eq!(input.remaining(), b"");
    value
}

/// A value with text or binary in it.
fn text(text: &str) -> Value {
    Value::Bytes(text.to_owned().into())
}

/// Decodes a value from the dynamic struct with these fields.
fn from_fields<T: thrift_runtime::DecodeOwned>(
    fields: impl IntoIterator<Item = (i16, Value)>,
) -> Result<T, thrift_runtime::DecodeError> {
    binary::from_slice(&encoded(&Value::Struct(fields.into_iter().collect())))
}
