//! Diagnostics for GitHub's pages: workflow commands, which its runner shows at the lines of a pull request.

use super::{Diagnostic, Inclusions, Severity};
use crate::source::SourceMap;

/// Renders each diagnostic as a line `::error file=…,line=…::message`, or `::warning …`.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    diagnostics.iter().map(|diagnostic| line(diagnostic, sources)).collect()
}

fn line(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let mut line = match diagnostic.severity {
        Severity::Error => "::error ",
        Severity::Warning => "::warning ",
    }
    .to_owned();
    let mut message = diagnostic.message.clone();
    if let Some(label) = diagnostic.labels.first() {
        let place = sources.place(label.span);
        line += &format!("file={},line={},col={}", property(place.file), place.line, place.column);
        // GitHub leaves columns out where a problem has several lines.
        line += &format!(",endLine={},endColumn={},", place.end_line, place.end_column);
        if !label.message.is_empty() {
            message += &format!(": {}", label.message);
        }
    }
    for other in diagnostic.labels.get(1..).unwrap_or_default() {
        let place = sources.place(other.span);
        message += &format!("\n{}:{}:{}: {}", place.file, place.line, place.column, other.message);
    }
    if let Some(help) = &diagnostic.help {
        message += &format!("\nhelp: {help}");
    }
    for inclusion in Inclusions::of(diagnostic, sources).lines() {
        message += &format!("\n{inclusion}");
    }
    line + &format!("title={}::{}\n", property(diagnostic.code), data(&message))
}

/// Escapes what would end the message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes what would end a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
