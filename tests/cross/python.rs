//! Thrift libraries for Python as peers: each has a program `peer.py` (`client MODE PORT`, `server MODE`, `codec PROTOCOL`, and where it
//! can `codec PROTOCOL OUTPUT-PROTOCOL`) and a
//! `requirements.txt` beside it. A mode is a transport, and behind a dash what is unusual.

use super::calls::{self, Undeclared};
use super::golden::cross::Everything;
use super::handler::CrossService;
use super::process::Program;
use super::random::Random;
use super::sample;
use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use thrift_runtime::{Transport, binary, compact, json, simple_json};

const INSTALL_PYTHON: &str =
    "install Python 3.9 or later (on Debian and Ubuntu `apt-get install python3 python3-venv`)";

/// A protocol in which values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Binary,
    Compact,
    Json,
}

impl Protocol {
    fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Compact => "compact",
            Self::Json => "json",
        }
    }

    fn to_vec(self, value: &Everything) -> Vec<u8> {
        let encoded = match self {
            Self::Binary => binary::to_vec(value),
            Self::Compact => compact::to_vec(value),
            Self::Json => json::to_vec(value),
        };
        encoded.unwrap()
    }

    fn decode(self, bytes: &[u8]) -> Everything {
        let decoded = match self {
            Self::Binary => binary::from_slice(bytes),
            Self::Compact => compact::from_slice(bytes),
            Self::Json => json::from_slice(bytes),
        };
        decoded.unwrap_or_else(|error| panic!("{error} in {}", String::from_utf8_lossy(bytes)))
    }
}

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

    /// Both decode what the other encodes, and encode the same bytes where the protocol says which.
    pub(crate) fn encodes_alike(&self, protocol: Protocol) {
        let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
        let values: Vec<_> = [sample::everything()].into_iter().chain((0..100).map(|_| random.everything(2))).collect();
        let lines: String = values.iter().map(|value| hex(&protocol.to_vec(value)) + "\n").collect();
        let theirs = self.output(&["codec", protocol.name()], &lines);
        assert_eq!(theirs.lines().count(), values.len());
        for (value, line) in values.iter().zip(theirs.lines()) {
            assert_eq!(&protocol.decode(&unhex(line)), value, "{line}");
        }
        // JSON leaves some spellings open.
        if protocol != Protocol::Json {
            assert_eq!(theirs.lines().next(), lines.lines().next());
        }
    }

    /// Both print the same simple JSON, where theirs is JSON.
    pub(crate) fn prints_alike(&self) {
        let mut random = Random::new(0x2545_f491_4f6c_dd1d);
        let values: Vec<_> = (0..100).map(|_| with_short_sets(random.everything(2))).collect();
        let sample = [sample::everything()];
        let lines: String =
            sample.iter().chain(&values).map(|value| hex(&binary::to_vec(value).unwrap()) + "\n").collect();
        let theirs = self.output(&["codec", "binary", "simple-json"], &lines);
        let theirs: Vec<&str> = theirs.lines().collect();
        assert_eq!(theirs.len(), 1 + values.len());
        for (value, line) in values.iter().zip(&theirs[1..]) {
            let printed = String::from_utf8(unhex(line)).unwrap();
            assert_eq!(simple_json::to_string(value).unwrap(), as_json(&printed));
        }
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

/// With sets of one element, because Python has no order for more.
fn with_short_sets(mut value: Everything) -> Everything {
    let shorten = |set: &mut BTreeSet<String>| *set = set.pop_first().into_iter().collect();
    value.words.iter_mut().for_each(shorten);
    let maps = value.deep.iter_mut().flatten().flatten();
    maps.flat_map(|map| map.values_mut()).for_each(shorten);
    value.inner = value.inner.map(|inner| Box::new(with_short_sets(*inner)));
    value
}

/// What Python printed, with what is no JSON put right: NaN and the infinities in quotes, control characters escaped.
fn as_json(printed: &str) -> String {
    let (mut text, mut number, mut in_string, mut is_escaped) = (String::new(), String::new(), false, false);
    for char in printed.chars() {
        match char {
            '\0'..' ' => text += &format!("\\u{:04x}", u32::from(char)),
            'a'..='z' | '-' if !in_string => number.push(char),
            _ => {
                let is_name = number.ends_with("nan") || number.ends_with("inf");
                let quote = if is_name { "\"" } else { "" };
                text.extend([quote, &number, quote]);
                number.clear();
                text.push(char);
            }
        }
        in_string ^= char == '"' && !is_escaped;
        is_escaped = char == '\\' && !is_escaped;
    }
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &str) -> Vec<u8> {
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    digits.as_bytes().chunks(2).map(|pair| byte(pair).expect("hex digits")).collect()
}
