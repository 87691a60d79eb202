//! The program does what it says, and nothing of an async runtime is in it.

use std::process::Command;

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn threads_call_and_the_server_stops() {
    assert_eq!(run(&mut Command::new(env!("CARGO_BIN_EXE_blocking"))), "400 calls\nno more calls\n");
}

#[test]
fn no_async_runtime_is_built() {
    let tree = ["tree", "--locked", "--offline", "--edges", "normal", "--prefix", "none", "--package", "blocking"];
    let tree = run(Command::new(env!("CARGO")).args(tree).current_dir(env!("CARGO_MANIFEST_DIR")));
    assert!(tree.contains("thrift-runtime"), "{tree}");
    for runtime in ["tokio", "hyper", "futures", "async"] {
        assert!(!tree.lines().any(|line| line.starts_with(runtime)), "{tree}");
    }
}
