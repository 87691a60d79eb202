//! Apache's Python library: with its codecs in Python, and with those in C.

use crate::cross::mode::{Mode, Protocol, Socket, Transport};
use crate::cross::process::Program;
use crate::cross::python::PythonPeer;
use crate::matrix::peer::{Folders, Launch, Peer};
use std::fs;
use std::path::Path;
use std::process::Command;

pub(crate) const PLAIN: Peer = Peer {
    name: "apache-python",
    prepare: |folders| prepare(folders, &[]),
    unsupported: |_, mode| unsupported(mode),
    quirks: &[],
};

pub(crate) const ACCELERATED: Peer = Peer {
    name: "apache-python-c",
    prepare: |folders| prepare(folders, &["--accelerated"]),
    unsupported: |_, mode| match mode {
        Mode { protocol: Protocol::Json | Protocol::BinaryOld, .. } => {
            Some("its codecs in C are for binary and compact")
        }
        _ => unsupported(mode),
    },
    quirks: &[],
};

fn unsupported(mode: Mode) -> Option<&'static str> {
    match mode {
        Mode { transport: Transport::TtHeader | Transport::TtHeaderFramed, .. } => Some("it has no TTHeader"),
        Mode {
            transport: Transport::Header | Transport::HeaderZlib,
            protocol: Protocol::Json | Protocol::BinaryOld,
            ..
        } => Some("its THeader is for binary and compact"),
        Mode { transport: Transport::Http, socket: Socket::Unix, .. } => Some("its HTTP is for TCP"),
        _ => None,
    }
}

fn prepare(folders: &Folders, options: &[&'static str]) -> Result<Launch, String> {
    let target = folders.target("apache-python");
    let generated = target.join("generated");
    for idl in [folders.idl("cross.thrift"), folders.tests.join("cross/newer.thrift")] {
        generate(&idl, &generated)?;
    }
    let peer = PythonPeer::new(&folders.tests, "peers/apache-python", &target.join("environment"), Some(&generated))?;
    Ok(Launch::python(&peer, options))
}

/// Has Apache's compiler write the module of an IDL file.
fn generate(idl: &Path, out: &Path) -> Result<(), String> {
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let advice = "install Apache Thrift's compiler (on Debian and Ubuntu `apt-get install thrift-compiler`)";
    Program::start(Command::new("thrift").args(["--gen", "py", "-out"]).arg(out).arg(idl), advice)?.finish("")?;
    Ok(())
}
