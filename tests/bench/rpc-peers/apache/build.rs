//! Generates Apache's code with the command `thrift`.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const IDL: &str = "../../rpc/idl/echo.thrift";

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed={IDL}");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let output = Command::new("thrift").args(["--gen", "rs", "-out"]).arg(&out).arg(IDL).output();
    let output =
        output.map_err(|error| format!("thrift, of Debian's package thrift-compiler, does not run: {error}"))?;
    if !output.status.success() {
        return Err(format!("thrift: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    // A file that is included cannot have attributes of its own.
    let file = out.join("echo.rs");
    let text = fs::read_to_string(&file)?;
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("#![")).collect();
    Ok(fs::write(file, lines.join("\n"))?)
}
