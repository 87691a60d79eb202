//! A diagnostic on one line, for Cargo, which shows a build script's warnings so.

use super::{Diagnostic, Inclusions};
use crate::source::SourceMap;

/// `file:line:column: message (help) (included from file:line:column) [code]`; of several includes the nearest.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let mut line = String::new();
    if let Some(label) = diagnostic.labels.first() {
        let place = sources.place(label.span);
        line += &format!("{}:{}:{}: ", place.file, place.line, place.column);
    }
    line += &diagnostic.message;
    if let Some(help) = &diagnostic.help {
        line += &format!(" ({help})");
    }
    if let Some(inclusion) = Inclusions::of(diagnostic, sources).lines().first() {
        line += &format!(" ({inclusion})");
    }
    line += &format!(" [{}]", diagnostic.code);
    line.replace(['\n', '\r'], " ")
}
