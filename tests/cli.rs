//! The command `thrift-gen` as users run it: every flag in both spellings, exit codes, what is on disk afterwards.

#![cfg(feature = "cli")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;
use std::{env, fs, process};

use thrift_gen::output::HEADER;

#[path = "cli/build.rs"]
mod build;

const BASE: &str = "struct Base {\n  1: i32 id\n}\n";
const EXAMPLE: &str = "include \"base.thrift\"\n\nstruct Example {\n  1: base.Base base\n}\n\n\
                       service Greeter {\n  string greet(1: string name)\n}\n";
const NESTED: &str = "namespace rs foo.bar\n\nstruct Nested {\n  1: i32 id\n}\n";
const WARNS: &str = "struct Warns { i32 field }\n";
const UNKNOWN_TYPE: &str = "struct Wrong {\n  1: Missing field\n}\n";
const SYNTAX_ERROR: &str = "struct Wrong {\n";

/// A folder with the files of the tests, in which the command runs; removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("thrift-gen-cli-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Self(env::temp_dir().join(name));
        for (name, text) in [
            ("base.thrift", BASE),
            ("example.thrift", EXAMPLE),
            ("nested.thrift", NESTED),
            ("warns.thrift", WARNS),
            ("unknown.thrift", UNKNOWN_TYPE),
            ("syntax.thrift", SYNTAX_ERROR),
        ] {
            folder.put(name, text);
        }
        folder
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thrift-gen"));
        command.args(words).current_dir(&self.0).stdin(Stdio::null()).env_remove("NO_COLOR");
        command
    }

    fn run(&self, words: &[&str]) -> Run {
        Run::of(self.command(words).output().unwrap())
    }

    /// Runs the command, which has to succeed.
    #[track_caller]
    fn fine(&self, words: &[&str]) -> Run {
        let run = self.run(words);
        assert_eq!(run.code, 0, "{words:?}\n{}{}", run.stdout, run.stderr);
        run
    }

    /// Runs the command, which has to end with this code.
    #[track_caller]
    fn ends(&self, code: i32, words: &[&str]) -> Run {
        let run = self.run(words);
        assert_eq!(run.code, code, "{words:?}\n{}{}", run.stdout, run.stderr);
        run
    }

    /// The files below a folder, sorted; none when it does not exist.
    fn files(&self, below: &str) -> Vec<String> {
        let root = self.0.join(below);
        let (mut folders, mut files) = (vec![root.clone()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"));
                }
            }
        }
        files.sort();
        files
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap()
    }

    /// Whether the `mod.rs` of a folder declares exactly these modules.
    #[track_caller]
    fn declares(&self, mod_file: &str, modules: &[&str]) {
        let text = self.read(mod_file);
        let declared: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split_once("pub mod ")?.1.strip_suffix(';'))
            .map(|name| name.trim_start_matches("r#"))
            .collect();
        assert_eq!(declared, modules, "{text}");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

#[test]
fn the_shortest_command_writes_a_tree() {
    let folder = Folder::new();
    let run = folder.fine(&["--gen", "rust", "base.thrift"]);
    assert_eq!(folder.files("gen-rust"), ["base.rs", "mod.rs"]);
    folder.declares("gen-rust/mod.rs", &["base"]);
    for file in ["gen-rust/base.rs", "gen-rust/mod.rs"] {
        assert_eq!(folder.read(file).lines().next(), Some(HEADER), "{file}");
    }
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""), "a pipe gets no advice");
}

#[test]
fn gen_in_both_spellings_and_rs_for_rust() {
    for gen_flag in ["-gen", "--gen"] {
        for language in ["rust", "rs", "rust:", "rs:types_only=false"] {
            let folder = Folder::new();
            folder.fine(&[gen_flag, language, "base.thrift"]);
            assert_eq!(folder.files("gen-rust"), ["base.rs", "mod.rs"], "{gen_flag} {language}");
        }
    }
    let folder = Folder::new();
    folder.fine(&["-gen=rust", "base.thrift"]);
    assert_eq!(folder.files("gen-rust"), ["base.rs", "mod.rs"]);
}

