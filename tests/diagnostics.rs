//! Every `.thrift` file in `tests/diagnostics` is looked at as a user's would be; the `.stderr` file beside it is what
//! the user is told, and some have it in other forms too. The README's table is made of the table of codes.
//! `UPDATE_GOLDEN=1` rewrites these files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use thrift_gen::Builder;
use thrift_gen::diagnostic::codes::{CODES, Code};
use thrift_gen::diagnostic::{Format, Severity};

/// Where the files are.
const FOLDER: &str = "tests/diagnostics";

/// What is not about the text of a file: a file that cannot be read cannot be checked in.
const NOT_SHOWN: [&str; 4] = ["unreadable-file", "usage", "output", "drift"];

/// Reported as errors, and made warnings by a flag.
const LOWERED: [&str; 1] = ["missing-include"];

/// The files that are compiled with other settings than most.
fn builder(stem: &str) -> Builder {
    let builder = Builder::new().include("include");
    match stem {
        "implicit-field-id-strict" => builder.strict(true),
        "negative-field-id" => builder.allow_neg_keys(true),
        "missing-include-allowed" => builder.allow_missing_includes(true),
        "old-word-byte" => builder.strict(true),
        "misplaced-option" => builder.derive("misplaced-option.LIMIT", "Copy"),
        "unknown-path" => {
            let builder = builder.derive("unknown-path.Wrok", "Copy").attribute("unknown-path.Work.cuont", "#[x]");
            builder.option("name=what:Y")
        }
        _ => builder,
    }
}

/// The forms in which a user may be told, by the end of the file's name; only the first is written for every file.
const FORMS: [(&str, Format); 3] =
    [("stderr", Format::Text { color: false }), ("json", Format::Json), ("github", Format::Github)];

#[test]
fn users_are_told_what_is_written_down() {
    // Names in messages are relative to the folder.
    env::set_current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER)).unwrap();
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    assert!(!(update && env::var_os("CI").is_some()), "UPDATE_GOLDEN has no place in CI");
    let mut wrong = Vec::new();
    for idl in files_in(Path::new("."), "thrift") {
        for (extension, format) in FORMS {
            let golden = idl.with_extension(extension);
            if extension != "stderr" && !golden.exists() {
                continue;
            }
            let told = told(&idl, format);
            if update {
                fs::write(&golden, &told).unwrap();
            } else if fs::read_to_string(&golden).ok().as_ref() != Some(&told) {
                wrong.push(format!("{}:\n{told}", golden.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "not as written down; see to it and run with UPDATE_GOLDEN=1\n\n{}", wrong.join("\n"));
    for (extension, _) in FORMS {
        let goldens = files_in(Path::new("."), extension);
        assert!(!goldens.is_empty(), "no file with `.{extension}`");
        for golden in goldens {
            assert!(golden.with_extension("thrift").exists(), "{} belongs to no file", golden.display());
        }
    }
}

#[test]
fn every_code_is_shown() {
    let goldens = files_in(&root().join(FOLDER), "stderr");
    let shown: String = goldens.iter().map(|golden| fs::read_to_string(golden).unwrap()).collect();
    let missing = CODES.iter().map(|code| code.name).filter(|code| !shown.contains(&format!("[{code}]")));
    let missing: Vec<&str> = missing.filter(|code| !NOT_SHOWN.contains(code)).collect();
    assert!(missing.is_empty(), "no file in {FOLDER} shows {missing:?}");
}

/// The table of codes has what the sources report, and no more.
#[test]
fn every_code_is_in_the_table() {
    let sources = files_below(&root().join("src"));
    let (mut errors, mut warnings) = (BTreeSet::new(), BTreeSet::from(LOWERED.map(str::to_owned)));
    for source in sources.iter().filter(|file| !file.ends_with("tests.rs")) {
        let source = fs::read_to_string(source).unwrap();
        errors.extend(codes_in(&source, &["Diagnostic::error(", "Diagnostic::error_without_place("]));
        warnings.extend(codes_in(&source, &["Diagnostic::warning("]));
    }
    errors.retain(|code| !warnings.contains(code));
    let table = |severity| -> BTreeSet<String> {
        CODES.iter().filter(|code| code.severity == severity).map(|code| code.name.to_owned()).collect()
    };
    const ADVICE: &str = "src/diagnostic/codes.rs has a line for each code; a warning has `warning(`";
    assert_eq!(table(Severity::Warning), warnings, "{ADVICE}");
    assert_eq!(table(Severity::Error), errors, "{ADVICE}");
    assert_eq!(CODES.len(), errors.len() + warnings.len(), "a code stands twice in the table");
}

#[test]
fn the_readme_has_the_table_of_codes() {
    const HEAD: &str = "| code | | |\n|---|---|---|\n";
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, after) = readme.split_once(HEAD).expect("the head of the table");
    let (table, after) = after.split_once("\n\n").expect("a blank line behind the table");
    let line = |code: &Code| {
        let severity = if code.severity == Severity::Error { "error" } else { "warning" };
        format!("| `{}` | {severity} | {} |", code.name, code.meaning)
    };
    let current = CODES.iter().map(line).collect::<Vec<_>>().join("\n");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(path, [before, HEAD, &current, "\n\n", after].concat()).unwrap();
    } else {
        assert_eq!(table, current, "run with UPDATE_GOLDEN=1");
    }
}

/// What the user of a file is told.
fn told(idl: &Path, format: Format) -> String {
    let stem = idl.file_stem().unwrap().to_str().unwrap();
    let generation = builder(stem).generate(&[idl.file_name().unwrap()]).unwrap();
    format.render(&generation.diagnostics, &generation.sources)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
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

/// The first arguments of calls of the constructors.
fn codes_in(source: &str, constructors: &[&str]) -> Vec<String> {
    constructors
        .iter()
        .flat_map(|constructor| source.split(constructor).skip(1))
        .filter_map(|after| after.trim_start().strip_prefix('"')?.split_once('"'))
        .map(|(code, _)| code.to_owned())
        .collect()
}
