//! Apache's library for Node.

use crate::cross::calls::Quirk;
use crate::cross::mode::{Mode, Protocol, Transport};
use crate::cross::process::Program;
use crate::matrix::cell::Role;
use crate::matrix::peer::{Folders, Launch, Peer};
use std::fs;
use std::path::Path;
use std::process::Command;

pub(crate) const PEER: Peer = Peer {
    name: "node",
    prepare,
    unsupported,
    quirks: &[
        Quirk::LosesKinds,
        Quirk::WithoutUuids,
        Quirk::SilentOnOneway,
        Quirk::LosesMinusZero,
        Quirk::LosesFlags,
        Quirk::MisreadsMaps,
    ],
};

fn unsupported(role: Role, mode: Mode) -> Option<&'static str> {
    use Transport::{FramedZlib, Header, HeaderZlib, Zlib};
    match (role, mode) {
        (_, Mode { transport: Transport::TtHeader | Transport::TtHeaderFramed, .. }) => Some("it has no TTHeader"),
        (_, Mode { transport: HeaderZlib | Zlib | FramedZlib, .. }) => Some("it does not compress"),
        (Role::Server, Mode { transport: Header, .. }) => {
            Some("its server answers THeader over buffers without headers, over frames never")
        }
        (_, Mode { transport: Header, protocol: Protocol::Json | Protocol::BinaryOld, .. }) => {
            Some("its THeader is for binary and compact")
        }
        _ => None,
    }
}

fn prepare(folders: &Folders) -> Result<Launch, String> {
    let (target, source) = (folders.target("node"), folders.tests.join("peers/node"));
    let generated = target.join("generated");
    install(&source, &target).map_err(|error| format!("{}: {error}", target.display()))??;
    for idl in [folders.idl("cross.thrift"), folders.tests.join("cross/newer.thrift")] {
        let out = generated.join(idl.file_stem().unwrap_or_default());
        fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
        let mut thrift = Command::new("thrift");
        thrift.args(["--gen", "js:node,es6", "-out"]).arg(&out).arg(&idl);
        Program::start(&mut thrift, "install Apache Thrift's compiler")?.finish("")?;
    }
    Ok(Launch {
        program: "node".into(),
        // The library makes buffers in a way that Node warns of.
        arguments: vec!["--no-deprecation".into(), source.join("peer.js").into()],
        options: vec![],
        environment: vec![("NODE_PATH", target.join("node_modules").into()), ("GENERATED", generated.into())],
    })
}

/// Installs the packages of the lock file, unless they are there.
fn install(source: &Path, target: &Path) -> std::io::Result<Result<(), String>> {
    let (wanted, installed) = (source.join("package-lock.json"), target.join("installed.json"));
    let lock = fs::read(&wanted)?;
    if fs::read(&installed).is_ok_and(|installed| installed == lock) {
        return Ok(Ok(()));
    }
    fs::create_dir_all(target)?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(source.join(file), target.join(file))?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(target);
    let ran = Program::start(&mut npm, "install Node and npm").and_then(|npm| npm.finish(""));
    if ran.is_ok() {
        fs::write(installed, lock)?;
    }
    Ok(ran.map(drop))
}
