//! ThriftPy2 calls the Rust server and answers the Rust client, in the binary protocol over each transport.
//!
//! The library is installed in a virtual environment under the target folder.

#[path = "../cross/mod.rs"]
mod cross;

use cross::calls::Undeclared;
use cross::python::PythonPeer;
use std::path::Path;
use std::sync::LazyLock;

static THRIFTPY2: LazyLock<PythonPeer> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/thriftpy2");
    PythonPeer::new(&folder, &Path::new(env!("CARGO_TARGET_TMPDIR")).join("thriftpy2"))
});

/// Tests of both directions for each mode.
macro_rules! modes {
    ($($test:ident $mode:literal)*) => {
        mod client {
            $(#[test]
            fn $test() {
                super::THRIFTPY2.calls_rust($mode);
            })*
        }

        mod server {
            $(#[test]
            fn $test() {
                super::THRIFTPY2.answers_rust($mode, super::Undeclared::Closes);
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
    THRIFTPY2.calls_rust("http-keepalive");
}

#[test]
fn both_encode_alike() {
    THRIFTPY2.encodes_alike();
}
