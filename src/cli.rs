//! The command line: argv to [`Builder`](thrift_gen::Builder), the result to stdout, stderr and an exit code.

mod args;
mod report;
mod task;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use thrift_gen::builder::{Generation, Stage};
use thrift_gen::diagnostic::{Diagnostic, Format, Severity};
use thrift_gen::output::{self, Plan};
use thrift_gen::source::SourceMap;

use args::Args;
use task::{Action, Detail, Surroundings, Task, Usage};

/// How the command ends; what each means is in the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Fine = 0,
    Failed = 1,
    Usage = 2,
    Drift = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Runs the command with these arguments, without the program's name.
pub(crate) fn run(typed: impl IntoIterator<Item = OsString>) -> Exit {
    let typed: Vec<OsString> = typed.into_iter().collect();
    let around = Surroundings::current();
    let format = task::format(args::error_format(&typed), around);
    let mut stdout = BufWriter::new(Pipe(io::stdout()));
    let done = understand(typed, around, format, &mut stdout).and_then(|task| perform(&task, &mut stdout));
    let exit = done.unwrap_or_else(|end| match end {
        End::Early(exit) => exit,
        End::Error(error) => fail(format, &error),
    });
    match stdout.flush().context(STDOUT) {
        Err(error) if exit == Exit::Fine => fail(format, &error),
        _ => exit,
    }
}

fn fail(format: Format, error: &anyhow::Error) -> Exit {
    complain(format, Diagnostic::error_without_place("output", format!("{error:#}")));
    Exit::Failed
}

const STDOUT: &str = "cannot write to standard output";

/// Why a run ends before its end.
enum End {
    /// Everything has been said.
    Early(Exit),
    Error(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for End {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// What the arguments mean. Help, version and wrong usage end here.
fn understand(typed: Vec<OsString>, around: Surroundings, format: Format, stdout: &mut dyn Write) -> Result<Task, End> {
    let wrong = |message: &str| {
        complain(format, Diagnostic::error_without_place("usage", message));
        End::Early(Exit::Usage)
    };
    let meaningless = |usage: Usage| wrong(&format!("{usage}\n\nFor more information, try '-help'."));
    let words = args::rewrite(typed).map_err(|missing| meaningless(Usage::NotYet(missing)))?;
    match Args::try_parse_from(words) {
        Ok(args) => Task::new(args, around).map_err(meaningless),
        Err(error) if error.use_stderr() => {
            let message = error.render().to_string();
            let message = message.trim_end();
            Err(match message.strip_prefix("error: ") {
                Some(message) => wrong(message),
                // No words at all get the help.
                None => {
                    say(&format!("{message}\n"));
                    End::Early(Exit::Usage)
                }
            })
        }
        Err(help_or_version) => {
            write!(stdout, "{}", help_or_version.render()).context(STDOUT)?;
            Err(End::Early(Exit::Fine))
        }
    }
}

fn perform(task: &Task, stdout: &mut dyn Write) -> Result<Exit, End> {
    if task.detail >= Detail::Stages {
        writeln!(stdout, "{task:#?}").context(STDOUT)?;
    }
    if let Some(stage) = task.inspect {
        return inspect(task, stage, stdout);
    }
    let mut generation = task.builder.generate(&task.files)?;
    tell(task, &generation, stdout).context(STDOUT)?;
    let Some(files) = generation.files.take() else { return Ok(Exit::Failed) };
    let plan = output::plan(&task.dir, files, task.extent())?;
    match &task.action {
        Action::Check => check(task, &plan, stdout),
        Action::List => {
            report::paths(stdout, &plan.outputs()).context(STDOUT)?;
            Ok(Exit::Fine)
        }
        Action::Write { depfile } => {
            write(task, &plan, stdout)?;
            if let Some(depfile) = depfile {
                output::write_depfile(depfile, &plan.outputs(), &generation.inputs())?;
            }
            Ok(Exit::Fine)
        }
    }
}

fn inspect(task: &Task, stage: Stage, stdout: &mut dyn Write) -> Result<Exit, End> {
    let inspection = task.builder.inspect(stage, &task.files)?;
    let diagnostics = &inspection.diagnostics;
    if !diagnostics.is_empty() {
        say(&task.format.render(diagnostics, &inspection.sources));
    }
    stdout.write_all(inspection.text.as_bytes()).context(STDOUT)?;
    let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
    Ok(if diagnostics.iter().any(is_error) { Exit::Failed } else { Exit::Fine })
}

/// Diagnostics to stderr, what was done to stdout.
fn tell(task: &Task, generation: &Generation, stdout: &mut dyn Write) -> io::Result<()> {
    let diagnostics = &generation.diagnostics;
    if !diagnostics.is_empty() {
        say(&task.format.render(diagnostics, &generation.sources));
    }
    if task.detail >= Detail::Files {
        report::read(stdout, generation)?;
    }
    if task.detail >= Detail::Stages {
        for (name, time) in &generation.stages {
            writeln!(stdout, "stage     {:>12}  {name}", report::milliseconds(*time))?;
        }
    }
    // What reads the other forms can count.
    if generation.files.is_none() && matches!(task.format, Format::Text { .. }) {
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        let plural = if errors == 1 { "" } else { "s" };
        say(&format!("error: nothing is generated because of {errors} error{plural}\n"));
    }
    Ok(())
}

fn write(task: &Task, plan: &Plan, stdout: &mut dyn Write) -> Result<(), End> {
    let new = !task.dir.join("mod.rs").exists();
    let applied = plan.apply()?;
    if task.detail >= Detail::Files {
        report::written(stdout, &applied).context(STDOUT)?;
        report::unchanged(stdout, &plan.unchanged).context(STDOUT)?;
    }
    if task.advise && new {
        stdout.write_all(report::advice(&task.dir).as_bytes()).context(STDOUT)?;
    }
    Ok(())
}

fn check(task: &Task, plan: &Plan, stdout: &mut dyn Write) -> Result<Exit, End> {
    if task.detail >= Detail::Files {
        report::unchanged(stdout, &plan.unchanged).context(STDOUT)?;
    }
    if plan.changes.is_empty() {
        return Ok(Exit::Fine);
    }
    report::diff(stdout, &plan.changes).context(STDOUT)?;
    stdout.flush().context(STDOUT)?;
    let message = format!("`{}` is not what would be generated; {}", task.dir.display(), report::count(&plan.changes));
    let help = "run the same command without -check, and delete what is left over; if another command wrote it,\n      \
                name its files in this one too, or give each command a folder of its own with -out";
    complain(task.format, Diagnostic::error_without_place("drift", message).help(help));
    Ok(Exit::Drift)
}

/// Tells the user what is wrong beside the IDL.
fn complain(format: Format, error: Diagnostic) {
    match (format, &error.help) {
        (Format::Text { .. }, None) => say(&format!("error: {}\n", error.message)),
        (Format::Text { .. }, Some(help)) => say(&format!("error: {}\nhelp: {help}\n", error.message)),
        _ => say(&format.render(&[error], &SourceMap::default())),
    }
}

/// Lines for the user on stderr; when nobody can be told, there is nobody to tell.
fn say(lines: &str) {
    let _ = io::stderr().write_all(lines.as_bytes());
}

/// A reader that has seen enough (`thrift-gen -help | head -1`) is no error.
struct Pipe<W>(W);

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}
