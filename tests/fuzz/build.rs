//! Generates the types of peer.thrift, by this compiler and, for the feature `apache`, by Apache's.

use std::path::Path;
use std::process::Command;
use std::{env, error, fs};

fn main() -> Result<(), Box<dyn error::Error>> {
    let builder = || thrift_gen::Builder::new();
    builder().name("peer").compile(&["peer.thrift"])?;
    let other = ["keep_unknown", "map=index", "set=vec", "string=shared", "binary=vec"];
    other
        .into_iter()
        .fold(builder(), |builder, option| builder.option(option))
        .name("other")
        .compile(&["peer.thrift"])?;
    if env::var_os("CARGO_FEATURE_APACHE").is_some() {
        apache(&Path::new(&env::var("OUT_DIR")?).join("apache.rs"))?;
    }
    Ok(())
}

fn apache(file: &Path) -> Result<(), Box<dyn error::Error>> {
    let folder = file.with_extension("d");
    fs::create_dir_all(&folder)?;
    let status = Command::new("thrift").args(["--gen", "rs", "-out"]).arg(&folder).arg("peer.thrift").status();
    let status = status.map_err(|error| format!("the feature `apache` needs the command `thrift`: {error}"))?;
    if !status.success() {
        return Err("thrift failed".into());
    }
    // What is included may not have attributes of its own; and a union of which only an unknown field is there panics.
    let code = fs::read_to_string(folder.join("peer.rs"))?;
    let code =
        code.replace(r#"ret.expect("return value should have been constructed")"#, r#"ret.ok_or("no known field")?"#);
    let lines = code.lines().filter(|line| !line.starts_with("#!["));
    Ok(fs::write(file, lines.collect::<Vec<_>>().join("\n"))?)
}
