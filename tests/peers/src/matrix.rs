//! Runs the cells of the matrix, prints it, and fails when a cell fails.
//!
//! `matrix [--all] [--unsupported] [--only TEXT]... [PEER]...`: without `--all` only so many cells that each two of
//! role, protocol, transport and socket meet, for each peer. `--unsupported` runs the cells that a peer is said not to support
//! instead, and fails when one passes. `--only` takes cells with the text in their name, such as `server` or `json http`.

pub(crate) mod cell;
mod certificates;
mod peer;
mod peers;
mod table;

use crate::cross::mode::Socket;
use crate::cross::process::Program;
use crate::cross::python::addresses;
use cell::{Cell, Ours, Outcome, Role};
use peer::Folders;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, thread};

/// How many cells run at a time: each has a client and a server.
const AT_A_TIME: usize = 2;
/// How long a program of a cell may take to start, and a client for all its calls.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Runs what the arguments ask for.
pub fn main() -> ExitCode {
    match Selection::parse(env::args().skip(1)).and_then(|selection| run(&selection)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Which cells run.
#[derive(Debug, Default)]
struct Selection {
    all: bool,
    unsupported: bool,
    only: Vec<String>,
    peers: Vec<String>,
}

impl Selection {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut selection = Self::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--all" => selection.all = true,
                "--unsupported" => (selection.all, selection.unsupported) = (true, true),
                "--only" => selection.only.push(arguments.next().ok_or("--only takes a text")?),
                peer if peers::ALL.iter().any(|known| known.name == peer) => selection.peers.push(argument),
                _ => return Err(format!("no such option or peer: {argument}")),
            }
        }
        // Who names cells wants them.
        selection.all |= !selection.only.is_empty();
        Ok(selection)
    }

    fn cells(&self) -> Vec<Cell> {
        let is_wanted = |name: &str| self.peers.is_empty() || self.peers.iter().any(|wanted| wanted == name);
        let mut cells = Vec::new();
        for peer in peers::ALL.iter().filter(|peer| is_wanted(peer.name)) {
            let of_peer = Cell::all(peer);
            cells.extend(if self.all { of_peer } else { cell::few(of_peer) });
        }
        cells.retain(|cell| self.only.iter().all(|text| cell.to_string().contains(text.as_str())));
        cells.retain(|cell| !self.unsupported || cell.unsupported().is_some());
        cells
    }
}

/// Whether no cell failed.
fn run(selection: &Selection) -> Result<bool, String> {
    let start = Instant::now();
    let cells = selection.cells();
    let bench = Bench::prepare(&cells)?;
    let prepared = start.elapsed();
    let outcomes: Vec<Mutex<Option<Outcome>>> = cells.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some((cell, outcome)) = cells.iter().zip(&outcomes).nth(next.fetch_add(1, Ordering::Relaxed))
                {
                    *outcome.lock().unwrap() = Some(bench.run(cell, selection.unsupported));
                }
            });
        }
    });
    let outcomes = outcomes.into_iter().map(|outcome| outcome.into_inner().unwrap().expect("each cell was run"));
    let results: Vec<(Cell, Outcome)> = cells.into_iter().zip(outcomes).collect();
    print!("{}", table::print(&results));
    println!("{} s, and {} s before that to install peers", start.elapsed().as_secs(), prepared.as_secs());
    let has_passed = |(_, outcome): &(Cell, Outcome)| matches!(outcome, Outcome::Passed);
    if selection.unsupported {
        return Ok(!results.iter().any(has_passed));
    }
    Ok(!results.iter().any(|(_, outcome)| matches!(outcome, Outcome::Failed(_))) && results.iter().any(has_passed))
}

/// What cells need that run: our server, which all share, and the peers' programs.
struct Bench {
    ours: Vec<OurServer>,
    certificates: PathBuf,
    programs: BTreeMap<&'static str, peer::Launch>,
}

