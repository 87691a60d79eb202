//! Thrift compilers beside one another: CPU time, memory and output, as medians of interleaved runs.
//!
//! `cargo run --release --manifest-path tests/bench/Cargo.toml --bin generator -- [--corpus DIR] [--runs N] [--limit SECONDS]`
//!
//! DIR is a folder with IDL of other projects, `hive-metastore/` and `airavata/`; without it these inputs are left out.

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use thrift_bench::measure::{self, Outcome, Usage};
use thrift_bench::synthesis;
use thrift_bench::table::Table;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let settings = Settings::from_args(env::args().skip(1))?;
    let ours = Compiler::ours()?;
    let compilers = [ours.clone(), Compiler::apache()?, Compiler::pilota(false)?, Compiler::pilota(true)?];
    let folder = env::temp_dir().join(format!("thrift-bench-{}", std::process::id()));
    let done = compare(&settings, &compilers, &folder).and_then(|()| growth(&settings, &ours, &folder));
    fs::remove_dir_all(&folder)?;
    done
}

struct Settings {
    corpus: Option<PathBuf>,
    /// Runs of each compiler with each large input.
    runs: usize,
    /// What a run may take.
    limit: Duration,
}

impl Settings {
    fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut settings = Self { corpus: None, runs: 5, limit: Duration::from_secs(20) };
        while let Some(arg) = args.next() {
            let value = args.next().ok_or_else(|| format!("`{arg}` needs a value"))?;
            match arg.as_str() {
                "--corpus" => settings.corpus = Some(value.into()),
                "--runs" => settings.runs = value.parse::<usize>()?.max(1),
                "--limit" => settings.limit = Duration::from_secs(value.parse()?),
                _ => return Err(format!("unknown option `{arg}`; there are --corpus, --runs and --limit").into()),
            }
        }
        Ok(settings)
    }
}

/// A program that compiles Thrift to Rust.
#[derive(Clone)]
struct Compiler {
    name: &'static str,
    program: PathBuf,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ours,
    Apache,
    Pilota { formats: bool },
}

impl Compiler {
    fn ours() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let program = build(&root.join("Cargo.toml"), "thrift-gen", &root.join("target"))?;
        Ok(Self { name: "thrift-gen", program, kind: Kind::Ours })
    }

    fn apache() -> Result<Self> {
        let version = Command::new("thrift").arg("-version").output();
        version.map_err(|error| format!("`thrift`: {error}; install it with `apt-get install thrift-compiler`"))?;
        Ok(Self { name: "Apache", program: "thrift".into(), kind: Kind::Apache })
    }

    fn pilota(formats: bool) -> Result<Self> {
        if formats {
            let version = Command::new("rustfmt").arg("--version").output();
            version.map_err(|error| format!("`rustfmt`: {error}; install it with `rustup component add rustfmt`"))?;
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let program = build(&root.join("Cargo.toml"), "pilota-peer", &root.join("target"))?;
        let name = if formats { "pilota, rustfmt" } else { "pilota" };
        Ok(Self { name, program, kind: Kind::Pilota { formats } })
    }

    /// The command that compiles the input into the folder `out`, which is there.
    fn command(&self, input: &Input, out: &Path) -> Command {
        let mut command = Command::new(&self.program);
        match self.kind {
            Kind::Ours | Kind::Apache => {
                command.args(["-r", "--gen", "rs", "-out"]).arg(out).arg(&input.path);
            }
            Kind::Pilota { formats } => {
                command.arg(&input.path).arg(out.join("out.rs")).args(input.path.parent());
                if !formats {
                    command.env("RUSTFMT", "true");
                }
            }
        }
        command
    }
}

/// Builds a program of a workspace with the release profile, and returns its path.
fn build(manifest: &Path, package: &str, target: &Path) -> Result<PathBuf> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--locked", "--quiet", "--package", package]);
    let status = cargo.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(target).status()?;
    if !status.success() {
        return Err(format!("{package} does not build").into());
    }
    Ok(target.join("release").join(package))
}

/// IDL to compile.
struct Input {
    name: String,
    path: PathBuf,
    /// Lines of the file and of all that it includes.
    lines: usize,
    runs: usize,
}

