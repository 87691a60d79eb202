//! Reads the files that the user named and all that they include; the only reader of files.
//!
//! Reading and checking files, and rendering for people what is wrong with them, takes at most 500 bytes of memory for each
//! byte of the files, and 36 MiB beside, whatever the files hold. (What people write takes some thirty.) A test keeps this.

mod files;
mod utf8;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{Document, Header, Include};
use crate::syntax::parser;
use crate::syntax::program::{File, FileId, Program};
pub use files::{Disk, Files, Memory};

/// The most bytes that a file may have: 64 MiB, some hundred times what people write.
pub const MAX_FILE_SIZE: usize = 64 << 20;

/// The path that stands for standard input.
pub const STDIN: &str = "-";

/// The code of what is told of an include without a file.
pub const MISSING_INCLUDE: &str = "missing-include";

/// What [`load`] makes of the files.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The texts, for diagnostics.
    pub sources: SourceMap,
    /// The parsed files.
    pub program: Program,
    /// Every file that was read, in the order of reading.
    pub read: Vec<ReadFile>,
    /// Where files were looked for that are included and missing.
    pub missing: Vec<PathBuf>,
    /// What is wrong with form and files. With an error among it the program is not complete.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFile {
    /// The path as the user would write it.
    pub path: PathBuf,
    /// How long reading took.
    pub reading: Duration,
    /// How long parsing took.
    pub parsing: Duration,
}

/// Reads and parses `roots` and all that they include, each file once.
///
/// An absolute include path is only looked for as it is; any other in the folder of the including file and then in
/// each of `include_dirs`, in that order. What is wrong stands in [`Loaded::diagnostics`].
pub fn load(files: &dyn Files, roots: &[PathBuf], include_dirs: &[PathBuf]) -> Loaded {
    let mut loader = Loader { files, include_dirs, known: HashMap::new(), open: Vec::new(), loaded: Loaded::default() };
    for root in roots {
        loader.root(root);
    }
    loader.loaded
}

struct Loader<'a> {
    files: &'a dyn Files,
    include_dirs: &'a [PathBuf],
    /// Every file that was met, by its canonical path.
    known: HashMap<PathBuf, State>,
    /// The chain of includes that is being read, from a root down. A stack of our own: chains may be very long.
    open: Vec<Open>,
    loaded: Loaded,
}

#[derive(Clone, Copy)]
enum State {
    /// It is in [`Loader::open`], at this place.
    Open(usize),
    /// It and all that it includes is read.
    Done(FileId),
    /// It could not be read, which was reported.
    Failed,
}

/// A file whose includes are being read.
struct Open {
    canonical: PathBuf,
    path: PathBuf,
    document: Document,
    /// The include headers that are still to be looked at, the next one last.
    to_do: Vec<Include>,
    includes: Vec<Option<FileId>>,
}

