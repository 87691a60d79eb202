//! ThriftPy2 calls the Rust server and answers the Rust client, in the binary protocol over each transport.
//!
//! The library is installed in a virtual environment under the target folder.

#[path = "../cross/mod.rs"]
mod cross;
mod example;

use cross::calls::Undeclared;
use cross::python::{Protocol, PythonPeer};
use std::path::Path;
use std::sync::LazyLock;

/// ThriftPy2 loads the IDL itself.
fn thriftpy2() -> &'static PythonPeer {
    static PEER: LazyLock<Result<PythonPeer, String>> = LazyLock::new(|| {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("thriftpy2");
        PythonPeer::new(&tests, "thriftpy2", &target, None)
    });
    PEER.as_ref().unwrap_or_else(|why| panic!("{why}"))
}

/// Tests of both directions for each mode.
macro_rules! modes {
    ($($test:ident $mode:literal)*) => {
        mod client {
            $(#[test]
            fn $test() {
                super::thriftpy2().calls_rust($mode);
            })*
        }

        mod server {
            $(#[test]
            fn $test() {
                super::thriftpy2().answers_rust($mode, super::Undeclared::Closes);
            })*
        }
    };
}

modes! {
    http "http"
    http_with_old_messages "http-old"
    buffered "buffered"
    buffered_with_old_messages "buffered-old"
    framed "framed"
    framed_with_old_messages "framed-old"
}

#[test]
fn client_keeps_its_http_connection() {
    thriftpy2().calls_rust("http-keepalive");
}

#[test]
fn both_encode_binary_alike() {
    thriftpy2().encodes_alike(Protocol::Binary);
}

#[test]
fn both_encode_compact_alike() {
    thriftpy2().encodes_alike(Protocol::Compact);
}
