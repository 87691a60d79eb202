//! Apache's crate as a peer: `peer-apache-rust client FLAGS ADDRESS`, `peer-apache-rust server FLAGS`.

mod checks;
mod convert;
mod handler;
mod stack;

#[allow(warnings, clippy::all)]
mod generated {
    pub(crate) mod cross {
        include!(concat!(env!("OUT_DIR"), "/cross.rs"));
    }
    pub(crate) mod newer {
        include!(concat!(env!("OUT_DIR"), "/newer.rs"));
    }
}

#[path = "../../../cross/mod.rs"]
mod cross;

use cross::mode::Mode;
use stack::Stack;
use std::process::ExitCode;
use std::{env, io};

fn main() -> ExitCode {
    let done = arguments().and_then(|(role, stack)| match role.as_str() {
        "client" => checks::run(&stack).map(|passed| println!("{passed} checks passed")),
        "server" => serve(&stack),
        _ => Err("peer-apache-rust client FLAGS ADDRESS | peer-apache-rust server FLAGS".to_owned()),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<(String, Stack), String> {
    let mut arguments = env::args().skip(1);
    let role = arguments.next().unwrap_or_default();
    let mut stack = Stack { mode: Mode::default(), address: String::new() };
    while let Some(argument) = arguments.next() {
        if argument == "--multiplexed" {
            stack.mode.multiplexed = true;
        } else if !argument.starts_with("--") {
            stack.address = argument;
        } else if !stack.mode.set(&argument, &arguments.next().unwrap_or_default())? {
            return Err(format!("no such flag: {argument}"));
        }
    }
    Ok((role, stack))
}

/// Serves until the standard input ends.
///
/// There is no `named`: the library does not read the arguments of a method that it does not know, and takes them for the next
/// message.
fn serve(stack: &Stack) -> Result<(), String> {
    let cross = stack.serve(handler::cross)?;
    let newer = stack.serve(handler::newer)?;
    println!("listening cross={cross} newer={newer}");
    io::copy(&mut io::stdin(), &mut io::sink()).map_err(|error| error.to_string())?;
    Ok(())
}
