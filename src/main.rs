//! The `thrift-gen` command.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run(std::env::args_os().skip(1)).into()
}
