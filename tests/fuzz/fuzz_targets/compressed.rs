//! Any bytes are a compressed stream, or an error; see `thrift_runtime::fuzzing`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| thrift_runtime::fuzzing::compressed(bytes));
