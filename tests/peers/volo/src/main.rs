//! volo-thrift as a peer: `peer-volo client FLAGS ADDRESS`, `peer-volo server FLAGS`. With `--one-connection`, many calls share one.

mod checks;
mod convert;
mod handler;
mod stack;

#[allow(warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/volo_gen.rs"));
    pub(crate) use volo_gen::*;
}

#[path = "../../../cross/mod.rs"]
mod cross;

use cross::mode::Mode;
use stack::Stack;
use std::env;
use std::process::ExitCode;
use tokio::io::AsyncReadExt;

#[tokio::main]
async fn main() -> ExitCode {
    let done = match arguments() {
        Ok((role, stack)) if role == "client" => {
            checks::run(&stack).await.map(|passed| println!("{passed} checks passed"))
        }
        Ok((role, stack)) if role == "server" => serve(&stack).await,
        Ok(_) => Err("peer-volo client FLAGS ADDRESS | peer-volo server FLAGS".to_owned()),
        Err(why) => Err(why),
    };
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
    let mut stack = Stack { mode: Mode::default(), one_connection: false, address: String::new() };
    while let Some(argument) = arguments.next() {
        if argument == "--one-connection" {
            stack.one_connection = true;
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
/// There is no `named`: after it has told of a method that it does not know, volo closes the connection, in the midst of the next call.
async fn serve(stack: &Stack) -> Result<(), String> {
    let cross = stack::serve!(stack, generated::cross::CrossServer::new(handler::Handler::default()));
    let newer = stack::serve!(stack, generated::newer::CrossServer::new(handler::Newer));
    println!("listening cross={cross} newer={newer}");
    tokio::io::stdin().read_to_end(&mut Vec::new()).await.map_err(|error| error.to_string())?;
    Ok(())
}