#[test]
fn recurse_in_all_spellings() {
    for recurse in ["-r", "--r", "-recurse", "--recurse"] {
        let folder = Folder::new();
        folder.fine(&[recurse, "--gen", "rust", "example.thrift"]);
        assert_eq!(folder.files("gen-rust"), ["base.rs", "example.rs", "mod.rs"], "{recurse}");
        folder.declares("gen-rust/mod.rs", &["base", "example"]);
    }
    let folder = Folder::new();
    folder.fine(&["--gen", "rust", "example.thrift"]);
    assert_eq!(folder.files("gen-rust"), ["example.rs", "mod.rs"]);
}

#[test]
fn the_output_folder_is_created() {
    for (words, expected) in [
        (["-o", "a/b"], "a/b/gen-rust"),
        (["--o", "a/b"], "a/b/gen-rust"),
        (["-out", "a/b"], "a/b"),
        (["--out", "a/b"], "a/b"),
    ] {
        let folder = Folder::new();
        folder.fine(&[&words[..], &["--gen", "rust", "base.thrift"]].concat());
        assert_eq!(folder.files(expected), ["base.rs", "mod.rs"], "{words:?}");
        assert!(!folder.0.join("gen-rust").exists(), "{words:?}");
    }
    for word in ["-out=a/b", "--out=a/b"] {
        let folder = Folder::new();
        folder.fine(&["--gen", "rust", "base.thrift", word]);
        assert_eq!(folder.files("a/b"), ["base.rs", "mod.rs"], "{word}");
    }
}

#[test]
fn include_folders_are_searched() {
    let folder = Folder::new();
    fs::create_dir(folder.0.join("idl")).unwrap();
    fs::rename(folder.0.join("base.thrift"), folder.0.join("idl/base.thrift")).unwrap();
    folder.ends(1, &["--gen", "rust", "example.thrift"]);
    for words in [&["-I", "idl"][..], &["--I", "idl"], &["-Iidl"], &["-I=idl"], &["-I", "nowhere", "-I", "idl"]] {
        folder.fine(&[words, &["-r", "--gen", "rust", "example.thrift"]].concat());
    }
    assert_eq!(folder.files("gen-rust"), ["base.rs", "example.rs", "mod.rs"]);
}

#[test]
fn namespaces_are_folders() {
    let folder = Folder::new();
    folder.fine(&["--gen", "rust", "nested.thrift"]);
    assert_eq!(folder.files("gen-rust"), ["foo/bar/mod.rs", "foo/bar/nested.rs", "foo/mod.rs", "mod.rs"]);
    folder.declares("gen-rust/mod.rs", &["foo"]);
    folder.declares("gen-rust/foo/bar/mod.rs", &["nested"]);
}

#[test]
fn several_files_in_one_run_and_in_several() {
    let folder = Folder::new();
    folder.fine(&["--gen", "rust", "base.thrift", "nested.thrift", "-out", "together"]);
    folder.fine(&["--gen", "rust", "base.thrift", "-out", "apart"]);
    folder.fine(&["--gen", "rust", "nested.thrift", "-out", "apart"]);
    let files = ["base.rs", "foo/bar/mod.rs", "foo/bar/nested.rs", "foo/mod.rs", "mod.rs"];
    assert_eq!(folder.files("together"), files);
    assert_eq!(folder.files("apart"), files);
    for file in files {
        assert_eq!(folder.read(&format!("together/{file}")), folder.read(&format!("apart/{file}")), "{file}");
    }
}

#[test]
fn options_of_the_generator() {
    let folder = Folder::new();
    folder.fine(&["-r", "--gen", "rust", "example.thrift", "-out", "all"]);
    folder.fine(&["-r", "--gen", "rust:types_only", "example.thrift", "-out", "types"]);
    assert_ne!(folder.read("all/example.rs"), folder.read("types/example.rs"));
    assert_eq!(folder.read("all/base.rs"), folder.read("types/base.rs"));
}

#[test]
fn flags_for_the_idl_in_both_spellings() {
    for flag in
        ["nowarn", "strict", "allow-neg-keys", "allow-64bit-consts", "allow-missing-includes", "v", "verbose", "debug"]
    {
        for dashes in ["-", "--"] {
            let folder = Folder::new();
            folder.fine(&[&format!("{dashes}{flag}"), "--gen", "rust", "base.thrift"]);
            assert_eq!(folder.files("gen-rust"), ["base.rs", "mod.rs"], "{dashes}{flag}");
        }
    }
}

