//! Each example runs to its end by itself, and prints what it is to show.

use std::process::Command;

#[track_caller]
fn run(program: &str, expected: &[&str]) -> String {
    let output = Command::new(program).output().unwrap();
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{stdout}{stderr}");
    assert_eq!(stdout.lines().collect::<Vec<_>>(), expected, "{stderr}");
    stderr
}

#[test]
fn retry() {
    let again = "again, because the call took too long";
    run(env!("CARGO_BIN_EXE_retry"), &[again, again, "Hello, world!"]);
}

#[test]
fn limits() {
    let lines = ["refused: too many calls at a time", "Hello, first!", "21 calls took more than 200 ms: true"];
    run(env!("CARGO_BIN_EXE_limits"), &lines);
}

#[test]
fn balance() {
    let lines = ["each of 3 servers has answered: true", "600 calls were answered, the last 300 by 2 servers"];
    run(env!("CARGO_BIN_EXE_balance"), &lines);
}

#[test]
fn router() {
    let lines = ["Hello, world! 42", "Hello, old client!", "PROTOCOL_ERROR: Unknown service: 'Abacus'"];
    run(env!("CARGO_BIN_EXE_router"), &lines);
}

#[test]
fn mount() {
    run(env!("CARGO_BIN_EXE_mount"), &["Hello, world at 127.0.0.1, to /greeter!", "42", "in good health"]);
}

#[test]
fn metadata() {
    let lines = [
        "Hello, world! You call Some(\"/greeter\") from 127.0.0.1; bounded: true",
        "Hallo, Welt! You call Some(\"/greeter\") from 127.0.0.1; bounded: true",
        "Hello, framed! You call None from 127.0.0.1; bounded: true",
    ];
    run(env!("CARGO_BIN_EXE_metadata"), &lines);
}

#[test]
fn trace() {
    let id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let stderr = run(env!("CARGO_BIN_EXE_trace"), &[&format!("front in {id} | back in {id}")]);
    // What the handler logs is within its span, and that is within the trace.
    let line = stderr.lines().find(|line| line.contains("greeting world")).expect(&stderr);
    assert!(line.contains("rpc.method=\"greet\"") && line.contains(&format!("trace_id={id}")), "{line}");
}

#[test]
fn metrics() {
    let lines = [
        "server: 1 times add failed, 82 bytes",
        "server: 10 times add returned, 650 bytes",
        "server: 0 calls are running",
        "server: 1 connection",
    ];
    let client = lines[..3].iter().map(|line| line.replace("server", "client"));
    let client: Vec<String> = client.collect();
    let lines: Vec<&str> = lines.into_iter().chain(client.iter().map(String::as_str)).collect();
    run(env!("CARGO_BIN_EXE_metrics"), &lines);
}
