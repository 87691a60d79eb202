//! Thrift libraries for Python as peers: each has a program `peer.py` (`client FLAGS ADDRESS`, `server FLAGS`, `codec PROTOCOL`,
//! and where it can `codec PROTOCOL OUTPUT-PROTOCOL`) and a `requirements.txt` beside it. The flags are those of a mode.

use super::calls::{self, Quirk};
use super::golden::cross::Everything;
use super::handler::CrossService;
use super::mode::{Mode, Protocol};
use super::process::Program;
use super::random::Random;
use super::sample;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use thrift_runtime::{binary, compact, json, simple_json};

const INSTALL_PYTHON: &str =
    "install Python 3.9 or later (on Debian and Ubuntu `apt-get install python3 python3-venv`)";

impl Protocol {
    fn to_vec(self, value: &Everything) -> Vec<u8> {
        let encoded = match self {
            Self::Binary | Self::BinaryOld => binary::to_vec(value),
            Self::Compact => compact::to_vec(value),
            Self::Json => json::to_vec(value),
        };
        encoded.unwrap()
    }

    fn decode(self, bytes: &[u8]) -> Everything {
        let decoded = match self {
            Self::Binary | Self::BinaryOld => binary::from_slice(bytes),
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

    /// Its client calls the Rust server. It takes these options beside the mode.
    pub(crate) fn calls_rust(&self, mode: Mode, options: &[&str]) {
        let server = CrossService::start();
        let port = server.address.port().to_string();
        let output = self.output(&[&["client"], &*mode.flags(), options, &[&port]].concat(), "");
        assert!(output.ends_with(" checks passed\n"), "the client made no checks: {output:?}");
    }

    /// The Rust client calls its server.
    pub(crate) fn answers_rust(&self, mode: Mode, quirks: &[Quirk]) {
        let mut server = self.run(&self.program, &[&["server"], &*mode.flags()].concat());
        let line = server.line("listening ").unwrap_or_else(|why| panic!("{why}"));
        let addresses = addresses(&line);
        assert!(["cross", "named", "newer"].iter().all(|&name| addresses.contains_key(name)), "{line}");
        let called = calls::run(&calls::Servers {
            mode,
            addresses,
            quirks: quirks.to_vec(),
            connect: calls::asynchronous(|builder| builder),
        });
        called.unwrap_or_else(|why| panic!("{why}"));
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

    /// Its interpreter and its program.
    pub(crate) fn program(&self) -> (&Path, &Path) {
        (&self.python, &self.program)
    }

    /// What they find in their environment.
    pub(crate) fn environment(&self) -> [(&'static str, OsString); 2] {
        [("PYTHONPATH", self.modules.clone()), ("PYTHONDONTWRITEBYTECODE", "1".into())]
    }

    fn output(&self, arguments: &[&str], input: &str) -> String {
        self.run(&self.program, arguments).finish(input).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Starts any program with this Python.
    pub(crate) fn run(&self, program: &Path, arguments: &[&str]) -> Program {
        let mut command = Command::new(&self.python);
        command.arg(program).args(arguments).envs(self.environment());
        Program::start(&mut command, INSTALL_PYTHON).unwrap_or_else(|why| panic!("{why}"))
    }
}

/// The addresses of servers by name, in the line that their program prints: `listening cross=1234 named=1235`.
pub(crate) fn addresses(line: &str) -> BTreeMap<String, String> {
    line.split(' ').filter_map(|word| word.split_once('=')).map(|(name, at)| (name.to_owned(), at.to_owned())).collect()
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
