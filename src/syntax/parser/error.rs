//! Syntax errors in plain words.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};
pub(super) fn offset(error: &pest::error::Error<Rule>) -> usize {
    match error.location {
        pest::error::InputLocation::Pos(p) => p,
        pest::error::InputLocation::Span((p, _)) => p,
    }
}
pub(super) fn describe(
    source: SourceId,
    text: &str,
    _at: usize,
    failed_at: usize,
    error: &pest::error::Error<Rule>,
) -> Diagnostic {
    let _ = text;
    Diagnostic::error("syntax", format!("{:?}", error.variant), Span::new(source, failed_at as u32, failed_at as u32))
}
pub(super) fn resume(text: &str, _failed_at: usize) -> usize {
    text.len()
}
