//! Apache's C++ library of Debian: with a thread for each connection, and with its event loop.

use crate::cross::calls::Quirk;
use crate::cross::mode::{Mode, Protocol, Socket, Transport};
use crate::cross::process::Program;
use crate::matrix::cell::Role;
use crate::matrix::peer::{Folders, Launch, Peer};
use std::fs;
use std::process::Command;

pub(crate) const THREADED: Peer = Peer {
    name: "apache-cpp",
    prepare: |folders| prepare(folders, &[]),
    unsupported: |_, mode| unsupported(mode),
    quirks: QUIRKS,
};

pub(crate) const EVENTS: Peer = Peer {
    name: "apache-cpp-events",
    prepare: |folders| prepare(folders, &["--nonblocking"]),
    unsupported: |role, mode| match (role, mode) {
        (Role::Client, _) => Some("it is a server"),
        (_, Mode { socket: Socket::Tls, .. }) => Some("TNonblockingServer's TLS is not in our program"),
        (_, Mode { transport: Transport::Framed, .. }) => None,
        _ => Some("TNonblockingServer has frames only"),
    },
    quirks: QUIRKS,
};

const QUIRKS: &[Quirk] =
    &[Quirk::UnknownOnUndeclared, Quirk::FillsMissing, Quirk::WithoutUuids, Quirk::SilentOnOneway, Quirk::LosesNul];

fn unsupported(mode: Mode) -> Option<&'static str> {
    match mode {
        Mode { transport: Transport::TtHeader | Transport::TtHeaderFramed, .. } => Some("it has no TTHeader"),
        Mode { transport: Transport::HeaderZlib, .. } => {
            Some("its zlib transform crashes at large messages, of its own too")
        }
        Mode { transport: Transport::Header, protocol: Protocol::Json | Protocol::BinaryOld, .. } => {
            Some("its THeader is for binary and compact")
        }
        _ => None,
    }
}

fn prepare(folders: &Folders, options: &[&'static str]) -> Result<Launch, String> {
    let target = folders.target("apache-cpp");
    fs::create_dir_all(&target).map_err(|error| format!("{}: {error}", target.display()))?;
    let idl =
        [folders.idl("cross.thrift"), folders.tests.join("cross/newer.thrift")].map(|idl| idl.display().to_string());
    let mut make = Command::new("make");
    make.args(["-j2", "-f"]).arg(folders.tests.join("peers/apache-cpp/Makefile"));
    make.arg(format!("OUT={}", target.display())).arg(format!("IDL={}", idl.join(" ")));
    Program::start(&mut make, "install `make` and a C++ compiler")?.finish("")?;
    Ok(Launch { program: target.join("peer"), arguments: vec![], options: options.to_vec(), environment: vec![] })
}
