//! A crate below the target folder, made of generated code: written, built, linted, documented and run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use thrift_gen::Builder;
use thrift_gen::output::{self, Extent, GeneratedFile};

use crate::idl::Schema;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

pub(crate) struct Project {
    name: &'static str,
    dir: PathBuf,
}

impl Project {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, dir: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name) }
    }

    /// Writes the IDL, generates from it with these options, and gives back what was generated.
    pub(crate) fn generate(&self, schema: &Schema, options: &[&str]) -> Vec<GeneratedFile> {
        let idl = self.dir.join("idl");
        let _ = fs::remove_dir_all(&idl);
        let mut roots = Vec::new();
        for (file, it) in schema.files.iter().enumerate() {
            let path = idl.join(format!("{}.thrift", it.path));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, schema.text(file)).unwrap();
            roots.push(path);
        }
        let builder = Builder::new().nowarn(true).allow_64bit_consts(true);
        let generation = options.iter().copied().fold(builder, Builder::option).generate(&roots).unwrap();
        let files = generation.into_files().unwrap_or_else(|error| panic!("{error}"));
        output::plan(&self.dir.join("gen-rust"), files.clone(), Extent::Whole).unwrap().apply().unwrap();
        files
    }

    /// Writes a file of the crate, unless it is as it should be.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return;
        }
        fs::write(path, text).unwrap();
    }

    /// Writes the manifest. The crate's dependencies are built already, with the same features, for this workspace.
    pub(crate) fn write_manifest(&self, targets: &str) {
        let name = self.name;
        let manifest = format!(
            "[workspace]\n\n[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
            [dependencies]\nthrift-runtime = {{ path = {:?}, features = [\"bytestring\", \"indexmap\"] }}\n\
            tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\", \"sync\", \"time\"] }}\n\n\
            # Of the crate alone: its dependencies are shared.\n\
            [profile.dev.package.{name}]\ndebug = false\nincremental = false\n\n{targets}",
            Path::new(ROOT).join("runtime")
        );
        self.write("Cargo.toml", &manifest);
        if !self.dir.join("Cargo.lock").exists() {
            fs::copy(Path::new(ROOT).join("Cargo.lock"), self.dir.join("Cargo.lock")).unwrap();
        }
    }

    /// Builds it, with clippy's lints where there is clippy. Gives back where the runtime is.
    pub(crate) fn build(&self) -> PathBuf {
        let mut cargo = self.cargo("build");
        cargo.arg("--message-format=json-render-diagnostics");
        if Command::new("clippy-driver").arg("-V").output().is_ok_and(|output| output.status.success()) {
            cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
        } else {
            assert!(env::var_os("CI").is_none(), "CI has clippy");
        }
        let messages = run(&mut cargo);
        let mut paths =
            messages.split('"').filter(|path| path.contains("libthrift_runtime-") && path.ends_with(".rlib"));
        PathBuf::from(paths.next_back().unwrap())
    }

    /// Documents those of the generated files, and looks for tests in their documentation, of which there are none.
    pub(crate) fn document<'a>(&self, files: impl Iterator<Item = &'a GeneratedFile>, runtime: &Path) {
        let module = |file: &GeneratedFile| {
            let name = file.path.file_stem().unwrap().display();
            format!("#[path = \"../gen-rust/{}\"]\npub mod {name};\n", file.path.display())
        };
        let modules: String = files.map(module).collect();
        self.write("src/documented.rs", &format!("//! Written by the test.\n\n#![deny(rustdoc::all)]\n\n{modules}"));
        let mut dependency = OsString::from("thrift_runtime=");
        dependency.push(runtime);
        let rustdoc = || {
            let mut rustdoc = Command::new("rustdoc");
            rustdoc
                .args(["--edition=2024", "--crate-name=matrix", "-Dwarnings", "src/documented.rs", "--extern"])
                .arg(&dependency);
            rustdoc.arg("-L").arg(runtime.with_file_name("")).current_dir(&self.dir);
            rustdoc
        };
        run(rustdoc().args(["--out-dir", "doc"]));
        assert!(run(rustdoc().arg("--test")).contains("running 0 tests"));
    }

    /// Runs the program of the project's name, which was built.
    pub(crate) fn run(&self) {
        run(&mut Command::new(target().join("debug").join(self.name)));
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args([command, "--quiet", "--offline"]).current_dir(&self.dir).env("CARGO_TARGET_DIR", target());
        cargo
    }
}

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{stdout}{stderr}");
    stdout.into_owned()
}
