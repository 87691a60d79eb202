//! The generator as a library call, for a user's build.rs and for the command line.

mod inspect;
pub mod options;

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fmt, mem};

use crate::diagnostic::{self, Diagnostic, Severity};
use crate::level::{LevelError, Levels};
use crate::load;
use crate::model::schema::Schema;
use crate::output::{self, Extent, GeneratedFile};
use crate::source::SourceMap;
use crate::syntax::program::Program;
use crate::{model, view};
pub use inspect::{Inspection, Stage};
use options::{OptionError, Options};

/// Compiles `.thrift` files to Rust.
///
/// In a build.rs:
///
/// ```no_run
/// fn main() -> Result<(), thrift_gen::Error> {
///     thrift_gen::Builder::new().include("idl").compile(&["idl/example.thrift"])
/// }
/// ```
///
/// This writes the tree `OUT_DIR/example/`, named after the first file or by [`name`](Self::name), and in the crate
/// `thrift_runtime::include_thrift!("example");` brings its modules to where it is written. Cargo runs the build script
/// again when a file that was read has changed, and nothing is rewritten that has not.
#[derive(Clone, Debug)]
pub struct Builder {
    include_dirs: Vec<PathBuf>,
    out_dir: Option<PathBuf>,
    name: Option<String>,
    recurse: bool,
    options: Vec<String>,
    levels: Levels,
    /// The first code that does not exist.
    wrong_level: Option<LevelError>,
    model: model::Options,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            include_dirs: Vec::new(),
            out_dir: None,
            name: None,
            recurse: true,
            options: Vec::new(),
            levels: Levels::default(),
            wrong_level: None,
            model: model::Options::default(),
        }
    }
}

impl Builder {
    /// A builder with the default of every setting.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a folder in which included files are searched, after the folder of the file that includes them.
    #[must_use]
    pub fn include(mut self, dir: impl Into<PathBuf>) -> Self {
        self.include_dirs.push(dir.into());
        self
    }

