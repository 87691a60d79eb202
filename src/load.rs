//! Reads the files that the user named and all that they include; the only reader of files.

use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, Span};
use crate::syntax::program::{File, FileId, Program};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub trait Files {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>>;
}
pub struct Disk;
impl Files for Disk {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}
#[derive(Debug)]
pub struct ReadFile {
    pub path: PathBuf,
    pub time: Duration,
}
#[derive(Debug, Default)]
pub struct Loaded {
    pub sources: SourceMap,
    pub program: Program,
    pub read: Vec<ReadFile>,
    pub diagnostics: Vec<Diagnostic>,
}

pub fn load(files: &dyn Files, roots: &[PathBuf], include_dirs: &[PathBuf]) -> Loaded {
    let mut l = Loaded::default();
    for r in roots {
        if let Some(id) = one(&mut l, files, r, include_dirs) {
            l.program.roots.push(id);
        }
    }
    l
}

fn one(l: &mut Loaded, files: &dyn Files, path: &Path, dirs: &[PathBuf]) -> Option<FileId> {
    if let Some(i) = l.read.iter().position(|r| r.path == path) {
        return Some(FileId(i));
    }
    let start = Instant::now();
    let bytes = match files.read(path) {
        Ok(b) => b,
        Err(e) => {
            let s = l.sources.add(path.display().to_string(), String::new());
            l.diagnostics.push(Diagnostic::error("unreadable-file", e.to_string(), Span::new(s, 0, 0)));
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let s = l.sources.add(path.display().to_string(), text.clone());
    let document = crate::syntax::parser::parse(s, &text, &mut l.diagnostics);
    let mut includes = vec![];
    for header in &document.headers {
        let crate::syntax::ast::Header::Include(inc) = header else { continue };
        let mut candidates =
            path.parent().into_iter().chain(dirs.iter().map(|d| d.as_path())).map(|d| d.join(&inc.path.value));
        let found = candidates.find(|c| c.exists());
        if found.is_none() {
            l.diagnostics.push(Diagnostic::error("missing-include", "not found", inc.path.span));
        }
        includes.push(found.and_then(|c| one(l, files, &c, dirs)));
    }
    let stem = path.file_stem()?.to_str()?.to_owned();
    l.program.files.push(File { stem, folder: String::new(), document, includes });
    l.read.push(ReadFile { path: path.into(), time: start.elapsed() });
    Some(FileId(l.program.files.len() - 1))
}
