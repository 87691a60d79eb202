//! The programs of examples/request-response understand one another: those in Rust and those in Python.

use super::cross::process::Program;
use super::thriftpy2;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

const LISTENING: &str = "listening on ";

#[test]
fn python_client_calls_rust_server() {
    let mut server = rust("server", &["127.0.0.1:0"]);
    let address = address(&mut server);
    for (place, message) in [(address.clone(), "Hello, Rust!"), (format!("http://{address}/"), "Grüße 🦀")] {
        let output = python("client.py", &[&place, message]).finish("").unwrap();
        assert_eq!(output.trim_end(), format!("Modified: {message}"));
    }
}

#[test]
fn rust_client_calls_python_server() {
    let mut server = python("server.py", &["0"]);
    let url = format!("http://{}", address(&mut server));
    for message in ["Hello, Python!", "Grüße 🦀"] {
        let output = rust("client", &[&url, message]).finish("").unwrap();
        assert_eq!(output.trim_end(), format!("Modified: {message}"));
    }
}

#[test]
fn rust_calls_itself() {
    assert_eq!(rust("request-response", &[]).finish("").unwrap(), "Modified: Hello, ThriftPy!\n");
}

#[test]
fn python_calls_itself() {
    let mut server = python("server.py", &["0"]);
    let address = address(&mut server);
    assert_eq!(python("client.py", &[&address]).finish("").unwrap(), "Modified: Hello, Thrift!\n");
}

fn address(server: &mut Program) -> String {
    server.line(LISTENING).unwrap_or_else(|why| panic!("{why}")).split_off(LISTENING.len())
}

fn python(script: &str, arguments: &[&str]) -> Program {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/request-response/python");
    thriftpy2().run(&folder.join(script), arguments)
}

/// Runs a program of the example.
fn rust(program: &str, arguments: &[&str]) -> Program {
    // The tests of one package cannot count on the programs of another: they may not be built, or old.
    static FOLDER: LazyLock<Result<PathBuf, String>> = LazyLock::new(build);
    let folder = FOLDER.as_ref().unwrap_or_else(|why| panic!("the example's programs cannot be built: {why}"));
    let program = folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    Program::start(Command::new(program).args(arguments), "Cargo has not built it there")
        .unwrap_or_else(|why| panic!("{why}"))
}

/// Builds them in the target folder that this test is in. Returns where they are.
fn build() -> Result<PathBuf, String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--quiet", "--package", "request-response", "--bins", "--target-dir"]).arg(&target);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(target.join("debug"))
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