    /// Writes into `dir` instead of `OUT_DIR/<name>`, for generated code that is checked in. Generated files that are
    /// there already and are not written by this run stay, and `mod.rs` lists them too.
    #[must_use]
    pub fn out_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(dir.into());
        self
    }

    /// Names the folder below `OUT_DIR`, and so the argument of `include_thrift!`. By default it is the name of the first
    /// file without `.thrift`. A build script that compiles several trees gives each its own name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Whether included files are generated too. On by default: generated code names the modules of what its file
    /// includes, and nothing else would write them to `OUT_DIR`.
    #[must_use]
    pub fn recurse(mut self, recurse: bool) -> Self {
        self.recurse = recurse;
        self
    }

    /// Sets an option of the generator, written as on the command line behind `--gen rust:`, for instance `types_only`.
    /// [`GENERATOR_OPTIONS`](options::GENERATOR_OPTIONS) lists them; an unknown one is an error of [`compile`](Self::compile).
    #[must_use]
    pub fn option(mut self, option: impl Into<String>) -> Self {
        self.options.push(option.into());
        self
    }

    /// Derives more traits for what `path` names, such as `serde::Serialize`, several with commas between. The README says
    /// what a path is; one that names nothing is an error.
    #[must_use]
    pub fn derive(self, path: &str, traits: &str) -> Self {
        self.option(format!("derive={path}:{traits}"))
    }

    /// Puts attributes before what `path` names, such as `#[must_use]`. The README says what a path is; one that names
    /// nothing is an error.
    #[must_use]
    pub fn attribute(self, path: &str, attribute: &str) -> Self {
        self.option(format!("attribute={path}:{attribute}"))
    }

    /// Generates nothing for what `path` names, a file or a definition, because its Rust is at `rust_path`, such as
    /// `::other_crate::generated::file`. It has to be code that thrift-gen made of the same IDL.
    #[must_use]
    pub fn extern_path(self, path: &str, rust_path: &str) -> Self {
        self.option(format!("extern_path={path}:{rust_path}"))
    }

    /// Has the structs and exceptions that `path` names, or with `.` all, keep the fields that the IDL does not know, so that
    /// they are written back. The README says what a path is; one that names nothing is an error.
    #[must_use]
    pub fn keep_unknown(self, path: &str) -> Self {
        self.option(format!("keep_unknown={path}"))
    }

    /// Adds a type with some fields of the struct that `path` names, several with commas between. It is called like the struct
    /// with `name` behind. Decoding it passes over the other fields. The README says more, and what a path is; one that names
    /// nothing is an error.
    #[must_use]
    pub fn select(self, path: &str, name: &str, fields: &str) -> Self {
        self.option(format!("select={path}:{name}:{fields}"))
    }

    /// Makes fields without an id errors instead of warnings.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.model.strict = strict;
        self
    }

    /// Drops all warnings, except for those that are denied.
    #[must_use]
    pub fn nowarn(mut self, nowarn: bool) -> Self {
        self.levels.nowarn = nowarn;
        self
    }

    /// Silences the warnings of a code, such as `implicit-field-id`. [`CODES`](crate::diagnostic::codes::CODES) has all; an unknown
    /// one, and one of errors, is an error of [`compile`](Self::compile). In the IDL, `// thrift-gen: allow(code)` does the
    /// same for one place; [`level`](crate::level) says which of several settings counts.
    #[must_use]
    pub fn allow(mut self, code: &str) -> Self {
        let wrong = self.levels.allow(code).err();
        self.wrong_level = self.wrong_level.or(wrong);
        self
    }

    /// Makes errors of the warnings of a code, or of all `warnings`. An unknown code is an error of
    /// [`compile`](Self::compile).
    #[must_use]
    pub fn deny(mut self, code: &str) -> Self {
        let wrong = self.levels.deny(code).err();
        self.wrong_level = self.wrong_level.or(wrong);
        self
    }

    /// Keeps ids that are written and not positive, for protocols that depend on them.
    #[must_use]
    pub fn allow_neg_keys(mut self, allow: bool) -> Self {
        self.model.allow_neg_keys = allow;
        self
    }

    /// Gives no warning for constants beyond 32 bits.
    #[must_use]
    pub fn allow_64bit_consts(mut self, allow: bool) -> Self {
        self.model.allow_64bit_consts = allow;
        self
    }

    /// Makes a warning of a missing include, as Apache's compiler does. What it would declare is not defined. Cargo runs the
    /// build script again when the file is there.
    #[must_use]
    pub fn allow_missing_includes(mut self, allow: bool) -> Self {
        self.model.allow_missing_includes = allow;
        self
    }

    /// Compiles the files and writes the generated tree, as far as it differs from what is there.
    ///
    /// In a build script this prints what Cargo has to know to stdout: which files were read, and the warnings. When the
    /// files have errors nothing is written.
    ///
    /// # Errors
    /// All errors of the files, rendered; an option that the generator does not have; no file or no folder to write to; a
    /// file that cannot be written.
    pub fn compile(&self, files: &[impl AsRef<Path>]) -> Result<(), Error> {
        self.compile_in(BuildScript::current().as_ref(), &mut io::stdout().lock(), files)
    }

    fn compile_in(
        &self,
        script: Option<&BuildScript>,
        stdout: &mut dyn Write,
        files: &[impl AsRef<Path>],
    ) -> Result<(), Error> {
        let first = files.first().ok_or(ErrorKind::NoFile)?.as_ref();
        // In `OUT_DIR` nobody else adds to the tree, and what an older IDL left there would still be compiled.
        let (dir, extent) = match (&self.out_dir, script) {
            (Some(dir), _) => (dir.clone(), Extent::Part),
            (None, Some(script)) => (script.out_dir.join(self.tree_name(first)), Extent::Whole),
            (None, None) => return Err(ErrorKind::NoOutDir.into()),
        };
        let generation = self.generate(files)?;
        if script.is_some() {
            generation.tell_cargo(stdout).map_err(ErrorKind::Cargo)?;
        }
        output::plan(&dir, generation.into_files()?, extent)?.apply()?;
        Ok(())
    }

    fn tree_name<'a>(&'a self, first: &'a Path) -> &'a OsStr {
        self.name.as_deref().map_or(first.file_stem().unwrap_or_default(), OsStr::new)
    }

    /// Compiles the files in memory: reads, writes nothing and prints nothing. What is wrong with the files is in
    /// [`Generation::diagnostics`].
    ///
    /// # Errors
    /// For an option that the generator does not have, and a code that does not exist.
    pub fn generate(&self, files: &[impl AsRef<Path>]) -> Result<Generation, Error> {
        // The program goes here, and what is rendered takes its place in memory.
        let Front { sources, read, missing, diagnostics, schema, view, mut stages, .. } = self.front(files)?;
        let files = schema.map(|schema| view::render(&schema, &view));
        stages.end("render");
        Ok(Generation { sources, read, missing, diagnostics, files, stages: stages.done })
    }

    /// The stages before the rendering.
    fn front(&self, files: &[impl AsRef<Path>]) -> Result<Front, Error> {
        let mut chosen = Options::default();
        for option in &self.options {
            options::set(&mut chosen, option)?;
        }
        if let Some(wrong) = &self.wrong_level {
            return Err(ErrorKind::Level(wrong.clone()).into());
        }
        chosen.view.recurse = self.recurse;
        let roots: Vec<PathBuf> = files.iter().map(|file| file.as_ref().to_owned()).collect();

        let mut stages = Stages::start();
        let mut loaded = load::load(&load::Disk, &roots, &self.include_dirs);
        stages.end("load");
        let mut diagnostics = mem::take(&mut loaded.diagnostics);
        if self.model.allow_missing_includes {
            let missing = diagnostics.iter_mut().filter(|diagnostic| diagnostic.code == load::MISSING_INCLUDE);
            missing.for_each(|diagnostic| diagnostic.severity = Severity::Warning);
        }
        // What broken files lack, a path may name.
        let rules = if has_errors(&diagnostics) { Vec::new() } else { chosen.rules };
        let meaning = model::Options { rules, ..self.model.clone() };
        let (schema, found) = model::resolve(&loaded.program, &meaning);
        stages.end("resolve");
        diagnostics.extend(found);
        self.levels.apply(&mut diagnostics, &loaded.sources, &loaded.program);
        // Each stage goes through all files; who mends them goes from file to file.
        diagnostics
            .sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| (label.span.source, label.span.start)));
        let schema = schema.filter(|_| !has_errors(&diagnostics));
        let load::Loaded { sources, program, read, missing, .. } = loaded;
        Ok(Front { sources, program, read, missing, diagnostics, schema, view: chosen.view, stages })
    }
}

