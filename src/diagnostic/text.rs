//! Diagnostics for people: the source line with a caret.

use super::{Diagnostic, Severity};
use crate::source::SourceMap;

pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, color: bool) -> String {
    let one = |d: &Diagnostic| {
        let span = d.labels[0].span;
        let (line, column) = sources.position(span);
        let s = if d.severity == Severity::Error { "error" } else { "warning" };
        let s = if color { format!("\x1b[1m{s}\x1b[0m") } else { s.into() };
        format!("{s}[{}]: {}\n --> {}:{line}:{column}\n", d.code, d.message, sources.source(span.source).name)
    };
    diagnostics.iter().map(one).collect()
}