#[test]
fn warnings_are_shown_silenced_or_errors() {
    let folder = Folder::new();
    let run = folder.fine(&["--gen", "rust", "warns.thrift"]);
    assert!(run.stderr.contains("warning") && run.stderr.contains("warns.thrift:1:"), "{}", run.stderr);
    assert!(!run.stderr.contains('\x1b'), "no colour in a pipe: {:?}", run.stderr);
    assert_eq!(folder.fine(&["-nowarn", "--gen", "rust", "warns.thrift"]).stderr, "");
    let run = folder.ends(1, &["-strict", "--gen", "rust", "warns.thrift"]);
    assert!(run.stderr.contains("error"), "{}", run.stderr);
}

#[test]
fn warnings_by_their_code() {
    let folder = Folder::new();
    let warns = ["--gen", "rust", "warns.thrift"];
    let with = |words: &[&'static str]| [words, &warns].concat();
    assert_eq!(folder.fine(&with(&["-allow", "implicit-field-id", "--allow=repeated-key"])).stderr, "");
    for words in [&["-deny", "implicit-field-id"][..], &["--deny=warnings"], &["-deny", "warnings", "-nowarn"]] {
        let run = folder.ends(1, &with(words));
        assert!(run.stderr.contains("error[implicit-field-id]"), "{}", run.stderr);
    }
    folder.fine(&with(&["-deny", "warnings", "-allow", "implicit-field-id"]));
    folder.fine(&with(&["-deny", "repeated-key"]));
    folder.put("allows.thrift", &format!("// thrift-gen: allow(implicit-field-id)\n{WARNS}"));
    folder.fine(&["-deny", "warnings", "--gen", "rust", "allows.thrift"]);
    for (words, expected) in [
        (["-allow", "implicit-feld-id"], "did you mean `implicit-field-id`?"),
        (["-deny", "warning"], "there is no warning `warning`"),
        (["-allow", "unknown-type"], "errors cannot be silenced"),
    ] {
        let run = folder.ends(2, &with(&words));
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn missing_includes_are_errors_or_warnings() {
    let folder = Folder::new();
    folder.put("unused.thrift", "include 'gone.thrift'\nstruct A {}\n");
    folder.put("used.thrift", "include 'gone.thrift'\nstruct A { 1: gone.B b }\n");
    let run = folder.ends(1, &["--gen", "rust", "unused.thrift"]);
    assert!(run.stderr.contains("error[missing-include]"), "{}", run.stderr);
    let allow = "-allow-missing-includes";
    let run = folder.fine(&[allow, "--gen", "rust", "unused.thrift"]);
    assert!(run.stderr.contains("warning[missing-include]"), "{}", run.stderr);
    assert_eq!(folder.fine(&[allow, "-nowarn", "--gen", "rust", "unused.thrift"]).stderr, "");
    folder.ends(1, &[allow, "-deny", "missing-include", "--gen", "rust", "unused.thrift"]);
    let run = folder.ends(1, &[allow, "-nowarn", "--gen", "rust", "used.thrift"]);
    assert!(run.stderr.contains("type `gone.B` is not defined"), "{}", run.stderr);
}

/// The objects on stderr, which holds nothing else.
#[track_caller]
fn objects(run: &Run) -> Vec<serde_json::Value> {
    run.stderr.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{}", run.stderr))).collect()
}

#[test]
fn messages_as_json_are_nothing_but_json() {
    let folder = Folder::new();
    folder.put("in.thrift", "include 'unknown.thrift'\nstruct Ü {}\n");
    folder.put("made/mod.rs", "// mine\n");
    for flag in
        [&["-error-format", "json"][..], &["--error-format=json"], &["-error-format=text", "--error-format=json"]]
    {
        let json = |code: i32, words: &[&str]| objects(&folder.ends(code, &[flag, words].concat()));
        assert_eq!(json(0, &["--gen", "rust", "base.thrift"]), [serde_json::Value::Null; 0]);

        let found = json(1, &["--gen", "rust", "in.thrift"]);
        assert_eq!(found[0]["code"], "non-ascii-name", "{found:?}");
        assert_eq!(
            (&found[0]["line"], &found[0]["column"], &found[0]["end_column"]),
            (&2.into(), &8.into(), &9.into())
        );

        let found = json(1, &["--gen", "rust", "top/../unknown.thrift", "unknown.thrift", "gone.thrift"]);
        assert_eq!((found.len(), &found[0]["severity"]), (3, &"error".into()), "{found:?}");
        assert!(found.iter().any(|object| object["message"].as_str().unwrap().contains("gone.thrift")), "{found:?}");

        // What is wrong beside the IDL, too.
        assert_eq!(json(2, &["--gen", "cpp", "base.thrift"])[0]["code"], "usage");
        assert_eq!(json(2, &["--nope", "--gen", "rust", "base.thrift"])[0]["code"], "usage");
        assert_eq!(json(2, &["-audit", "a", "base.thrift"])[0]["code"], "usage");
        assert_eq!(json(1, &["--gen", "rust", "base.thrift", "-out", "made"])[0]["code"], "output");
        let drift = json(3, &["--gen", "rust", "base.thrift", "-out", "new", "-check"]);
        assert_eq!((drift.len(), &drift[0]["code"]), (1, &"drift".into()));
    }
    let run = folder.ends(2, &["--error-format=xml", "--gen", "rust", "base.thrift"]);
    assert!(run.stderr.contains("xml") && run.stderr.contains("github"), "{}", run.stderr);
}

#[test]
fn an_included_file_says_how_it_came_in() {
    let folder = Folder::new();
    folder.put("top.thrift", "include 'middle.thrift'\n");
    folder.put("middle.thrift", "\ninclude 'unknown.thrift'\n");
    let text = folder.ends(1, &["--gen", "rust", "top.thrift"]).stderr;
    assert!(text.contains("note: included from middle.thrift:2:9\n"), "{text}");
    assert!(text.contains(" included from top.thrift:1:9\n"), "{text}");
    let json = objects(&folder.ends(1, &["--gen", "rust", "top.thrift", "--error-format=json"]));
    assert_eq!(json[0]["included_from"][1]["file"], "top.thrift", "{json:?}");
    let github = folder.ends(1, &["--gen", "rust", "top.thrift", "--error-format=github"]).stderr;
    let expected = "::error file=unknown.thrift,line=2,col=6,endLine=2,endColumn=13,title=unknown-type::\
                    type `Missing` is not defined%0Aincluded from middle.thrift:2:9%0Aincluded from top.thrift:1:9\n";
    assert_eq!(github, expected);
}

#[test]
fn verbose_lists_files_with_times() {
    let folder = Folder::new();
    let lines = |run: Run| -> Vec<(String, String, bool)> {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let entry =
            |line: Vec<String>| (line[0].clone(), line[line.len() - 1].clone(), line.contains(&"ms".to_owned()));
        run.stdout.lines().map(|line| entry(words(line))).collect()
    };
    let first = lines(folder.fine(&["-r", "-v", "--gen", "rust", "example.thrift"]));
    for file in ["base.thrift", "example.thrift"] {
        let read = |(action, path, timed): &(String, String, bool)| action == "read" && path.ends_with(file) && *timed;
        assert!(first.iter().any(read), "{file} in {first:?}");
    }
    for file in ["base.rs", "example.rs", "mod.rs"] {
        let path = Path::new("gen-rust").join(file).display().to_string();
        assert!(first.contains(&("wrote".into(), path, true)), "{file} in {first:?}");
    }
    let second = lines(folder.fine(&["-r", "-v", "--gen", "rust", "example.thrift"]));
    assert!(second.iter().all(|(action, ..)| action != "wrote"), "{second:?}");
    assert_eq!(second.iter().filter(|(action, ..)| action == "unchanged").count(), 3, "{second:?}");

    let debug = folder.fine(&["-r", "-debug", "--gen", "rust", "example.thrift"]).stdout;
    assert!(debug.contains("resolve") && debug.contains("gen-rust"), "{debug}");
}

#[test]
fn help_and_version() {
    let folder = Folder::new();
    for word in ["-h", "-help", "--help"] {
        let run = folder.fine(&[word]);
        assert!(run.stdout.contains("Exit codes:") && run.stdout.contains("Example:"), "{}", run.stdout);
        assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    }
    for words in [&["-version"][..], &["--version"], &["-V"], &["-r", "-version"]] {
        assert_eq!(folder.fine(words).stdout, format!("thrift-gen {}\n", env!("CARGO_PKG_VERSION")));
    }
}

#[test]
fn wrong_usage_ends_with_2_and_says_why() {
    let folder = Folder::new();
    for (words, expected) in [
        (&[][..], &["Usage:"][..]),
        (&["base.thrift"], &["--gen"]),
        (&["--gen", "rust"], &["FILE"]),
        (&["base.thrift", "--gen"], &["--gen"]),
        (&["--gen", "cpp", "base.thrift"], &["`cpp`", "`rust`"]),
        (&["--gen", "", "base.thrift"], &["rust"]),
        (&["--gen", "rust:nope", "base.thrift"], &["`nope`", "types_only"]),
        (&["--gen", "rust:types_only=1", "base.thrift"], &["types_only", "`1`", "`true`"]),
        (&["-outdir", "--gen", "rust", "base.thrift"], &["--outdir"]),
        (&["-rv", "--gen", "rust", "base.thrift"], &["--rv"]),
        (&["--nope", "--gen", "rust", "base.thrift"], &["--nope"]),
        (&["-audit", "base.thrift", "base.thrift"], &["-audit", "not supported yet"]),
        (&["--audit", "base.thrift", "--gen", "rust", "base.thrift"], &["-audit", "not supported yet"]),
        (&["-audit-nofatal", "--gen", "rust", "base.thrift"], &["-audit-nofatal", "not supported yet"]),
        (&["-Iold", ".", "--gen", "rust", "base.thrift"], &["-Iold", "not supported yet"]),
        (&["--Inew", ".", "--gen", "rust", "base.thrift"], &["-Inew", "not supported yet"]),
    ] {
        let run = folder.ends(2, words);
        assert!(expected.iter().all(|text| run.stderr.contains(text)), "{words:?}\n{}", run.stderr);
        assert_eq!(run.stdout, "", "{words:?}");
    }
    assert!(!folder.0.join("gen-rust").exists());
}

#[test]
fn errors_end_with_1_and_nothing_is_written() {
    let folder = Folder::new();
    for (file, place) in [
        ("unknown.thrift", "unknown.thrift:2:"),
        ("syntax.thrift", "syntax.thrift:"),
        ("absent.thrift", "absent.thrift"),
    ] {
        let run = folder.ends(1, &["--gen", "rust", "base.thrift", file]);
        assert!(run.stderr.contains(place) && run.stderr.contains("error"), "{file}\n{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    assert!(!folder.0.join("gen-rust").exists());
}

#[test]
fn what_is_unchanged_keeps_its_time() {
    let folder = Folder::new();
    let files = ["gen-rust/base.rs", "gen-rust/example.rs", "gen-rust/mod.rs"];
    let time = |file| fs::metadata(folder.0.join(file)).unwrap().modified().unwrap();
    let command = ["-r", "--gen", "rust", "example.thrift"];
    folder.fine(&command);
    for file in files {
        fs::File::options().write(true).open(folder.0.join(file)).unwrap().set_modified(UNIX_EPOCH).unwrap();
    }
    folder.fine(&command);
    assert_eq!(files.map(time), [UNIX_EPOCH; 3]);

    folder.put("base.thrift", &BASE.replace("id", "number"));
    folder.fine(&command);
    assert_eq!(files.map(time).map(|time| time == UNIX_EPOCH), [false, true, true]);
}

#[test]
fn check_accepts_what_was_written_and_writes_nothing() {
    for check in ["-check", "--check"] {
        let folder = Folder::new();
        let words = ["-r", "--gen", "rust", "example.thrift", "nested.thrift", "-out", "gen"];
        let checking = [&words[..], &[check]].concat();

        let run = folder.ends(3, &checking);
        assert!(run.stderr.contains("6 files: 6 missing"), "{}", run.stderr);
        assert!(run.stdout.contains("--- /dev/null\n+++ gen/base.rs"), "{}", run.stdout);
        assert!(!folder.0.join("gen").exists());

        folder.fine(&words);
        assert_eq!(folder.fine(&checking).stdout, "");
    }
}

#[test]
fn check_shows_each_kind_of_drift() {
    let folder = Folder::new();
    let words = ["-r", "--gen", "rust", "example.thrift", "nested.thrift"];
    let check = [&words[..], &["--check"]].concat();
    folder.fine(&words);
    let base = folder.read("gen-rust/base.rs");

    folder.put("gen-rust/base.rs", &base.replacen('\n', "\n// edited\n", 1));
    let run = folder.ends(3, &check);
    assert!(run.stdout.contains("--- gen-rust/base.rs\n+++ gen-rust/base.rs\n@@ "), "{}", run.stdout);
    assert!(run.stdout.contains("\n-// edited\n") && run.stderr.contains("1 file: 1 stale"), "{}", run.stderr);
    assert!(folder.read("gen-rust/base.rs").contains("// edited"), "nothing is written");

    fs::remove_file(folder.0.join("gen-rust/base.rs")).unwrap();
    let run = folder.ends(3, &check);
    assert!(run.stdout.contains("--- /dev/null\n+++ gen-rust/base.rs\n"), "{}", run.stdout);
    assert!(run.stderr.contains("1 file: 1 missing"), "{}", run.stderr);

    folder.fine(&words);
    folder.put("gen-rust/foo/old.rs", &format!("{HEADER}\n"));
    folder.put("gen-rust/by_hand.rs", "// mine\n");
    let run = folder.ends(3, &check);
    assert!(run.stdout.contains("--- gen-rust/foo/old.rs\n+++ /dev/null\n"), "{}", run.stdout);
    assert!(run.stderr.contains("1 file: 1 left over"), "{}", run.stderr);

    fs::remove_file(folder.0.join("gen-rust/foo/old.rs")).unwrap();
    folder.fine(&check);
    let run = folder.ends(3, &["--gen", "rust", "example.thrift", "--check"]);
    assert!(run.stdout.contains("--- gen-rust/foo/bar/nested.rs\n+++ /dev/null\n"), "{}", run.stdout);
    assert!(
        run.stdout.contains("--- gen-rust/mod.rs\n+++ gen-rust/mod.rs\n"),
        "it lists what this run does not produce"
    );
}

#[test]
fn an_error_comes_before_the_check() {
    let folder = Folder::new();
    folder.ends(1, &["--gen", "rust", "unknown.thrift", "--check"]);
}

#[test]
fn a_file_written_by_hand_is_not_replaced() {
    for taken in ["gen-rust/mod.rs", "gen-rust/base.rs"] {
        let folder = Folder::new();
        folder.put(taken, "// mine\n");
        for check in [&[][..], &["--check"]] {
            let run = folder.ends(1, &[&["--gen", "rust", "base.thrift"][..], check].concat());
            assert!(run.stderr.contains(&format!("`{taken}` is in the way")), "{}", run.stderr);
        }
        assert_eq!(folder.read(taken), "// mine\n");
        assert_eq!(folder.files("gen-rust").len(), 1);
    }
}

#[test]
fn a_folder_that_cannot_be_created_is_named() {
    let folder = Folder::new();
    let run = folder.ends(1, &["--gen", "rust", "base.thrift", "-out", "base.thrift/gen"]);
    assert!(run.stderr.contains("base.thrift/gen"), "{}", run.stderr);
    let run = folder.ends(1, &["--gen", "rust", "base.thrift", "-out", "base.thrift"]);
    assert!(run.stderr.contains("`base.thrift` is in the way"), "{}", run.stderr);
}

#[test]
fn a_value_and_a_file_may_look_like_flags() {
    let folder = Folder::new();
    folder.put("-r/base.thrift", BASE);
    folder.put("-v.thrift", BASE);
    fs::remove_file(folder.0.join("base.thrift")).unwrap();
    folder.fine(&["-I", "-r", "--gen", "rust", "example.thrift"]);
    assert_eq!(folder.files("gen-rust"), ["example.rs", "mod.rs"], "-r was a folder");
    folder.ends(2, &["--gen", "rust", "-v.thrift"]);
    let run = folder.fine(&["--gen", "rust", "-out", "other", "--", "-v.thrift"]);
    assert_eq!(folder.files("other").len(), 2);
    assert_eq!(run.stdout, "");
}

/// What reads a pipe may go away before the end.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = Folder::new();
    let ends = |words: &[&str]| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = Run::of(
            folder.command(words).stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap(),
        );
        assert!(!run.stderr.contains("panicked") && !run.stderr.contains("Broken pipe"), "{}", run.stderr);
        run.code
    };
    assert_eq!(ends(&["-help"]), 0);
    assert_eq!(ends(&["--gen", "rust", "base.thrift", "--check"]), 3);
    assert_eq!(ends(&["--gen", "rust", "base.thrift", "-v"]), 0);
    assert_eq!(folder.files("gen-rust"), ["base.rs", "mod.rs"]);
}
