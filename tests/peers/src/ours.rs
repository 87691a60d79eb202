//! Our own program: `ours server` serves every mode, `ours client FLAGS NAME=ADDRESS…` calls the servers of a peer.
//!
//! The server prints `listening tcp=PORT` and serves until its standard input ends. The flags of the client are those of a
//! mode, and `--quirk` for what the peer's servers do otherwise.

use crate::cross::calls::{self, Quirk, Servers};
use crate::cross::golden::cross::{CrossServer, SecondServer};
use crate::cross::golden::ids::IdsServer;
use crate::cross::handler::{Beside, Handler};
use crate::cross::mode::Mode;
use std::collections::BTreeMap;
use std::env;
use std::process::ExitCode;
use std::sync::Arc;
use thrift_runtime::{Router, Server};
use tokio::io::AsyncReadExt;

/// Runs the program that the arguments ask for.
pub fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let mut arguments = env::args().skip(1);
    let done = match arguments.next().as_deref() {
        Some("server") => serve(),
        Some("client") => client(arguments).and_then(|servers| calls::run(&servers)).map(|passed| {
            println!("{passed} checks passed");
        }),
        _ => Err("ours server | ours client FLAGS NAME=ADDRESS...".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn serve() -> Result<(), String> {
    let server = Server::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let port = server.local_addr().map_err(|error| error.to_string())?.port();
    println!("listening tcp={port}");
    let (mut stdin, mut ignored) = (tokio::io::stdin(), Vec::new());
    tokio::select! {
        served = server.serve(services()) => served.map_err(|error| error.to_string()),
        _ = stdin.read_to_end(&mut ignored) => Ok(()),
    }
}

/// All on one port. Who names no service means `Cross`.
fn services() -> Router {
    let cross = Arc::new(CrossServer::new(Handler::default()));
    Router::new()
        .default_service(Arc::clone(&cross))
        .service("Cross", cross)
        .service("Second", SecondServer::new(Beside))
        .service("Ids", IdsServer::new(Beside))
}

fn client(mut arguments: impl Iterator<Item = String>) -> Result<Servers, String> {
    let mut servers = Servers { mode: Mode::default(), addresses: BTreeMap::new(), quirks: Vec::new() };
    while let Some(argument) = arguments.next() {
        if let Some((name, address)) = argument.split_once('=') {
            servers.addresses.insert(name.to_owned(), address.to_owned());
            continue;
        }
        if argument == "--multiplexed" {
            servers.mode.multiplexed = true;
            continue;
        }
        let value = arguments.next().ok_or_else(|| format!("{argument} takes a value"))?;
        if argument == "--quirk" {
            let quirk = Quirk::ALL.into_iter().find(|quirk| quirk.name() == value);
            servers.quirks.push(quirk.ok_or_else(|| format!("no such quirk: {value}"))?);
        } else if !servers.mode.set(&argument, &value)? {
            return Err(format!("no such flag: {argument}"));
        }
    }
    Ok(servers)
}
