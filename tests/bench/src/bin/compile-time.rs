//! What rustc takes for generated code, ours beside that of Apache's compiler.
//!
//! `cargo run --release --manifest-path tests/bench/Cargo.toml --bin compile-time -- [--derives] [ROUNDS]`
//!
//! It compiles 300 structs of ten fields and a service of 50 methods: with `cargo check`, and as a release build in which
//! every type is encoded and decoded, the service served and each method called in the binary protocol; and once more with
//! the types in the compact protocol too, of which Apache's code has one version for all. Dependencies are built before; what
//! counts is the CPU time for the crate with the generated code, the median of the rounds. `--derives` compares what each
//! derive of our structs costs instead. Incremental compilation is off.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use thrift_bench::measure::{self, Outcome, Usage};
use thrift_bench::table::Table;
use thrift_bench::workload;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Each with the ones before it.
const DERIVES: [&str; 8] = ["Default", "Clone", "Debug", "PartialEq", "Eq", "Hash", "PartialOrd", "Ord"];

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let derives = arguments.iter().any(|argument| argument == "--derives");
    let rounds = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(3);
    let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = bench.join("target/compile-time");
    let root = bench.join("../..").canonicalize()?;
    fs::create_dir_all(&folder)?;
    let subjects = if derives { derives_apart(&root, &folder)? } else { ours_and_apaches(&root, &folder)? };
    let dependencies = dependencies_alone(&folder, &subjects)?;
    let packages = subjects.iter().map(|subject| &subject.package).chain(&dependencies);
    let members: Vec<String> = packages.map(|package| format!("{package:?}")).collect();
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", "));
    fs::write(folder.join("Cargo.toml"), workspace)?;
    for package in &dependencies {
        compile(&folder, package, false)?;
        compile(&folder, package, true)?;
    }
    let mut usages = vec![(Vec::new(), Vec::new()); subjects.len()];
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for (subject, (checks, releases)) in subjects.iter().zip(&mut usages) {
            checks.push(compile(&folder, &subject.package, false)?);
            releases.push(compile(&folder, &subject.package, true)?);
        }
    }
    print!("{}", table(&subjects, &usages));
    Ok(())
}

/// A crate to compile.
struct Subject {
    /// The name of its package.
    package: String,
    /// What it is, in the table.
    title: String,
    /// What its manifest says of them.
    dependencies: String,
    lines: usize,
}

/// Crates that have the subjects' dependencies and nothing else.
fn dependencies_alone(folder: &Path, subjects: &[Subject]) -> Result<Vec<String>> {
    let mut sets: Vec<&str> = subjects.iter().map(|subject| subject.dependencies.as_str()).collect();
    sets.dedup();
    let packages: Vec<String> = (0..sets.len()).map(|index| format!("dependencies{index}")).collect();
    for (package, dependencies) in packages.iter().zip(sets) {
        let path = crate_folder(folder, package, dependencies, "")?;
        fs::write(path.join("src/bench.rs"), "")?;
    }
    Ok(packages)
}

/// All that we generate, less of it, and what Apache's compiler generates.
fn ours_and_apaches(root: &Path, folder: &Path) -> Result<Vec<Subject>> {
    let idl = folder.join("bench.thrift");
    fs::write(&idl, workload::idl())?;
    let all = ours(root, folder, ["all", "thrift-gen", "rust"], &["binary"], &idl)?;
    let keys = ours(root, folder, ["keys", "thrift-gen, derives=keys", "rust:derives=keys"], &["binary"], &idl)?;
    let both = ours(root, folder, ["both", "thrift-gen, two protocols", "rust"], &["binary", "compact"], &idl)?;
    let dependencies = "thrift = \"0.25\"\n";
    let apache = crate_folder(folder, "apache", dependencies, &workload::apache_uses())?;
    run(Command::new("thrift").args(["--gen", "rs", "-out"]).arg(apache.join("src")).arg(&idl))?;
    Ok(vec![all, keys, both, subject(&apache, "Apache", dependencies)?])
}

/// The same structs with ever more derives, and then as we generate them. They have no doubles, which have no derived order.
fn derives_apart(root: &Path, folder: &Path) -> Result<Vec<Subject>> {
    let idl = folder.join("derives.thrift");
    fs::write(&idl, workload::idl().replace("double", "i64"))?;
    let mut subjects = Vec::new();
    for count in 1..=DERIVES.len() {
        let derives = DERIVES[..count].join(", ");
        let title = if count == 1 { derives.clone() } else { format!("+ {}", DERIVES[count - 1]) };
        let package = format!("derives{count}");
        let subject = ours(root, folder, [&package, &title, "rust:derives=keys"], &["binary"], &idl)?;
        let file = folder.join(&package).join("src/bench.rs");
        let text = fs::read_to_string(&file)?;
        let generated = "#[derive(Clone, Debug, Default, PartialEq)]\npub struct Record";
        if !text.contains(generated) {
            return Err("the derives of generated structs are others than they were".into());
        }
        fs::write(&file, text.replace(generated, &format!("#[derive({derives})]\npub struct Record")))?;
        subjects.push(subject);
    }
    subjects.push(ours(root, folder, ["all", "as generated", "rust"], &["binary"], &idl)?);
    Ok(subjects)
}

