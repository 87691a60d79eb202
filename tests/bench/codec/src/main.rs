//! Codecs of Thrift libraries beside one another: thread CPU time and allocations of encoding and decoding.
//!
//! `cargo run --release --manifest-path tests/bench/Cargo.toml --bin codec -- [--only WORKLOAD,…] [--ours] [--processes N] [--quick]`
//!
//! It needs Apache's compiler, Debian's package `thrift-compiler`. Each process measures all libraries in turns, many times,
//! on one CPU; a figure is the median of these, and then of the processes. Decoding includes the drop of the value;
//! encoding goes to a buffer that has been used before. Before they are measured, all have to decode an equal value, and
//! those whose maps are sorted to encode equal bytes.

mod allocations;
mod bound;
mod clock;
mod generated;
mod measure;
mod peer;
mod report;
mod settings;
mod subject;
mod value;
mod workload;

use std::env;
use std::process::ExitCode;

use settings::Settings;
use subject::Result;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let settings = Settings::from_args(env::args().skip(1))?;
    if settings.child {
        return measure::measure(&settings);
    }
    let mut report = report::Report::default();
    for process in 1..=settings.processes {
        eprintln!("process {process} of {}", settings.processes);
        report.add(measure::in_child(&settings)?);
    }
    print!("{report}");
    Ok(())
}
