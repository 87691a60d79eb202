//! What build systems and those who tune the output ask of the command: paths, depfiles, options of the generator, stages.

use super::{BASE, Folder, Run, UNKNOWN_TYPE};
use std::fs;
#[cfg(unix)]
use std::process::Command;

#[test]
fn outputs_are_listed_and_not_written() {
    for word in ["-list-outputs", "--list-outputs"] {
        let folder = Folder::new();
        let run = folder.fine(&["-r", "--gen", "rust", word, "example.thrift", "nested.thrift"]);
        assert_eq!(
            run.stdout,
            "gen-rust/base.rs\ngen-rust/example.rs\ngen-rust/foo/bar/mod.rs\ngen-rust/foo/bar/nested.rs\n\
             gen-rust/foo/mod.rs\ngen-rust/mod.rs\n"
        );
        assert!(!folder.0.join("gen-rust").exists());
        folder.fine(&["-r", "--gen", "rust", "-out", "x", "example.thrift"]);
        assert_eq!(
            folder.fine(&["--gen", "rust", "-out", "x", word, "example.thrift"]).stdout,
            "x/example.rs\nx/mod.rs\n",
            "what is there already is listed, what other runs wrote is not"
        );
        folder.ends(1, &["--gen", "rust", word, "unknown.thrift"]);
        folder.ends(2, &["--gen", "rust", word, "-check", "base.thrift"]);
    }
}

#[test]
fn a_depfile_says_what_depends_on_what() {
    let folder = Folder::new();
    let command = ["-r", "--gen", "rust", "-depfile", "deps/a.d", "example.thrift"];
    let expected =
        "gen-rust/base.rs \\\n  gen-rust/example.rs \\\n  gen-rust/mod.rs: \\\n  example.thrift \\\n  base.thrift\n";
    for _ in 0..2 {
        folder.fine(&command);
        assert_eq!(folder.read("deps/a.d"), expected, "also when nothing had to be written");
    }
    folder.put("base.thrift", UNKNOWN_TYPE);
    folder.put("deps/a.d", "before");
    folder.ends(1, &command);
    assert_eq!(folder.read("deps/a.d"), "before", "only a run that succeeds writes it");
    folder.ends(2, &["--gen", "rust", "-depfile", "a.d", "-check", "base.thrift"]);
    assert_eq!(folder.files("deps"), ["a.d"]);
}

/// make reads the names as they are.
#[cfg(unix)]
#[test]
fn make_reads_a_depfile() {
    let folder = Folder::new();
    folder.put("a b#c:$d.thrift", BASE);
    folder.fine(&["--gen", "rust", "-out", "g n", "-depfile", "a.d", "a b#c:$d.thrift"]);
    folder.put("Makefile", "include a.d\ng\\ n/mod.rs:\n\t@echo '$?'\n");
    fs::remove_file(folder.0.join("g n/mod.rs")).unwrap();
    let make = Command::new("make").args(["g n/mod.rs"]).current_dir(&folder.0).output();
    let Ok(make) = make else {
        assert!(std::env::var_os("CI").is_none(), "CI has make");
        return;
    };
    let run = Run::of(make);
    assert_eq!((run.code, run.stdout.as_str()), (0, "a b#c:$d.thrift\n"), "{}", run.stderr);
}

#[test]
fn standard_input_is_the_module_stdin() {
    let folder = Folder::new();
    let run = |words: &[&str]| {
        let mut command = folder.command(words);
        let input = fs::File::open(folder.0.join("example.thrift")).unwrap();
        Run::of(command.stdin(input).output().unwrap())
    };
    let done = run(&["-r", "--gen", "rust", "-depfile", "a.d", "-"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    folder.declares("gen-rust/mod.rs", &["base", "stdin"]);
    assert!(folder.read("gen-rust/stdin.rs").contains("pub trait Greeter"));
    assert!(folder.read("a.d").ends_with("gen-rust/stdin.rs: \\\n  base.thrift\n"), "{}", folder.read("a.d"));
}

#[test]
fn options_name_things_by_their_paths() {
    let folder = Folder::new();
    let options = "rust:derive=base.Base:Copy,attribute=base.Base.id:#[doc(alias = \"a, b\")],name=example.Example:Ex";
    folder.fine(&["-r", "--gen", options, "example.thrift"]);
    let base = folder.read("gen-rust/base.rs");
    assert!(base.contains(", Copy)]") && base.contains("    #[doc(alias = \"a, b\")]\n    pub id"), "{base}");
    assert!(folder.read("gen-rust/example.rs").contains("pub struct Ex {"));

    let run = folder.ends(1, &["--gen", "rust:derive=base.Bsae:Copy", "base.thrift"]);
    assert!(run.stderr.contains("did you mean `base.Base`?"), "{}", run.stderr);
    folder.put("broken.thrift", "struct Whole {}\nstruct Broken {");
    let run = folder.ends(1, &["--gen", "rust:derive=broken.Broken:Copy", "broken.thrift"]);
    assert!(!run.stderr.contains("unknown-path"), "what is broken may be named: {}", run.stderr);
    for wrong in [
        "binary=list",
        "derive",
        "derive=base.Base",
        "derive=base.Base:a b",
        "name=base.Base:1",
        "attribute=.:deprecated",
    ] {
        let run = folder.ends(2, &["--gen", &format!("rust:{wrong}"), "base.thrift"]);
        assert!(run.stderr.contains("the generator's option `"), "{}", run.stderr);
    }
}

#[test]
fn each_stage_can_be_looked_at() {
    let folder = Folder::new();
    let stdout = |stage| folder.fine(&["inspect", "-stage", stage, "example.thrift"]).stdout;
    let ast = stdout("ast");
    assert!(ast.contains("text: \"Example\"") && ast.contains("span: 3:8,"), "{ast}");
    assert!(!ast.contains('@') && !ast.contains("\"Base\""), "{ast}");
    let model = stdout("model");
    assert!(model.starts_with("Schema {") && model.contains("name: \"Base\"") && !model.contains("span"), "{model}");
    let view = stdout("view");
    assert!(
        view.starts_with("// example.rs\nStruct(\n    StructView {") && view.contains("\"GreeterClient\""),
        "{view}"
    );
    assert!(!folder.0.join("gen-rust").exists());

    let run = folder.ends(1, &["inspect", "-stage", "ast", "unknown.thrift"]);
    assert!(run.stdout.contains("\"Missing\"") && run.stderr.contains("unknown-type"), "{}", run.stdout);
    assert_eq!(folder.ends(1, &["inspect", "-stage", "view", "unknown.thrift"]).stdout, "");
    folder.ends(2, &["inspect", "-stage", "tokens", "base.thrift"]);

    folder.put("inspect", BASE);
    folder.fine(&["inspect", "--gen", "rust"]);
    assert_eq!(folder.files("gen-rust"), ["inspect.rs", "mod.rs"]);
}
