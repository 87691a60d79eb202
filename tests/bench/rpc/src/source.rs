//! Whose programs are measured, and how they are made ready when they are needed.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;

/// Where a program comes from.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    /// It is this program.
    This,
    /// A package of this workspace, whose program has its name.
    Package(&'static str),
    /// The script for ThriftPy2.
    ThriftPy2,
}

impl Source {
    /// Builds or installs the program, and returns the words that start it. `this` is the path of this one.
    pub(crate) fn prepare(self, this: &Path) -> Result<Vec<PathBuf>> {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        match self {
            Self::This => Ok(vec![this.to_owned()]),
            Self::Package(package) => Ok(vec![build(&bench, package)?]),
            Self::ThriftPy2 => Ok(vec![environment(&bench)?, bench.join("rpc-peers/thriftpy2/echo.py")]),
        }
    }
}

fn build(bench: &Path, package: &str) -> Result<PathBuf> {
    let target = bench.join("target");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--locked", "--quiet", "--package", package, "--target-dir"]).arg(&target);
    let status = cargo.arg("--manifest-path").arg(bench.join("Cargo.toml")).status()?;
    if !status.success() {
        return Err(format!("{package} does not build").into());
    }
    Ok(target.join("release").join(package))
}

/// A Python with the library that the tests use.
fn environment(bench: &Path) -> Result<PathBuf> {
    let tests = bench.join("..");
    let mut python = Command::new("python3");
    python.arg(tests.join("cross/python/environment.py")).arg(bench.join("target/thriftpy2"));
    let output = python.arg(tests.join("thriftpy2/requirements.txt")).output();
    let output = output.map_err(|error| format!("python3, of Debian's package of that name, does not run: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim_end().into())
}
