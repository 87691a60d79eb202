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
    let args: Vec<String> = env::args().skip(1).collect();
    let done = match args.first().map(String::as_str) {
        Some("server" | "client") => return rpc_peer::run(server::run, client::run),
        Some("load") => Arguments::new(&args[1..]).and_then(|args| load::run(&args)),
        _ => settings::Settings::from_args(args.into_iter()).and_then(|settings| runner::run(&settings)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