impl Loader<'_> {
    fn root(&mut self, path: &Path) {
        let canonical = match self.files.canonical(path) {
            Ok(canonical) => canonical,
            Err(error) => return self.unreadable(path, &error, None),
        };
        if !self.known.contains_key(&canonical) {
            self.open(canonical.clone(), path.to_owned(), None);
            self.read_includes();
        }
        if let Some(State::Done(file)) = self.known.get(&canonical)
            && !self.loaded.program.roots.contains(file)
        {
            self.loaded.program.roots.push(*file);
        }
    }

    /// Reads on until no file is open.
    fn read_includes(&mut self) {
        while let Some(open) = self.open.last_mut() {
            match open.to_do.pop() {
                Some(include) => self.include(&include),
                None => self.close(),
            }
        }
    }

    /// Finds out which file an include of the last open file is, and opens it if it is a new one.
    fn include(&mut self, include: &Include) {
        if include.path.value.is_empty() {
            let empty = Diagnostic::error("missing-include", "the include names no file", include.path.span);
            self.loaded.diagnostics.push(empty);
            return self.included(None);
        }
        let Some(found) = self.find(include) else { return self.included(None) };
        match self.known.get(&found.canonical).copied() {
            Some(State::Done(file)) => self.included(Some(file)),
            Some(State::Failed) => self.included(None),
            Some(State::Open(at)) => {
                self.report_cycle(at, include);
                self.included(None);
            }
            // The includer hears of it when the file is closed.
            None => self.open(found.canonical, found.path, Some(include.path.span)),
        }
    }

    /// Notes the file of the last open file's next include.
    fn included(&mut self, file: Option<FileId>) {
        if let Some(includer) = self.open.last_mut() {
            includer.includes.push(file);
        }
    }

    /// Reads and parses a file, and puts it on the stack of open ones.
    fn open(&mut self, canonical: PathBuf, path: PathBuf, included_at: Option<Span>) {
        let reading = Instant::now();
        let text = match self.files.read(&path).and_then(within_limit) {
            Ok(bytes) => utf8::Text::decode(bytes),
            Err(error) => {
                self.unreadable(&path, &error, included_at);
                self.known.insert(canonical, State::Failed);
                return self.included(None);
            }
        };
        let reading = reading.elapsed();
        let name = if path == Path::new(STDIN) { "<stdin>".to_owned() } else { path.display().to_string() };
        let source = self.loaded.sources.add(name, text.text, included_at);
        let decoded = &self.loaded.sources.source(source).text;
        let invalid = text.not_utf8.and_then(|bytes| utf8::report(source, decoded, &bytes));
        let parsing = Instant::now();
        let document = match invalid {
            Some(invalid) => {
                self.loaded.diagnostics.push(invalid);
                parser::unread(source, decoded)
            }
            None => {
                let text = &self.loaded.sources.source(source).text;
                parser::parse(source, text, &mut self.loaded.diagnostics)
            }
        };
        self.loaded.read.push(ReadFile { path: path.clone(), reading, parsing: parsing.elapsed() });
        let mut to_do: Vec<Include> = document.headers.iter().filter_map(include_header).cloned().collect();
        to_do.reverse();
        self.known.insert(canonical.clone(), State::Open(self.open.len()));
        self.open.push(Open { canonical, path, document, to_do, includes: Vec::new() });
    }

    /// Takes the last open file from the stack: all that it includes is read.
    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let file = FileId(self.loaded.program.files.len());
        self.known.insert(open.canonical.clone(), State::Done(file));
        let (stem, folder) = names(&open.path, &open.canonical);
        self.loaded.program.files.push(File { stem, folder, document: open.document, includes: open.includes });
        self.included(Some(file));
    }

    /// The first file of the search path that exists; a diagnostic if there is none.
    fn find(&mut self, include: &Include) -> Option<Found> {
        let wanted = Path::new(&include.path.value);
        let mut folders = Vec::new();
        if !wanted.is_absolute() {
            let includer = self.open.last().map(|open| open.path.as_path()).unwrap_or(Path::new(""));
            folders.push(includer.parent().unwrap_or(Path::new("")).to_owned());
            folders.extend(self.include_dirs.iter().cloned());
        } else {
            folders.push(PathBuf::new());
        }
        let mut searched = Vec::new();
        for folder in &folders {
            let path = if wanted == Path::new(STDIN) && folder.as_os_str().is_empty() {
                Path::new(".").join(wanted)
            } else {
                folder.join(wanted)
            };
            if let Ok(canonical) = self.files.canonical(&path) {
                return Some(Found { canonical, path });
            }
            searched.push(path);
        }
        self.loaded.missing.append(&mut searched);
        self.report_missing(include, if wanted.is_absolute() { &[] } else { &folders });
        None
    }

    fn report_missing(&mut self, include: &Include, folders: &[PathBuf]) {
        let message = format!("the included file `{}` does not exist", include.path.value);
        let mut missing = Diagnostic::error("missing-include", message, include.path.span);
        if !folders.is_empty() {
            let mut searched: Vec<String> = Vec::new();
            for folder in folders {
                let name = if folder.as_os_str().is_empty() { ".".to_owned() } else { folder.display().to_string() };
                let name = format!("`{name}`");
                if !searched.contains(&name) {
                    searched.push(name);
                }
            }
            missing = missing
                .at(format!("looked for in {}", searched.join(", ")))
                .help("name the folder that the path starts from with `-I`");
        }
        self.loaded.diagnostics.push(missing);
    }

    /// An include leads back to the file at `at` of the chain.
    fn report_cycle(&mut self, at: usize, include: &Include) {
        let cycle = self.open.get(at..).unwrap_or_default();
        let name = |open: &Open| format!("`{}`", open.path.display());
        let mut chain: Vec<String> = cycle.iter().map(name).collect();
        if chain.len() > MAX_CHAIN {
            let left_out = chain.len() - MAX_CHAIN;
            let half = MAX_CHAIN / 2;
            chain.splice(half..half + left_out, [format!("… {left_out} more …")]);
        }
        chain.extend(cycle.first().map(name));
        let message = match cycle {
            [itself] => format!("{} includes itself", name(itself)),
            _ => format!("files include one another in a circle: {}", chain.join(" → ")),
        };
        let diagnostic = Diagnostic::error("include-cycle", message, include.path.span)
            .at("closes the circle")
            .help("move what both files need into a third one");
        self.loaded.diagnostics.push(diagnostic);
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error, included_at: Option<Span>) {
        let message = match error.kind() {
            io::ErrorKind::NotFound => format!("the file `{}` does not exist", path.display()),
            _ => format!("cannot read `{}`: {error}", path.display()),
        };
        self.loaded.diagnostics.push(match included_at {
            Some(span) => Diagnostic::error("unreadable-file", message, span),
            None => Diagnostic::error_without_place("unreadable-file", message),
        });
    }
}

/// How many files of a circle are named.
const MAX_CHAIN: usize = 10;

/// A file that an include names.
struct Found {
    canonical: PathBuf,
    path: PathBuf,
}

fn include_header(header: &Header) -> Option<&Include> {
    match header {
        Header::Include(include) => Some(include),
        Header::CppInclude(_) | Header::Namespace(_) => None,
    }
}

fn within_limit(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if bytes.len() > MAX_FILE_SIZE {
        let message = format!("it is larger than {} MiB", MAX_FILE_SIZE >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// The file's name up to its last dot, and the name of the folder it is in.
fn names(path: &Path, canonical: &Path) -> (String, String) {
    let text = |name: Option<&std::ffi::OsStr>| name.unwrap_or_default().to_string_lossy().into_owned();
    if path == Path::new(STDIN) {
        return ("stdin".to_owned(), String::new());
    }
    (text(path.file_stem()), text(canonical.parent().and_then(Path::file_name)))
}

#[cfg(test)]
mod tests;