impl Input {
    fn new(name: impl Into<String>, path: PathBuf, runs: usize) -> Result<Self> {
        let mut files = Vec::new();
        let lines = count_lines(&path, &mut files)?;
        Ok(Self { name: name.into(), path, lines, runs })
    }
}

/// Counts each file once, and holds none as a whole: what this process has in memory counts as the peak of its children.
fn count_lines(path: &Path, seen: &mut Vec<PathBuf>) -> Result<usize> {
    let path = path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))?;
    if seen.contains(&path) {
        return Ok(0);
    }
    seen.push(path.clone());
    let mut count = 0;
    for line in BufReader::new(File::open(&path)?).lines() {
        let line = line?;
        count += 1;
        let include = line.trim_start().strip_prefix("include ").and_then(|rest| rest.split(['"', '\'']).nth(1));
        if let Some(included) = include {
            count += count_lines(&path.with_file_name(included), seen)?;
        }
    }
    Ok(count)
}

fn inputs(settings: &Settings, folder: &Path) -> Result<Vec<Input>> {
    let runs = settings.runs;
    let mut inputs = vec![Input::new("10 lines", synthesis::ten_lines(folder)?, runs * 20)?];
    match &settings.corpus {
        Some(corpus) => {
            let airavata = "airavata/airavata-server/thrift/src/main/thrift/airavata-apis/airavata_api.thrift";
            inputs.push(Input::new("Hive metastore", corpus.join("hive-metastore/thrift_idl/hms.thrift"), runs * 4)?);
            inputs.push(Input::new("Airavata", corpus.join(airavata), runs * 4)?);
        }
        None => {
            eprintln!("warning: Hive metastore and Airavata are left out: name a folder that holds them with --corpus")
        }
    }
    let one = synthesis::one_file(&folder.join("one"), 100_000)?;
    let many = synthesis::many_files(&folder.join("many"), 100_000, 200)?;
    let graph = synthesis::include_graph(&folder.join("graph"), 28)?;
    inputs.push(Input::new("100,000 lines, 1 file", one, runs)?);
    inputs.push(Input::new("100,000 lines, 200 files", many, runs)?);
    inputs.push(Input::new("28 files that include two each", graph, runs * 4)?);
    Ok(inputs)
}

/// Prints how the compilers compare.
fn compare(settings: &Settings, compilers: &[Compiler], folder: &Path) -> Result<()> {
    let headings = ["input", "compiler", "CPU ms", "to Apache", "clock ms", "peak MB", "output KB", "bytes/line"];
    let mut table = Table::new(headings);
    for input in inputs(settings, folder)? {
        let results = measure_all(settings, compilers, &input, &folder.join("out"))?;
        let apache = compilers.iter().zip(&results).find(|(compiler, _)| compiler.kind == Kind::Apache);
        let apache = apache.and_then(|(_, result)| result.usage());
        for (compiler, result) in compilers.iter().zip(&results) {
            let mut cells = vec![input.name.clone(), compiler.name.to_owned()];
            cells.extend(result.cells(apache, input.lines));
            table.row(cells);
        }
        eprintln!("{}: measured", input.name);
    }
    println!("{table}");
    Ok(())
}

/// Prints how our time and memory grow with the input, and what a run takes that has nothing to write.
fn growth(settings: &Settings, ours: &Compiler, folder: &Path) -> Result<()> {
    let mut table = Table::new(["lines", "files", "CPU ms", "µs/line", "peak MB", "again: CPU ms", "peak MB"]);
    for lines in [25_000, 50_000, 100_000, 200_000] {
        for files in [1, 200] {
            let folder = folder.join(format!("growth-{lines}-{files}"));
            let path = match files {
                1 => synthesis::one_file(&folder, lines)?,
                _ => synthesis::many_files(&folder, lines, files)?,
            };
            let input = Input::new("", path, settings.runs)?;
            let out = folder.join("out");
            let fresh = measure_all(settings, std::slice::from_ref(ours), &input, &out)?;
            let again: Result<Vec<Usage>> = (0..input.runs)
                .map(|_| succeed(measure::run(&mut ours.command(&input, &out), settings.limit)?))
                .collect();
            let fresh = fresh.first().and_then(Measured::usage).ok_or("thrift-gen failed")?;
            let again = measure::median(&again?).ok_or("no run")?;
            let per_line = fresh.cpu.as_secs_f64() * 1e6 / input.lines as f64;
            let (cpu, peak) = (milliseconds(fresh.cpu), megabytes(fresh.peak));
            let figures = [cpu, format!("{per_line:.1}"), peak, milliseconds(again.cpu), megabytes(again.peak)];
            table.row([input.lines.to_string(), files.to_string()].into_iter().chain(figures));
            fs::remove_dir_all(folder)?;
        }
    }
    println!("{table}");
    Ok(())
}

