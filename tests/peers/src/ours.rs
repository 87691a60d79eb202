//! Our own program: `ours server --certificates FOLDER` serves every mode, `ours client FLAGS NAME=ADDRESS…` calls the servers
//! of a peer.
//!
//! The server prints `listening tcp=PORT tls=PORT unix=PATH` and serves until its standard input ends. The flags of the client are those of a
//! mode, and `--quirk` for what the peer's servers do otherwise. `--blocking`, before the others, has them be the blocking ones.

use crate::blocking;
use crate::cross::calls::{self, Quirk, Servers};
use crate::cross::golden::cross::{CrossServer, SecondServer};
use crate::cross::golden::ids::IdsServer;
use crate::cross::handler::{Beside, Handler};
use crate::cross::mode::Mode;
use crate::matrix::cell::Ours;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::{env, fs};
use thrift_runtime::{ClientTls, Error, Listener, Router, Server, ServerTls};
use tokio::io::AsyncReadExt;

/// Runs the program that the arguments ask for.
pub fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let mut arguments = env::args().skip(1).peekable();
    let role = arguments.next();
    let blocks = arguments.next_if(|argument| Ours::Blocking.flag() == Some(argument));
    let ours = if blocks.is_some() { Ours::Blocking } else { Ours::Asynchronous };
    let done = match role.as_deref() {
        Some("server") => serve(ours, arguments),
        Some("client") => client(ours, arguments).and_then(|servers| calls::run(&servers)).map(|passed| {
            println!("{passed} checks passed");
        }),
        _ => Err("ours server --certificates FOLDER | ours client FLAGS NAME=ADDRESS...".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn serve(ours: Ours, mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let certificates = match (arguments.next().as_deref(), arguments.next()) {
        (Some("--certificates"), Some(folder)) => PathBuf::from(folder),
        _ => return Err("ours server --certificates FOLDER".to_owned()),
    };
    let path = certificates.join(format!("ours-{}", std::process::id()));
    let served = server_tls(&certificates).and_then(|tls| match ours {
        Ours::Asynchronous => serve_asynchronous(tls, &path),
        Ours::Blocking => blocking::serve(tls, &path, services()),
    });
    served.map_err(|error| error.to_string())
}

fn server_tls(certificates: &Path) -> Result<ServerTls, Error> {
    let read = |file: &str| fs::read(certificates.join(file));
    ServerTls::new(read("server.pem")?, read("server.key")?)?.allow_clients_of(read("ca.pem")?)
}

/// Serves on a TCP port, on one with TLS and on a Unix socket until the standard input ends.
#[tokio::main]
async fn serve_asynchronous(tls: ServerTls, path: &Path) -> Result<(), Error> {
    let tls = Listener::bind("127.0.0.1:0").await?.tls(tls)?;
    let tls_port = tls.local_addr()?.port();
    let server = Server::bind("127.0.0.1:0").await?;
    let port = server.local_addr()?.port();
    let server = server.also_listen(tls).also_listen(Listener::bind_unix(path).await?);
    println!("listening tcp={port} tls={tls_port} unix={}", path.display());
    let (mut stdin, mut ignored) = (tokio::io::stdin(), Vec::new());
    tokio::select! {
        served = server.serve(services()) => served,
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

fn client(ours: Ours, mut arguments: impl Iterator<Item = String>) -> Result<Servers, String> {
    let connect = |tls: Option<ClientTls>| match (ours, tls) {
        (Ours::Blocking, tls) => blocking::connect(tls),
        (Ours::Asynchronous, None) => calls::asynchronous(|builder| builder),
        (Ours::Asynchronous, Some(tls)) => calls::asynchronous(move |builder| builder.tls(tls.clone())),
    };
    let mut servers =
        Servers { mode: Mode::default(), addresses: BTreeMap::new(), quirks: Vec::new(), connect: connect(None) };
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
        if argument == "--certificates" {
            let tls = client_tls(Path::new(&value)).map_err(|error| error.to_string())?;
            servers.connect = connect(Some(tls));
        } else if argument == "--quirk" {
            let quirk = Quirk::ALL.into_iter().find(|quirk| quirk.name() == value);
            servers.quirks.push(quirk.ok_or_else(|| format!("no such quirk: {value}"))?);
        } else if !servers.mode.set(&argument, &value)? {
            return Err(format!("no such flag: {argument}"));
        }
    }
    Ok(servers)
}

fn client_tls(certificates: &Path) -> Result<ClientTls, Error> {
    let read = |file: &str| fs::read(certificates.join(file));
    ClientTls::new().roots(read("ca.pem")?)?.identity(read("client.pem")?, read("client.key")?)
}
