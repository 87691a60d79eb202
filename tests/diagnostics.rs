//! Every `.thrift` file in `tests/diagnostics` is looked at as a user's would be; the `.stderr` file beside it is what
//! the user is told. `UPDATE_GOLDEN=1` rewrites these files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use thrift_gen::diagnostic::{Severity, text};
use thrift_gen::load::{self, Disk, Loaded};
use thrift_gen::model;

/// Where the files are.
const FOLDER: &str = "tests/diagnostics";

/// Sources whose codes must each be shown by a file here.
const REPORTING: [&str; 4] = ["src/load.rs", "src/load", "src/model", "src/syntax"];

/// A file that cannot be read is none that can be checked in.
const NOT_SHOWN: [&str; 1] = ["unreadable-file"];

#[test]
fn users_are_told_what_is_written_down() {
    // Names in messages are relative to the folder.
    env::set_current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER)).unwrap();
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    assert!(!(update && env::var_os("CI").is_some()), "UPDATE_GOLDEN has no place in CI");
    let mut wrong = Vec::new();
    for idl in files_in(Path::new("."), "thrift") {
        let golden = idl.with_extension("stderr");
        let told = told(&idl);
        if update {
            fs::write(&golden, &told).unwrap();
        } else if fs::read_to_string(&golden).ok().as_ref() != Some(&told) {
            wrong.push(format!("{}:\n{told}", golden.display()));
        }
    }
    assert!(wrong.is_empty(), "not as written down; see to it and run with UPDATE_GOLDEN=1\n\n{}", wrong.join("\n"));
    for golden in files_in(Path::new("."), "stderr") {
        assert!(golden.with_extension("thrift").exists(), "{} belongs to no file", golden.display());
    }
}

#[test]
fn every_code_is_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut codes = BTreeSet::new();
    for path in REPORTING {
        let path = root.join(path);
        let files = if path.is_dir() { files_below(&path) } else { vec![path] };
        for file in files {
            codes.extend(codes_in(&fs::read_to_string(file).unwrap()));
        }
    }
    assert!(codes.contains("syntax"), "the codes are found in the sources");
    let shown: String =
        files_in(&root.join(FOLDER), "stderr").iter().map(|golden| fs::read_to_string(golden).unwrap()).collect();
    codes.retain(|code| !NOT_SHOWN.contains(&code.as_str()) && !shown.contains(&format!("[{code}]")));
    assert!(codes.is_empty(), "no file in {FOLDER} shows {codes:?}");
}

/// What the user of a file is told.
fn told(idl: &Path) -> String {
    let name = PathBuf::from(idl.file_name().unwrap());
    let Loaded { sources, program, mut diagnostics, .. } = load::load(&Disk, &[name], &[PathBuf::from("include")]);
    if diagnostics.iter().all(|diagnostic| diagnostic.severity < Severity::Error) {
        // One code is a warning or an error by choice, and one is for those who keep negative ids.
        let options = model::Options {
            strict: idl.ends_with("implicit-field-id-strict.thrift"),
            allow_neg_keys: idl.ends_with("negative-field-id.thrift"),
            allow_64bit_consts: false,
        };
        diagnostics.extend(model::resolve(&program, &options).1);
    }
    text::render(&diagnostics, &sources, false)
}

fn files_in(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|found| found == extension));
    files.sort();
    files
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}

/// The first arguments of the constructors of a diagnostic.
fn codes_in(source: &str) -> Vec<String> {
    ["Diagnostic::error(", "Diagnostic::warning(", "Diagnostic::error_without_place("]
        .iter()
        .flat_map(|constructor| source.split(constructor).skip(1))
        .filter_map(|after| after.trim_start().strip_prefix('"')?.split_once('"'))
        .map(|(code, _)| code.to_owned())
        .collect()
}