/// What is known of the files before Rust is made of them.
struct Front {
    sources: SourceMap,
    program: Program,
    read: Vec<load::ReadFile>,
    missing: Vec<PathBuf>,
    diagnostics: Vec<Diagnostic>,
    /// None when there are errors.
    schema: Option<Schema>,
    view: view::Options,
    stages: Stages,
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// What came of a run, in memory.
#[derive(Debug)]
pub struct Generation {
    /// The texts that the diagnostics point into.
    pub sources: SourceMap,
    /// Every file that was read.
    pub read: Vec<load::ReadFile>,
    /// Where included files were looked for that are missing: when one appears, the output may be another.
    pub missing: Vec<PathBuf>,
    /// The errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// The generated files without the `mod.rs` of each folder; `None` when there are errors.
    pub files: Option<Vec<GeneratedFile>>,
    /// The stages of the run and how long each took.
    pub stages: Vec<(&'static str, Duration)>,
}

impl Generation {
    /// The files that were read from the disk, which are those that the output depends on.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let paths = self.read.iter().map(|file| &file.path);
        paths.filter(|path| path.as_path() != Path::new(load::STDIN)).cloned().collect()
    }

    /// The generated files, or an error that shows what is wrong.
    pub fn into_files(self) -> Result<Vec<GeneratedFile>, Error> {
        let Self { files, diagnostics, sources, .. } = self;
        files.ok_or_else(|| {
            let errors: Vec<Diagnostic> =
                diagnostics.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect();
            ErrorKind::Idl(diagnostic::text::render(&errors, &sources, false)).into()
        })
    }

