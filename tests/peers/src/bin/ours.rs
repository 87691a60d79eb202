//! See `thrift_peers::ours`.

use std::process::ExitCode;

fn main() -> ExitCode {
    thrift_peers::ours::main()
}
