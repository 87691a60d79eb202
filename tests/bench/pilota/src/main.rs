//! `pilota-peer FILE OUT.rs DIR…`: pilota-build as a command; it searches included files in each DIR.
//!
//! pilota formats what it writes with the command in `RUSTFMT`: `RUSTFMT=true` leaves that step out.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use pilota_build::{Builder, Output};

fn main() -> ExitCode {
    let mut paths = env::args_os().skip(1).map(PathBuf::from);
    let (Some(file), Some(out)) = (paths.next(), paths.next()) else {
        eprintln!("usage: pilota-peer FILE OUT.rs DIR…");
        return ExitCode::from(2);
    };
    // Like the other compilers it is to write every type, used or not.
    Builder::thrift().ignore_unused(false).include_dirs(paths.collect()).compile([file], Output::File(out));
    ExitCode::SUCCESS
}
