//! Any bytes are plain requests over HTTP as hyper reads them, or not plain; see `thrift_runtime::fuzzing`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| thrift_runtime::fuzzing::plain_http(bytes));
