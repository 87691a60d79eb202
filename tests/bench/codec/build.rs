//! Generates each library's code from the same IDL: ours, Apache's with the command `thrift`, pilota's with pilota-build.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=idl");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    // pilota's code is not formatted: that would take a minute.
    // SAFETY: no other thread runs in this program yet.
    unsafe { env::set_var("RUSTFMT", "true") };
    for name in ["workloads", "footer"] {
        let idl = Path::new("idl").join(name).with_extension("thrift");
        let ours = folder(&out, "ours")?;
        thrift_gen::Builder::new()
            .option("borrowed")
            .allow_neg_keys(true)
            .allow("negative-field-id")
            .out_dir(&ours)
            .compile(&[&idl])?;
        apache(&idl, &folder(&out, "apache")?)?;
        let generated = folder(&out, "pilota")?.join(name).with_extension("rs");
        pilota_build::Builder::thrift().ignore_unused(false).compile([&idl], pilota_build::Output::File(generated));
    }
    Ok(())
}

fn folder(out: &Path, peer: &str) -> Result<PathBuf> {
    let folder = out.join(peer);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn apache(idl: &Path, out: &Path) -> Result<()> {
    let output = Command::new("thrift").args(["-allow-neg-keys", "--gen", "rs", "-out"]).arg(out).arg(idl).output();
    match output {
        Ok(output) if output.status.success() => without_inner_attributes(out, idl),
        Ok(output) => Err(format!("thrift: {}", String::from_utf8_lossy(&output.stderr)).into()),
        Err(error) => Err(format!("Apache's compiler, Debian's package thrift-compiler, does not run: {error}").into()),
    }
}

/// A file that is included cannot have attributes of its own.
fn without_inner_attributes(out: &Path, idl: &Path) -> Result<()> {
    let file = out.join(idl.file_name().unwrap_or_default()).with_extension("rs");
    let text = fs::read_to_string(&file)?;
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("#![")).collect();
    Ok(fs::write(file, lines.join("\n"))?)
}
