//! The arrows between the parts that must never exist, kept by reading the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// In files below the first path, none of the words stands in code.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("src/source.rs", &["crate::"]),
    ("src/syntax", &["crate::load", "crate::model", "crate::view", "crate::output", "crate::builder"]),
    ("src/load", &["crate::model", "crate::view", "crate::output", "crate::builder"]),
    ("src/level", &["crate::load", "crate::model", "crate::view", "crate::output", "crate::builder"]),
    (
        "src/model",
        &[
            "crate::load",
            "crate::level",
            "crate::view",
            "crate::output",
            "crate::builder",
            "askama::",
            "heck::",
            "pest::",
        ],
    ),
    ("src/view", &["crate::load", "crate::level", "crate::syntax", "crate::output", "crate::builder", "pest::"]),
    ("src/output", &["crate::load", "crate::syntax", "crate::model", "crate::builder"]),
    ("src/diagnostic", &["crate::load", "crate::syntax", "crate::model", "crate::view"]),
    ("src", &["use thrift_runtime"]),
    ("runtime/src", &["thrift_gen::", "pest::", "askama::"]),
    ("runtime/src/protocol", SOCKETS),
    ("runtime/src/codec", SOCKETS),
    ("runtime/src/structs", SOCKETS),
    ("runtime/src/raw.rs", SOCKETS),
    ("runtime/src/serde", SOCKETS),
    ("runtime/src/arguments.rs", SOCKETS),
    ("runtime/src/message", SOCKETS),
    ("runtime/src/request.rs", SOCKETS),
    ("runtime/src/reply.rs", SOCKETS),
    ("runtime/src/answer.rs", SOCKETS),
    ("runtime/src/outcome.rs", SOCKETS),
    ("runtime/src/processor.rs", SOCKETS),
    ("runtime/src/call.rs", SOCKETS),
];

const SOCKETS: &[&str] = &["tokio", "hyper", "crate::transport", "crate::server", "crate::client"];

/// Crates that one part alone uses.
const ONLY_USER: &[(&str, &[&str])] = &[
    ("pest", &["src/syntax/"]),
    ("askama", &["src/view/"]),
    ("heck", &["src/view/name.rs"]),
    ("clap", &["src/cli", "src/main.rs"]),
    ("anyhow", &["src/cli", "src/main.rs"]),
    ("annotate_snippets", &["src/diagnostic/text"]),
];

#[test]
fn no_part_knows_what_it_must_not() {
    let mut found = Vec::new();
    for (part, words) in FORBIDDEN {
        for file in sources(part) {
            let code = expanded(&code(&file));
            found.extend(
                words.iter().filter(|word| code.contains(**word)).map(|word| format!("{}: {word}", file.display())),
            );
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn each_library_has_one_user() {
    let mut found = Vec::new();
    for (library, users) in ONLY_USER {
        for file in sources("src") {
            let path = file.to_string_lossy();
            let uses = code(&file)
                .lines()
                .any(|line| line.contains(&format!("{library}::")) || line.contains(&format!("{library}_derive::")));
            if uses && !users.iter().any(|user| path.contains(user)) {
                found.push(format!("{path}: {library}"));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn files_are_read_and_written_in_one_place_each() {
    let files_of = |words: &[&str]| -> Vec<String> {
        let users = sources("src").into_iter().filter(|file| words.iter().any(|word| code(file).contains(word)));
        users.map(|file| file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string()).collect()
    };
    let using = files_of(&["fs::", "File::open", "File::create"]);
    assert!(using.iter().all(|file| file.starts_with("src/load") || file.starts_with("src/output")), "{using:?}");
}

/// `unsafe` stands in one module.
#[test]
fn unsafe_code_has_one_place() {
    let users: Vec<PathBuf> = sources("src").into_iter().chain(sources("runtime/src")).collect();
    let users = users.into_iter().filter(|file| code(file).contains("unsafe ") && !file.ends_with("raw.rs"));
    assert_eq!(users.collect::<Vec<_>>(), Vec::<PathBuf>::new());
}

/// Templates do not call, compare or decide.
#[test]
fn templates_have_no_logic() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/rust");
    for template in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        // Indenting is the one filter.
        let text = fs::read_to_string(&template).unwrap().replace("|indent(", "|indent ");
        let tags = text.split("{%").skip(1).chain(text.split("{{").skip(1));
        for tag in tags.map(|after| after.split(['%', '}']).next().unwrap()) {
            let is_let = tag.contains("let ") || tag.contains("set ");
            let compares = ["==", "!=", " and ", " or ", "&&", "||", "unwrap"].iter().any(|sign| tag.contains(sign));
            let calls = tag.contains('(') && !tag.contains("when ");
            assert!(!is_let && !compares && !calls, "{}: {tag}", template.display());
        }
    }
}

/// A file, or all files below a folder; for `src/load` the file `src/load.rs` too.
fn sources(part: &str) -> Vec<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(part);
    let mut files = Vec::new();
    if path.is_dir() {
        for entry in fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()) {
            let nested = entry.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_str().unwrap().to_owned();
            files.extend(if entry.is_dir() { sources(&nested) } else { vec![entry] });
        }
    }
    let file = if part.ends_with(".rs") { path } else { path.with_extension("rs") };
    if file.is_file() && !files.contains(&file) {
        files.push(file);
    }
    files.retain(|file| !file.ends_with("tests.rs"));
    files.sort();
    assert!(!files.is_empty(), "{part} has no sources");
    files
}

/// The code with `use crate::{a, b::c}` also written as `crate::a` and `crate::b::c`.
fn expanded(code: &str) -> String {
    let groups = code.split("use crate::{").skip(1).filter_map(|after| after.split("};").next());
    let names = groups.flat_map(|group| group.split([',', '{']).map(|name| format!("\ncrate::{}", name.trim())));
    names.fold(code.to_owned(), |code, name| code + &name)
}

/// A file without its comments and its tests.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let text = text.split("\n#[cfg(test)]").next().unwrap();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line.split("//").next().unwrap_or(""), "\n"]).collect()
}
