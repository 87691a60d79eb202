//! Any bytes decode to a value or an error; a value survives a round trip.
//!
//! `cargo +nightly fuzz run decode_binary --fuzz-dir tests/fuzz`
#![no_main]

use libfuzzer_sys::fuzz_target;
use thrift_runtime::binary::{self, BinaryReader, BinaryWriter};
use thrift_runtime::{Bytes, DecodeOwned, Encode, Limits, Value, WireType};

#[path = "../../golden/store/mod.rs"]
mod generated;

use generated::store;

fuzz_target!(|bytes: &[u8]| {
    typed::<store::Everything>(bytes);
    typed::<store::Item>(bytes);
    typed::<store::Shape>(bytes);
    typed::<store::Wide>(bytes);
    typed::<store::NotFound>(bytes);
    typed::<store::Empty>(bytes);
    dynamic(bytes);
});

fn typed<T: DecodeOwned + Encode + PartialEq + core::fmt::Debug>(bytes: &[u8]) {
    let decoded = binary::from_slice::<T>(bytes);
    assert_eq!(decoded, binary::from_bytes::<T>(Bytes::copy_from_slice(bytes)));
    if let Ok(value) = decoded {
        let again = binary::to_vec(&value).expect("what was decoded is within the limits");
        assert_eq!(binary::from_slice::<T>(&again).expect("what was encoded decodes"), value);
    }
}

fn dynamic(bytes: &[u8]) {
    let limits = Limits::default();
    let mut input = BinaryReader::new(bytes, &limits);
    let skipped = binary::from_slice::<store::Empty>(bytes);
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