/// A crate with what this repository's compiler makes of the IDL: its package, its title and the options.
fn ours(
    root: &Path,
    folder: &Path,
    [package, title, options]: [&str; 3],
    protocols: &[&str],
    idl: &Path,
) -> Result<Subject> {
    let runtime = root.join("runtime");
    let dependencies =
        format!("thrift-runtime = {{ path = {runtime:?} }}\ntokio = {{ version = \"1\", features = [\"rt\"] }}\n");
    let path = crate_folder(folder, package, &dependencies, &workload::our_uses(protocols))?;
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).args(["run", "--quiet", "--release", "--locked", "--bin", "thrift-gen", "--"]);
    run(command.args(["--gen", options, "-out"]).arg(path.join("src")).arg(idl))?;
    // It is the module of a crate of its own here.
    fs::rename(
        path.join("src").join(idl.with_extension("rs").file_name().unwrap_or_default()),
        path.join("src/bench.rs"),
    )?;
    subject(&path, title, &dependencies)
}

fn crate_folder(folder: &Path, package: &str, dependencies: &str, uses: &str) -> Result<PathBuf> {
    let path = folder.join(package);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(path.join("src"))?;
    let manifest = format!("[package]\nname = {package:?}\nedition = \"2021\"\n\n[dependencies]\n{dependencies}");
    fs::write(path.join("Cargo.toml"), manifest)?;
    fs::write(path.join("src/lib.rs"), format!("#[rustfmt::skip]\n#[allow(warnings)]\npub mod bench;\n\n{uses}"))?;
    Ok(path)
}

fn subject(package: &Path, title: &str, dependencies: &str) -> Result<Subject> {
    let lines = fs::read_to_string(package.join("src/bench.rs"))?.lines().count();
    let package = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Subject { package, title: title.to_owned(), dependencies: dependencies.to_owned(), lines })
}

fn run(command: &mut Command) -> Result<()> {
    match command.output()? {
        output if output.status.success() => Ok(()),
        output => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

/// Compiles this crate anew, and of its dependencies those that are not there yet.
fn compile(folder: &Path, package: &str, release: bool) -> Result<Usage> {
    let file = fs::File::options().append(true).open(folder.join(package).join("src/lib.rs"))?;
    file.set_modified(std::time::SystemTime::now())?;
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(folder).env("CARGO_INCREMENTAL", "0").env_remove("CARGO_TARGET_DIR");
    command.args(if release { &["build", "--release"][..] } else { &["check"] }).args(["--quiet", "-p", package]);
    match measure::run(&mut command, Duration::from_secs(1800))? {
        Outcome::Done(usage) => Ok(usage),
        Outcome::Failed(why) => Err(format!("{package}: {why}").into()),
        Outcome::GaveUp => Err(format!("{package} takes too long").into()),
    }
}

fn table(subjects: &[Subject], usages: &[(Vec<Usage>, Vec<Usage>)]) -> Table {
    let mut table = Table::new(["", "lines", "check, s", "ratio", "MiB", "release, s", "ratio", "MiB"]);
    let medians = |(checks, releases): &(Vec<Usage>, Vec<Usage>)| (median(checks), median(releases));
    let base = usages.last().map(medians);
    for (subject, usages) in subjects.iter().zip(usages) {
        let (check, release) = medians(usages);
        let (check_base, release_base) = base.unwrap_or((check, release));
        let mut cells = vec![subject.title.clone(), subject.lines.to_string()];
        for ((cpu, peak), (base, _)) in [(check, check_base), (release, release_base)] {
            cells.extend([format!("{cpu:.2}"), format!("{:.2}", cpu / base), (peak >> 20).to_string()]);
        }
        table.row(cells);
    }
    table
}

/// CPU seconds, and bytes.
fn median(usages: &[Usage]) -> (f64, u64) {
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let cpu = middle(usages.iter().map(|usage| usage.cpu.as_secs_f64()).collect());
    (cpu, middle(usages.iter().map(|usage| usage.peak as f64).collect()) as u64)
}
