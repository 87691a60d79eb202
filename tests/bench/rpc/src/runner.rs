//! Measures each program of a group in turn, again and again, and prints what came of it.

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::process::Program;
use crate::report::{Failed, Report, Row};
use crate::sample::Sample;
use crate::scenario::{GROUPS, Group, Shape, Side, Subject};
use crate::settings::Settings;
use crate::usage;
use crate::wire::Wire;

/// How long a program may take to start, or to end its work after the time that it was given.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn run(settings: &Settings) -> Result<()> {
    if settings.list {
        list();
        return Ok(());
    }
    let runner = Runner { settings, load: env::current_exe()?, cpus: usage::cpus()? };
    if runner.cpus.0 == runner.cpus.1 {
        eprintln!("warning: there is one CPU for all: times on the clock mean little");
    }
    let mut failures = 0;
    for group in GROUPS {
        let shapes: Vec<Shape> =
            group.shapes.iter().filter(|shape| settings.has_scenario(&group.scenario(shape))).copied().collect();
        if !shapes.is_empty() {
            let report = runner.measure(group, shapes)?;
            failures += report.failures();
            println!("{report}");
        }
    }
    if failures > 0 { Err(format!("{failures} measurements failed").into()) } else { Ok(()) }
}

fn list() {
    for group in GROUPS {
        let names: Vec<_> = group.subjects.iter().map(|subject| subject.name).collect();
        println!("{}: {}\n  programs: {}", group.name, group.title, names.join(" | "));
        for shape in group.shapes {
            let bound = shape.bound.map_or_else(String::new, |bound| format!(", ours at most {bound:.2}"));
            println!("  {}{bound}", group.scenario(shape));
        }
    }
}

struct Runner<'a> {
    settings: &'a Settings,
    load: PathBuf,
    /// The server's, and the load generator's.
    cpus: (usize, usize),
}

/// A program of a group as it is started here.
struct Candidate {
    subject: Subject,
    name: String,
    /// What starts it: the program, and perhaps its script.
    words: Vec<PathBuf>,
}

impl Candidate {
    fn command(&self, role: &str) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]).args([role, self.subject.program]);
        command
    }
}