impl Bench {
    /// Starts our server, and installs the peers of the cells.
    fn prepare(cells: &[Cell]) -> Result<Self, String> {
        let folders = Folders::new();
        let certificates = folders.target("certificates");
        certificates::write(&certificates).map_err(|error| format!("{}: {error}", certificates.display()))?;
        let ours = Ours::ALL.into_iter().map(|ours| OurServer::start(ours, &certificates)).collect::<Result<_, _>>()?;
        let mut programs = BTreeMap::new();
        for cell in cells {
            if !programs.contains_key(cell.peer.name) {
                programs.insert(cell.peer.name, (cell.peer.prepare)(&folders)?);
            }
        }
        Ok(Self { ours, programs, certificates })
    }

    fn run(&self, cell: &Cell, even_unsupported: bool) -> Outcome {
        if let (Some(reason), false) = (cell.unsupported(), even_unsupported) {
            return Outcome::Unsupported(reason);
        }
        let ran = match cell.role {
            Role::Client => self.their_client(cell),
            Role::Server => self.their_server(cell),
        };
        ran.map_or_else(Outcome::Failed, |()| Outcome::Passed)
    }

    fn flags(&self, cell: &Cell) -> Vec<OsString> {
        let mut flags: Vec<OsString> = cell.mode.flags().into_iter().map(OsString::from).collect();
        if cell.mode.socket == Socket::Tls {
            flags.extend(["--certificates".into(), self.certificates.clone().into()]);
        }
        flags
    }

    fn their_client(&self, cell: &Cell) -> Result<(), String> {
        let socket = cell.mode.socket.name();
        let ours = self.ours.iter().find(|server| server.ours == cell.ours);
        let OurServer { program, addresses, .. } = ours.ok_or("this server of ours was not started")?;
        let address = addresses.get(socket).ok_or_else(|| format!("our server has no {socket}"))?;
        let mut client = self.programs[cell.peer.name].command("client");
        client.args(self.flags(cell)).arg(address);
        let output = start(&mut client)?
            .finish("")
            .map_err(|why| format!("{why}\nour server's output so far:{}", program.lock().unwrap().output()))?;
        checks_were_made(&output)
    }

    fn their_server(&self, cell: &Cell) -> Result<(), String> {
        let mut server = start(self.programs[cell.peer.name].command("server").args(self.flags(cell)))?;
        let line = server.line("listening ")?;
        let mut client = ours("client", cell.ours)?;
        client.args(self.flags(cell));
        for quirk in cell.peer.quirks {
            client.args(["--quirk", quirk.name()]);
        }
        client.args(line.split(' ').skip(1));
        let output = start(&mut client)?
            .finish("")
            .map_err(|why| format!("{why}\ntheir server's output:{}", server.output()))?;
        checks_were_made(&output)
    }
}

/// A server of ours, in all modes.
struct OurServer {
    ours: Ours,
    program: Mutex<Program>,
    addresses: BTreeMap<String, String>,
}

impl OurServer {
    fn start(which: Ours, certificates: &Path) -> Result<Self, String> {
        let mut program = start(ours("server", which)?.arg("--certificates").arg(certificates))?;
        let addresses = addresses(&program.line("listening ")?);
        Ok(Self { ours: which, program: Mutex::new(program), addresses })
    }
}

/// The program `ours`, which Cargo builds beside this one.
fn ours(role: &str, ours: Ours) -> Result<Command, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program.with_file_name(format!("ours{}", env::consts::EXE_SUFFIX)));
    // A failed check is a panic, which says enough.
    command.env("RUST_BACKTRACE", "0").arg(role).args(ours.flag());
    Ok(command)
}

fn start(command: &mut Command) -> Result<Program, String> {
    Ok(Program::start(command, "tests/peers/run builds and installs it")?.timeout(TIMEOUT))
}

/// A client that ends well without a check would be no test.
fn checks_were_made(output: &str) -> Result<(), String> {
    let count = output.trim_end().rsplit('\n').next().and_then(|line| line.strip_suffix(" checks passed"));
    if count.and_then(|count| count.parse().ok()).is_some_and(|count: usize| count > 0) {
        Ok(())
    } else {
        Err(format!("the client made no checks: {output:?}"))
    }
}