    /// Cargo's instructions: when to run the build script again, and the warnings, each on one line as Cargo demands.
    fn tell_cargo(&self, stdout: &mut dyn Write) -> io::Result<()> {
        for path in self.inputs().iter().chain(&self.missing) {
            writeln!(stdout, "cargo:rerun-if-changed={}", path.display())?;
        }
        let warnings = self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Warning);
        let (shown, left_out) = diagnostic::text::select(warnings);
        for warning in shown {
            writeln!(stdout, "cargo:warning={}", diagnostic::line::render(warning, &self.sources))?;
        }
        if let Some(left_out) = left_out {
            writeln!(stdout, "cargo:warning={left_out}")?;
        }
        stdout.flush()
    }
}

/// Measures one stage after the other.
struct Stages {
    last: Instant,
    done: Vec<(&'static str, Duration)>,
}

impl Stages {
    fn start() -> Self {
        Self { last: Instant::now(), done: Vec::new() }
    }

    fn end(&mut self, name: &'static str) {
        let now = Instant::now();
        self.done.push((name, now - self.last));
        self.last = now;
    }
}

/// The build script that this process is.
struct BuildScript {
    out_dir: PathBuf,
}

impl BuildScript {
    /// `OUT_DIR` and `CARGO` alone are also set for what `cargo run` and `cargo test` start, `TARGET` is not.
    fn current() -> Option<Self> {
        let out_dir = env::var_os("OUT_DIR")?;
        (env::var_os("CARGO").is_some() && env::var_os("TARGET").is_some()).then(|| Self { out_dir: out_dir.into() })
    }
}

/// Why nothing was generated. Prints what is wrong with the files, with the lines and places; so does `Debug`, because it
/// is what `main` and `unwrap` show of an error.
pub struct Error {
    kind: ErrorKind,
}

enum ErrorKind {
    /// The rendered diagnostics.
    Idl(String),
    Option(OptionError),
    Level(LevelError),
    Output(output::Error),
    Cargo(io::Error),
    NoFile,
    NoOutDir,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::Idl(rendered) => f.write_str(rendered.trim_end()),
            ErrorKind::Option(error) => error.fmt(f),
            ErrorKind::Level(error) => error.fmt(f),
            ErrorKind::Output(error) => error.fmt(f),
            ErrorKind::Cargo(error) => write!(f, "cannot write to stdout, which Cargo reads: {error}"),
            ErrorKind::NoFile => f.write_str("no .thrift file to compile"),
            ErrorKind::NoOutDir => f.write_str(
                "no output folder: call Builder::out_dir, or compile in a build script, where OUT_DIR is set",
            ),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `main` prints `Error: ` before it: diagnostics start on a line of their own.
        if matches!(self.kind, ErrorKind::Idl(_)) {
            f.write_str("\n")?;
        }
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self { kind }
    }
}

impl From<OptionError> for Error {
    fn from(error: OptionError) -> Self {
        ErrorKind::Option(error).into()
    }
}

impl From<output::Error> for Error {
    fn from(error: output::Error) -> Self {
        ErrorKind::Output(error).into()
    }
}

#[cfg(test)]
mod tests;
