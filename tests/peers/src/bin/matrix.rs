//! See `thrift_peers::matrix`.

use std::process::ExitCode;

fn main() -> ExitCode {
    thrift_peers::matrix::main()
}
