//! The codec as generated code uses it.
#![forbid(unsafe_code)]
#![deny(warnings)]

mod damage;
mod depth;
mod fields;
#[path = "../../../tests/golden/store/mod.rs"]
mod generated;
mod properties;
mod vectors;
mod writer;

use generated::store;
use thrift_runtime::binary::{self, BinaryReader, BinaryWriter};
use thrift_runtime::{Limits, Value, WireType};

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
