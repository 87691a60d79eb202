//! What each stage makes of the files, as text, for those who work on the generator.

use std::fmt::Write;
use std::path::Path;

use super::{Builder, Error, Front};
use crate::diagnostic::Diagnostic;
use crate::source::SourceMap;
use crate::view;

/// A stage between a file and its Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// What is written: the trees of the named files.
    Ast,
    /// What it means: the schema of all files.
    Model,
    /// What the templates print: the views of the items of each generated file.
    View,
}

/// What [`Builder::inspect`] finds.
#[derive(Debug)]
pub struct Inspection {
    /// The texts that the diagnostics point into.
    pub sources: SourceMap,
    /// The errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// The data of the stage; empty where errors of the files leave none.
    pub text: String,
}

impl Builder {
    /// Shows what a stage makes of the files. The text is Rust's debug output, with places as `line:column`.
    ///
    /// # Errors
    /// As [`generate`](Self::generate).
    pub fn inspect(&self, stage: Stage, files: &[impl AsRef<Path>]) -> Result<Inspection, Error> {
        let Front { sources, program, schema, diagnostics, view, .. } = self.front(files)?;
        let text = match (stage, &schema) {
            (Stage::Ast, _) => {
                let documents = program.roots.iter().map(|id| &program.files[id.0].document);
                documents.map(|document| with_positions(&format!("{document:#?}"), &sources)).collect()
            }
            (Stage::Model, Some(schema)) => format!("{schema:#?}\n"),
            (Stage::View, Some(schema)) => view::debug(schema, &view),
            (Stage::Model | Stage::View, None) => String::new(),
        };
        Ok(Inspection { sources, diagnostics, text })
    }
}

/// Spans, which stand alone on their lines, or behind the name of a field, as `line:column`.
fn with_positions(debug: &str, sources: &SourceMap) -> String {
    let mut text = String::with_capacity(debug.len());
    for line in debug.lines() {
        let value = line.trim_end_matches(',').rsplit(' ').next().unwrap_or_default();
        let span = if line.contains('"') { None } else { sources.span_of_debug(value) };
        // Writing to a string never fails.
        let _ = match span.map(|span| sources.place(span)) {
            Some(place) => writeln!(text, "{}", line.replace(value, &format!("{}:{}", place.line, place.column))),
            None => writeln!(text, "{line}"),
        };
    }
    text
}
