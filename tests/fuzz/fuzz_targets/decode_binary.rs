//! Any bytes decode to a value or an error; a value survives a round trip.
//!
//! `cargo +nightly fuzz run decode_binary --fuzz-dir tests/fuzz`
#![no_main]

mod decode;

use libfuzzer_sys::fuzz_target;
use thrift_runtime::binary::{self, BinaryReader, BinaryWriter};
use thrift_runtime::{Bytes, DecodeError, DecodeOwned, Encode, EncodeError, Limits, Value, WireType};

fuzz_target!(|bytes: &[u8]| {
    decode::all::<Binary>(bytes);
    dynamic(bytes);
});

enum Binary {}

impl decode::Protocol for Binary {
    fn to_vec<T: Encode>(value: &T) -> Result<Vec<u8>, EncodeError> {
        binary::to_vec(value)
    }
    fn from_slice<T: DecodeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
        binary::from_slice(bytes)
    }
    fn from_bytes<T: DecodeOwned>(bytes: Bytes) -> Result<T, DecodeError> {
        binary::from_bytes(bytes)
    }
}

/// Passing over bytes finds what decoding them without an IDL finds.
fn dynamic(bytes: &[u8]) {
    let limits = Limits::default();
    let mut input = BinaryReader::new(bytes, &limits);
    let skipped = binary::from_slice::<decode::store::Empty>(bytes);
    let Ok(value) = Value::decode(&mut input, WireType::Struct) else {
        assert!(skipped.is_err());
        return;
    };
    assert_eq!(skipped.is_ok(), input.remaining().is_empty());
    let mut out = BinaryWriter::new(Vec::new(), &limits);
    value.encode(&mut out);
    let again = out.finish().expect("what was decoded is within the limits");
    let mut input = BinaryReader::new(&again, &limits);
    assert_eq!(Value::decode(&mut input, WireType::Struct).expect("what was encoded decodes"), value);
}
