//! The client's balancer keeps its promise while servers are killed. nginx has its turn in tests/peers/run.

use std::process::Command;

#[test]
fn tower() {
    let output = Command::new(env!("CARGO_BIN_EXE_scaling")).args(["tower", "--seconds", "2"]).output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}{stderr}");
    assert!(stdout.contains(" 0 wrong, 0 failed"), "{stdout}");
    // Each of three servers was killed once at least, and called before and after.
    assert_eq!(stdout.lines().filter(|line| line.contains(" + ")).count(), 3, "{stdout}");
}
