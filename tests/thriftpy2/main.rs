//! ThriftPy2 calls the Rust server and answers the Rust client, in the binary protocol over each transport.
//!
//! The library is installed in a virtual environment under the target folder.

#[path = "../cross/mod.rs"]
mod cross;
mod example;

use cross::calls::Quirk;
use cross::mode::{Mode, Protocol, Transport};
use cross::python::PythonPeer;
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
    ($($test:ident $protocol:ident $transport:ident)*) => {
        mod client {
            use super::*;
            $(#[test]
            fn $test() {
                thriftpy2().calls_rust(Mode::new(Protocol::$protocol, Transport::$transport), &[]);
            })*
        }

        mod server {
            use super::*;
            $(#[test]
            fn $test() {
                let mode = Mode::new(Protocol::$protocol, Transport::$transport);
                thriftpy2().answers_rust(mode, &[Quirk::ClosesOnUndeclared]);
            })*
        }
    };
}

modes! {
    http Binary Http
    http_with_old_messages BinaryOld Http
    buffered Binary Buffered
    buffered_with_old_messages BinaryOld Buffered
    framed Binary Framed
    framed_with_old_messages BinaryOld Framed
}

#[test]
fn client_keeps_its_http_connection() {
    thriftpy2().calls_rust(Mode::new(Protocol::Binary, Transport::Http), &["--keep-alive"]);
}

#[test]
fn both_encode_binary_alike() {
    thriftpy2().encodes_alike(Protocol::Binary);
}

#[test]
fn both_encode_compact_alike() {
    thriftpy2().encodes_alike(Protocol::Compact);
}
