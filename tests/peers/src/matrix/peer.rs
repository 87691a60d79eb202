//! What the matrix knows of a peer.

use super::cell::Role;
use crate::cross::calls::Quirk;
use crate::cross::mode::Mode;
use crate::cross::python::PythonPeer;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Another Thrift stack, by a program that is a client and a server with it.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// Installs or builds its program, unless that was done before.
    pub(crate) prepare: fn(&Folders) -> Result<Launch, String>,
    /// Why it cannot be in this role in this mode; `None` when it can.
    pub(crate) unsupported: fn(Role, Mode) -> Option<&'static str>,
    /// What its servers do otherwise than ours.
    pub(crate) quirks: &'static [Quirk],
}

/// How a program is started.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    /// Those before the role.
    pub(crate) arguments: Vec<OsString>,
    /// Those behind the role.
    pub(crate) options: Vec<&'static str>,
    pub(crate) environment: Vec<(&'static str, OsString)>,
}

impl Launch {
    /// Of a library for Python, with options of its own.
    pub(crate) fn python(peer: &PythonPeer, options: &[&'static str]) -> Self {
        let (python, program) = peer.program();
        Self {
            program: python.to_owned(),
            arguments: vec![program.into()],
            options: options.to_vec(),
            environment: peer.environment().into(),
        }
    }

    /// Of a program that Cargo builds beside this one.
    ///
    /// # Errors
    /// It has not been built.
    pub(crate) fn built(name: &str) -> Result<Self, String> {
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let program = program.with_file_name(format!("{name}{}", env::consts::EXE_SUFFIX));
        if !program.exists() {
            return Err(format!("{}: tests/peers/run builds it", program.display()));
        }
        Ok(Self { program, arguments: Vec::new(), options: Vec::new(), environment: Vec::new() })
    }

    pub(crate) fn command(&self, role: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).arg(role).args(&self.options);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Where peers are, and where they are built.
#[derive(Debug)]
pub(crate) struct Folders {
    /// `tests` of this repository.
    pub(crate) tests: PathBuf,
    target: PathBuf,
}

impl Folders {
    pub(crate) fn new() -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        Self { target: tests.join("peers/target/peers"), tests }
    }

    /// The IDL that all peers share: `cross.thrift` and `ids.thrift`.
    pub(crate) fn idl(&self, file: &str) -> PathBuf {
        self.tests.join("golden/cross").join(file)
    }

    /// Where a peer's program is built and installed.
    pub(crate) fn target(&self, peer: &str) -> PathBuf {
        self.target.join(peer)
    }
}
