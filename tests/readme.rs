//! The README does what it says: its walk is walked, its programs are run, its options are those of the command line.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use thrift_gen::builder::options::GENERATOR_OPTIONS;

const README: &str = include_str!("../README.md");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A block between fences: what stands behind the opening fence, and the text.
struct Block {
    info: &'static str,
    text: &'static str,
}

impl Block {
    fn file(&self) -> Option<&'static str> {
        self.info.split(' ').find_map(|word| word.strip_prefix("file="))
    }

    fn is(&self, word: &str) -> bool {
        self.info.split(' ').any(|found| found == word)
    }
}

fn blocks() -> Vec<Block> {
    let parts: Vec<&str> = README.split("```").collect();
    assert_eq!(parts.len() % 2, 1, "every fence is closed");
    let blocks = parts.into_iter().skip(1).step_by(2).map(|block| block.split_once('\n').unwrap());
    blocks.map(|(info, text)| Block { info, text }).collect()
}

/// From the IDL to a running crate, and every other snippet in the same crate's tests.
#[test]
fn the_walk_leads_to_a_running_crate() {
    let hello = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme/hello");
    let _ = fs::remove_dir_all(&hello);
    fs::create_dir_all(hello.join("src")).unwrap();
    fs::copy(Path::new(ROOT).join("Cargo.lock"), hello.join("Cargo.lock")).unwrap();
    let mut manifest = "[workspace]\n\n[package]\nname = \"hello\"\nedition = \"2024\"\n\n".to_owned();
    let mut program = String::new();
    for block in blocks() {
        match block.file() {
            Some("Cargo.toml") => manifest += &block.text.replace("../thrift-gen", ROOT),
            Some("src/main.rs") => program = block.text.to_owned(),
            Some(file) if file.ends_with(".thrift") => fs::write(hello.join(file), block.text).unwrap(),
            _ => {}
        }
    }
    fs::write(hello.join("Cargo.toml"), manifest).unwrap();
    fs::write(hello.join("src/main.rs"), program + &snippets()).unwrap();

    let thrift_gen = || Command::new(env!("CARGO_BIN_EXE_thrift-gen"));
    for block in blocks().iter().filter(|block| block.is("walk")) {
        let mut words = block.text.split_whitespace();
        assert_eq!(words.next(), Some("thrift-gen"));
        run(thrift_gen().args(words).current_dir(&hello));
    }
    // The second IDL comes with the snippets. Runs add up.
    run(thrift_gen().args(["--gen", "rust:borrowed", "store.thrift"]).current_dir(&hello));
    let cargo = |command| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
        run(cargo.args([command, "--quiet"]).current_dir(&hello).env("CARGO_TARGET_DIR", target))
    };
    assert_eq!(cargo("run"), "Modified: Hello, ThriftPy!\n");
    assert!(cargo("test").contains("1 passed"));
}

/// The snippets that need a function around them: the first one's items are there for the others.
fn snippets() -> String {
    let mut test = "\n#[tokio::test]\nasync fn snippets() -> Result<(), Box<dyn std::error::Error>> {\n".to_owned();
    for (index, block) in blocks().iter().filter(|block| block.is("snippet")).enumerate() {
        test += &if index == 0 { block.text.to_owned() } else { format!("{{\n{}}}\n", block.text) };
    }
    test + "Ok(())\n}\n"
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{stdout}{stderr}");
    stdout
}

/// The example crate is built as the README says, and Cargo runs it in every test of the workspace.
#[test]
fn the_build_script_is_the_example_s() {
    let example =
        |file: &str| fs::read_to_string(Path::new(ROOT).join("examples/request-response").join(file)).unwrap();
    let blocks = blocks();
    let script = blocks.iter().find(|block| block.file() == Some("build.rs")).unwrap();
    assert!(example("build.rs").ends_with(script.text), "{}", script.text);
    let module = blocks.iter().find(|block| block.info == "rust build").unwrap();
    assert!(example("src/lib.rs").contains(module.text), "{}", module.text);
    let dependency = blocks.iter().find(|block| block.info == "toml build").unwrap();
    assert!(dependency.text.contains("thrift-gen = {") && dependency.text.contains("default-features = false"));
    assert!(example("Cargo.toml").contains("default-features = false }"));
    assert_eq!(example("example.thrift"), blocks[0].text);
}

/// It takes certificates, and is compiled in the docs of the runtime.
#[test]
fn the_example_of_tls_is_the_runtime_s() {
    let docs = fs::read_to_string(Path::new(ROOT).join("runtime/src/tls/server.rs")).unwrap();
    let docs: String = docs
        .lines()
        .filter_map(|line| line.strip_prefix("///"))
        .fold(String::new(), |docs, line| docs + line.strip_prefix(' ').unwrap_or(line) + "\n");
    let block = blocks().into_iter().find(|block| block.is("tls")).unwrap();
    assert!(docs.contains(block.text), "{docs}");
}

/// No block is left out.
#[test]
fn every_block_is_known() {
    for block in blocks() {
        let known = block.file().is_some()
            || ["walk", "snippet", "build", "tls"].iter().any(|word| block.is(word))
            // The commands of a fresh machine: CI runs them.
            || block.text == "cargo run -p request-response\n"
            || block.text == "cargo test --workspace\n"
            || block.text == "cargo install --path . --locked\n"
            // What a comment silences; tests/diagnostics has the same.
            || block.info == "thrift"
            // What examples/blocking depends on.
            || block.info == "toml text"
            || block.text == "cargo new hello\ncd hello\n";
        assert!(known, "```{}\n{}```", block.info, block.text);
    }
}

/// The README's tables and `-help` name the same options.
#[test]
fn the_options_are_those_of_the_help() {
    let help = run(Command::new(env!("CARGO_BIN_EXE_thrift-gen")).arg("-help"));
    for option in
        ["-r", "-recurse", "-I", "-o", "-out", "-check", "-strict", "-nowarn", "-allow-neg-keys", "-v", "-debug"]
            .into_iter()
            .chain(["-allow-64bit-consts", "-verbose", "-help", "-version"])
    {
        assert!(README.contains(&format!("`{option}")), "{option} in the README");
        assert!(help.contains(option), "{option} in the help");
    }
    for option in GENERATOR_OPTIONS {
        let documented = [format!("`{}`", option.key), format!("`{}=", option.key)];
        assert!(documented.iter().any(|option| README.contains(option)), "{} in the README", option.key);
    }
    let documented = README.lines().filter_map(|line| line.strip_prefix("| `-")).count();
    let flags = help.lines().filter(|line| line.starts_with("  -") && !line.starts_with("  -gen")).count();
    // `-help` and `-version` share a line of the table; `-gen` has one.
    assert_eq!(documented, flags, "as many options in the README as in the help");
}

/// Links into the repository lead somewhere.
#[test]
fn links_lead_somewhere() {
    for link in README.split("](").skip(1).filter_map(|after| after.split(')').next()) {
        assert!(link.starts_with("https://") || PathBuf::from(ROOT).join(link).exists(), "{link}");
    }
}
