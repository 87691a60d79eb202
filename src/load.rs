//! Reads the files that the user named and all that they include; the only reader of files.

use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{Doc, Document};
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
    for inc in text.lines().filter_map(|x| x.strip_prefix("include \"")?.strip_suffix('"')) {
        let candidates = path.parent().into_iter().chain(dirs.iter().map(|d| d.as_path())).map(|d| d.join(inc));
        match candidates.into_iter().find(|c| c.exists()) {
            Some(c) => drop(one(l, files, &c, dirs)),
            None => l.diagnostics.push(Diagnostic::error(
                "missing-include",
                format!("cannot find `{inc}`"),
                Span::new(s, 0, 1),
            )),
        }
    }
    if text.matches('{').count() != text.matches('}').count() {
        l.diagnostics.push(Diagnostic::error(
            "syntax",
            "expected `}`",
            Span::new(s, text.len() as u32, text.len() as u32),
        ));
    }
    let stem = path.file_stem()?.to_str()?.to_owned();
    let doc = Some(Doc { span: Span::new(s, 0, 0), text });
    let document = Document { source: s, doc, headers: vec![], definitions: vec![] };
    l.program.files.push(File { stem, folder: String::new(), document, includes: vec![] });
    l.read.push(ReadFile { path: path.into(), time: start.elapsed() });
    Some(FileId(l.program.files.len() - 1))
}
