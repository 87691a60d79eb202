//! Thrift libraries for Python as peers: each has a program `peer.py` (`client MODE PORT`, `server MODE`, `codec`) and a
//! `requirements.txt` beside it. A mode is a transport, and behind a dash what is unusual.

use super::calls::{self, Undeclared};
use super::golden::cross::Everything;
use super::handler::CrossService;
use super::process::Program;
use super::sample;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use thrift_runtime::{Transport, binary};

const INSTALL_PYTHON: &str =
    "install Python 3.9 or later (on Debian and Ubuntu `apt-get install python3 python3-venv`)";

/// A Thrift library for Python.
pub(crate) struct PythonPeer {
    python: PathBuf,
    program: PathBuf,
    /// Where Python finds the modules that the programs share, and those that were generated.
    modules: OsString,
}

impl PythonPeer {
    /// The one in a folder of `tests`, in a virtual environment under `target`, with the modules of `generated`.
    pub(crate) fn new(tests: &Path, folder: &str, target: &Path, generated: Option<&Path>) -> Result<Self, String> {
        let (folder, shared) = (tests.join(folder), tests.join("cross/python"));
        let mut command = Command::new("python3");
        command.arg(shared.join("environment.py")).arg(target).arg(folder.join("requirements.txt"));
        let python = Program::start(&mut command, INSTALL_PYTHON)?.finish("")?;
        let modules = env::join_paths(generated.into_iter().chain([&*shared])).map_err(|error| error.to_string())?;
        Ok(Self { python: python.trim_end().into(), program: folder.join("peer.py"), modules })
    }

    /// Its client calls the Rust server.
    pub(crate) fn calls_rust(&self, mode: &str) {
        let server = CrossService::start();
        let port = server.address.port().to_string();
        let output = self.output(&["client", mode, &port], "");
        assert!(output.ends_with(" cases passed\n"), "the client ran no cases: {output:?}");
    }

    /// The Rust client calls its server.
    pub(crate) fn answers_rust(&self, mode: &str, undeclared: Undeclared) {
        let mut server = self.run(&self.program, &["server", mode]);
        let line = server.line("listening ");
        let url = |name: &str| {
            let port = line.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
            let port = port.unwrap_or_else(|| panic!("no port of {name:?} in {line:?}"));
            if mode.starts_with("http") {
                format!("http://127.0.0.1:{port}/any/path?query")
            } else {
                format!("tcp://127.0.0.1:{port}")
            }
        };
        let transport = if mode.starts_with("buffered") { Transport::Buffered } else { Transport::Framed };
        calls::run(&calls::Servers {
            cross: url("cross"),
            named: url("named"),
            newer: url("newer"),
            transport,
            undeclared,
        });
    }

    /// Both encode the same bytes, and decode the other's.
    pub(crate) fn encodes_alike(&self) {
        let value = sample::everything();
        let encoded = hex(&binary::to_vec(&value).unwrap());
        let theirs = self.output(&["codec"], &encoded);
        assert_eq!(theirs.trim_end(), encoded);
        let decoded: Everything = binary::from_slice(&unhex(theirs.trim_end())).unwrap();
        assert_eq!(decoded, value);
    }

    fn output(&self, arguments: &[&str], input: &str) -> String {
        self.run(&self.program, arguments).finish(input).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Starts any program with this Python.
    pub(crate) fn run(&self, program: &Path, arguments: &[&str]) -> Program {
        let mut command = Command::new(&self.python);
        command.arg(program).args(arguments);
        command.env("PYTHONPATH", &self.modules).env("PYTHONDONTWRITEBYTECODE", "1");
        Program::start(&mut command, INSTALL_PYTHON).unwrap_or_else(|why| panic!("{why}"))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &str) -> Vec<u8> {
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    digits.as_bytes().chunks(2).map(|pair| byte(pair).expect("hex digits")).collect()
}
