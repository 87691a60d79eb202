//! RPC servers and clients beside one another: CPU time per request, as medians of interleaved runs.
//!
//! `cargo run --release --manifest-path tests/bench/Cargo.toml --bin rpc -- [--list] [--quick] [--only SCENARIO,…] [--servers NAME,…]`
//!
//! Each server, each client and the load generator is a process of its own; README.md says how they talk with the runner. The
//! program itself is the runner, the load generator (`rpc load`), and the references and our own side (`rpc server NAME`, `rpc client NAME`).

mod arguments;
mod client;
mod histogram;
mod load;
mod process;
mod report;
mod runner;
mod sample;
mod scenario;
mod server;
mod settings;
mod source;
mod usage;
mod wire;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use arguments::Arguments;

/// What can go wrong is told to a person, who needs only the words.
type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

mod generated {
    thrift_runtime::include_thrift!("echo");
}

fn main() -> ExitCode {
    match run(env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Vec<String>) -> Result<()> {
    match args.first().map(String::as_str) {
        Some("server") => server::run(Arguments::of_program(&args)?),
        Some("client") => client::run(),
        Some("load") => load::run(&Arguments::new(&args[1..])?),
        _ => runner::run(&settings::Settings::from_args(args.into_iter())?),
    }
}
