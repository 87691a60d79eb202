//! The end of a message in a stream without frames is where its decoder stops; see `thrift_runtime::fuzzing`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| thrift_runtime::fuzzing::unframed(bytes));