/// What came of all runs of one compiler with one input.
enum Measured {
    Done {
        usage: Usage,
        output: u64,
    },
    /// Why there are no figures.
    Nothing(String),
}

impl Measured {
    fn usage(&self) -> Option<Usage> {
        match self {
            Self::Done { usage, .. } => Some(*usage),
            Self::Nothing(_) => None,
        }
    }

    fn cells(&self, apache: Option<Usage>, lines: usize) -> [String; 6] {
        let absent = || "–".to_owned();
        match self {
            Self::Nothing(why) => [why.clone(), absent(), absent(), absent(), absent(), absent()],
            Self::Done { usage, output } => [
                milliseconds(usage.cpu),
                apache
                    .map_or_else(absent, |apache| format!("{:.2}", usage.cpu.as_secs_f64() / apache.cpu.as_secs_f64())),
                milliseconds(usage.wall),
                megabytes(usage.peak),
                format!("{:.0}", *output as f64 / 1e3),
                format!("{:.0}", *output as f64 / lines as f64),
            ],
        }
    }
}

/// Runs each compiler in turn, as often as the input wants; a slow one three times or for as long as one run may take. One
/// that fails or takes too long is not run again; that ours does is an error.
fn measure_all(settings: &Settings, compilers: &[Compiler], input: &Input, out: &Path) -> Result<Vec<Measured>> {
    let mut runs: Vec<Vec<Usage>> = vec![Vec::new(); compilers.len()];
    let mut results: Vec<Option<Measured>> = compilers.iter().map(|_| None).collect();
    for _ in 0..input.runs {
        for ((compiler, runs), result) in compilers.iter().zip(&mut runs).zip(&mut results) {
            let is_slow = runs.iter().map(|usage| usage.wall).sum::<Duration>() > settings.limit;
            if matches!(result, Some(Measured::Nothing(_))) || (is_slow && runs.len() >= 3) {
                continue;
            }
            if out.exists() {
                fs::remove_dir_all(out)?;
            }
            fs::create_dir_all(out)?;
            *result = match measure::run(&mut compiler.command(input, out), settings.limit)? {
                Outcome::Done(usage) => {
                    runs.push(usage);
                    let output = size(out)?;
                    if output == 0 {
                        return Err(format!("{}: {} wrote nothing", input.name, compiler.name).into());
                    }
                    measure::median(runs).map(|usage| Measured::Done { usage, output })
                }
                outcome if compiler.kind == Kind::Ours => succeed(outcome).map(|_| None)?,
                Outcome::GaveUp => Some(Measured::Nothing(format!("over {} s", settings.limit.as_secs()))),
                Outcome::Failed(why) => {
                    eprintln!("warning: {}: {}: {why}", input.name, compiler.name);
                    Some(Measured::Nothing("fails".to_owned()))
                }
            };
        }
    }
    Ok(results.into_iter().flatten().collect())
}

fn succeed(outcome: Outcome) -> Result<Usage> {
    match outcome {
        Outcome::Done(usage) => Ok(usage),
        Outcome::Failed(why) => Err(format!("thrift-gen failed: {why}").into()),
        Outcome::GaveUp => Err("thrift-gen took too long".into()),
    }
}

/// Bytes of all files below a folder.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { size(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    if milliseconds < 100.0 { format!("{milliseconds:.1}") } else { format!("{milliseconds:.0}") }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.0}", bytes as f64 / 1e6)
}