impl Runner<'_> {
    fn measure(&self, group: &'static Group, shapes: Vec<Shape>) -> Result<Report> {
        let candidates = self.candidates(group)?;
        let rows = candidates.iter().map(|it| Row::new(&it.name, it.subject.is_ours(), shapes.len())).collect();
        let mut report = Report { title: group.title, shapes, rows };
        for (column, shape) in report.shapes.iter().enumerate() {
            for repetition in 1..=self.settings.repetitions {
                eprintln!("{}: {repetition} of {}", group.scenario(shape), self.settings.repetitions);
                for (candidate, row) in candidates.iter().zip(&mut report.rows) {
                    let Ok(samples) = &mut row.samples[column] else { continue };
                    match self.run(group, candidate, shape) {
                        Ok(sample) => samples.push(sample),
                        Err(error) => {
                            eprintln!("{}: {}: {error}", group.scenario(shape), candidate.name);
                            row.samples[column] = Err(Failed);
                        }
                    }
                }
            }
        }
        Ok(report)
    }

    /// The reference, and those that the user wants to see.
    fn candidates(&self, group: &Group) -> Result<Vec<Candidate>> {
        let mut candidates = Vec::new();
        for (index, subject) in group.subjects.iter().enumerate() {
            if index > 0 && !self.settings.has_server(subject.name) {
                continue;
            }
            let words = subject.source.prepare(&self.load)?;
            candidates.push(Candidate { subject: *subject, name: subject.name.to_owned(), words });
            if let (Some(beside), true) = (&self.settings.beside, subject.is_ours()) {
                let name = format!("{}, beside", subject.name);
                candidates.push(Candidate { subject: *subject, name, words: vec![beside.clone()] });
            }
        }
        Ok(candidates)
    }

    /// Starts a server, has the load generator send to it or a client call it, and ends both.
    fn run(&self, group: &Group, candidate: &Candidate, shape: &Shape) -> Result<Sample> {
        let (subject, threads) = (candidate.subject, group.threads.to_string());
        let is_alone = group.threads == 1;
        let mut command = match (group.side, subject.wire) {
            (Side::Clients, Some(wire)) => self.fast_server(wire),
            _ => candidate.command("server"),
        };
        let server = Program::start(command.args(["--threads", &threads]), is_alone.then_some(self.cpus.0))?;
        let address = format!("127.0.0.1:{}", server.line(PATIENCE)?.parse::<u16>()?);
        let watched = (group.side == Side::Servers).then(|| server.pid());
        let cpu = is_alone.then_some(self.cpus.1);
        match subject.wire {
            Some(wire) if group.side == Side::Servers || subject.is_load() => {
                self.load(wire, shape, address, watched, cpu)
            }
            _ => self.call(candidate, shape, address, watched, cpu),
        }
    }

    fn fast_server(&self, wire: Wire) -> Command {
        let mut command = Command::new(&self.load);
        command.args(["server", if wire == Wire::Http { "answer-http" } else { "answer" }]);
        command
    }

    /// What the load generator measures of a process, or of itself.
    fn load(
        &self,
        wire: Wire,
        shape: &Shape,
        address: String,
        watched: Option<u32>,
        cpu: Option<usize>,
    ) -> Result<Sample> {
        let mut command = Command::new(&self.load);
        arguments(command.arg("load"), shape, address);
        let millis = |time: Duration| time.as_millis().to_string();
        let watched = watched.map_or_else(|| "self".to_owned(), |pid| pid.to_string());
        command.args(["--wire", &wire.to_string(), "--idle", &shape.idle.to_string(), "--watch", &watched]);
        command.args(["--in-flight", &shape.in_flight.to_string()]);
        command.args(["--warm-up", &millis(self.settings.warm_up), "--time", &millis(self.settings.time)]);
        let load = Program::start(&mut command, cpu)?;
        Ok(load.line(PATIENCE + self.settings.warm_up + self.settings.time)?.parse()?)
    }

    /// What a process takes, or the candidate's client itself, while that calls.
    fn call(
        &self,
        candidate: &Candidate,
        shape: &Shape,
        address: String,
        watched: Option<u32>,
        cpu: Option<usize>,
    ) -> Result<Sample> {
        let mut command = candidate.command("client");
        arguments(&mut command, shape, address);
        let calls = shape.connections * shape.in_flight;
        let mut client = Program::start(command.args(["--calls", &calls.to_string()]), cpu)?;
        match client.line(PATIENCE)?.as_str() {
            "ready" => thread::sleep(self.settings.warm_up),
            other => return Err(format!("the client says `{other}`").into()),
        }
        let pid = watched.unwrap_or(client.pid());
        let before = Moment::of(&mut client, pid)?;
        thread::sleep(self.settings.time);
        let after = Moment::of(&mut client, pid)?;
        Ok(Sample {
            requests: after.replies - before.replies,
            nanos: (after.at - before.at).as_nanos() as u64,
            cpu_nanos: after.cpu_nanos - before.cpu_nanos,
            peak_bytes: usage::peak_memory(pid)?,
            ..Sample::default()
        })
    }
}

/// Those that the load generator and clients have in common.
fn arguments(command: &mut Command, shape: &Shape, address: String) {
    command.args(["--connect", &address, "--method", shape.method()]);
    command.args(["--payload", &shape.payload.to_string(), "--connections", &shape.connections.to_string()]);
}

/// How far a client is, and what a process has used.
struct Moment {
    replies: u64,
    cpu_nanos: u64,
    at: Instant,
}

impl Moment {
    fn of(client: &mut Program, pid: u32) -> Result<Self> {
        Ok(Self { replies: client.ask(PATIENCE)?.parse()?, cpu_nanos: usage::cpu_nanos(pid)?, at: Instant::now() })
    }
}
