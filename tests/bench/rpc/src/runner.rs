//! Measures each program of a group in turn, again and again, and prints what came of it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::Result;
use crate::process::Program;
use crate::report::{Report, Row};
use crate::sample::Sample;
use crate::scenario::{GROUPS, Group, Shape, Subject};
use crate::settings::Settings;
use crate::usage;

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
    for group in GROUPS {
        let shapes: Vec<Shape> =
            group.shapes.iter().filter(|shape| settings.has_scenario(&group.scenario(shape))).copied().collect();
        if !shapes.is_empty() {
            println!("{}", runner.measure(group, shapes)?);
        }
    }
    Ok(())
}

fn list() {
    for group in GROUPS {
        let names: Vec<_> = group.subjects.iter().map(|subject| subject.name).collect();
        println!("{}: {}\n  servers: {}", group.name, group.title, names.join(" | "));
        group.shapes.iter().for_each(|shape| println!("  {}", group.scenario(shape)));
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
    path: PathBuf,
}

impl Runner<'_> {
    fn measure(&self, group: &'static Group, shapes: Vec<Shape>) -> Result<Report> {
        let candidates = self.candidates(group)?;
        let rows = candidates.iter().map(|candidate| Row::new(&candidate.name, shapes.len())).collect();
        let mut report = Report { title: group.title, shapes, rows };
        for (column, shape) in report.shapes.iter().enumerate() {
            for repetition in 1..=self.settings.repetitions {
                eprintln!("{}: {repetition} of {}", group.scenario(shape), self.settings.repetitions);
                for (candidate, row) in candidates.iter().zip(&mut report.rows) {
                    let sample = self.serve(group, candidate, shape);
                    row.samples[column].push(sample.map_err(|error| format!("{}: {error}", candidate.name))?);
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
            let path = match subject.package {
                Some(package) => build(package)?,
                None => self.load.clone(),
            };
            candidates.push(Candidate { subject: *subject, name: subject.name.to_owned(), path });
            if let (Some(beside), true) = (&self.settings.beside, subject.name.starts_with("ours")) {
                let name = format!("{}, beside", subject.name);
                candidates.push(Candidate { subject: *subject, name, path: beside.clone() });
            }
        }
        Ok(candidates)
    }

    /// Starts a server, has the load generator send to it, and ends both.
    fn serve(&self, group: &Group, candidate: &Candidate, shape: &Shape) -> Result<Sample> {
        let threads = group.threads.to_string();
        let mut command = Command::new(&candidate.path);
        command.args(["server", candidate.subject.program, "--threads", &threads]);
        let is_alone = group.threads == 1;
        let server = Program::start(&mut command, is_alone.then_some(self.cpus.0))?;
        let port: u16 = server.line(PATIENCE)?.parse()?;
        let args = self.load_args(candidate, shape, port, server.pid());
        let mut load = Command::new(&self.load);
        load.arg("load").args(args.iter().flat_map(|(option, value)| [*option, value.as_str()]));
        let load = Program::start(&mut load, is_alone.then_some(self.cpus.1))?;
        Ok(load.line(PATIENCE + self.settings.warm_up + self.settings.time)?.parse()?)
    }

    fn load_args(&self, candidate: &Candidate, shape: &Shape, port: u16, pid: u32) -> [(&'static str, String); 10] {
        [
            ("--connect", format!("127.0.0.1:{port}")),
            ("--watch", pid.to_string()),
            ("--wire", candidate.subject.wire.to_string()),
            ("--method", shape.method().to_owned()),
            ("--payload", shape.payload.to_string()),
            ("--connections", shape.connections.to_string()),
            ("--in-flight", shape.in_flight.to_string()),
            ("--idle", shape.idle.to_string()),
            ("--warm-up", self.settings.warm_up.as_millis().to_string()),
            ("--time", self.settings.time.as_millis().to_string()),
        ]
    }
}

/// Builds the program of a package of this workspace, and returns its path.
fn build(package: &str) -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = root.join("target");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--locked", "--quiet", "--package", package, "--target-dir"]).arg(&target);
    let status = cargo.arg("--manifest-path").arg(root.join("Cargo.toml")).status()?;
    if !status.success() {
        return Err(format!("{package} does not build").into());
    }
    Ok(target.join("release").join(package))
}
