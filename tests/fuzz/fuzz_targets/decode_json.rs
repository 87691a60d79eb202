//! Any bytes decode to a value or an error; a value survives a round trip.
//!
//! `cargo +nightly fuzz run decode_json --fuzz-dir tests/fuzz`
#![no_main]

mod decode;

use libfuzzer_sys::fuzz_target;
use thrift_runtime::json;
use thrift_runtime::{Bytes, DecodeError, DecodeOwned, Encode, EncodeError};

fuzz_target!(|bytes: &[u8]| decode::all::<Json>(bytes));

enum Json {}

impl decode::Protocol for Json {
    fn to_vec<T: Encode>(value: &T) -> Result<Vec<u8>, EncodeError> {
        json::to_vec(value)
    }
    fn from_slice<T: DecodeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
        json::from_slice(bytes)
    }
    fn from_bytes<T: DecodeOwned>(bytes: Bytes) -> Result<T, DecodeError> {
        json::from_bytes(bytes)
    }
}
