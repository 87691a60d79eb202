//! Any bytes decode to a value or an error; see `thrift_fuzz::decode`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| thrift_fuzz::decode::<thrift_fuzz::Compact>(bytes));
