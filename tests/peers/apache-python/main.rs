//! Apache's Python library encodes values as we do. What it says over the wire is tested by the matrix.

#[path = "../../cross/mod.rs"]
mod cross;

use cross::mode::Protocol;
use cross::process::Program;
use cross::python::PythonPeer;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

fn apache() -> &'static PythonPeer {
    static PEER: LazyLock<Result<PythonPeer, String>> = LazyLock::new(|| {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("apache-python");
        let generated = target.join("generated");
        generate(&tests, &generated)?;
        PythonPeer::new(&tests, "peers/apache-python", &target.join("environment"), Some(&generated))
    });
    PEER.as_ref().unwrap_or_else(|why| panic!("{why}"))
}

/// Has Apache's compiler write the modules `cross` and `newer`.
fn generate(tests: &Path, out: &Path) -> Result<(), String> {
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    for idl in ["golden/cross/cross.thrift", "cross/newer.thrift"] {
        let mut command = Command::new("thrift");
        command.args(["--gen", "py", "-out"]).arg(out).arg(tests.join(idl));
        let advice = "install Apache Thrift's compiler (on Debian and Ubuntu `apt-get install thrift-compiler`)";
        Program::start(&mut command, advice)?.finish("")?;
    }
    Ok(())
}

#[test]
fn both_encode_binary_alike() {
    apache().encodes_alike(Protocol::Binary);
}

#[test]
fn both_encode_compact_alike() {
    apache().encodes_alike(Protocol::Compact);
}

#[test]
fn both_encode_json_alike() {
    apache().encodes_alike(Protocol::Json);
}

#[test]
fn both_print_simple_json_alike() {
    apache().prints_alike();
}
