//! Diagnostics for people: the source line with a caret.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label, Severity};
use crate::source::{SourceId, SourceMap};

/// Renders diagnostics one after another, a blank line between two, for a terminal that shows colors or not.
///
/// Lines of the source that are too long for a screen are cut left and right of the caret.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in diagnostics {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&renderer.render(&[group(diagnostic, sources)]));
        text.push('\n');
    }
    text
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code));
    let mut shown: Vec<SourceId> = Vec::new();
    for label in &diagnostic.labels {
        let source = label.span.source;
        if !shown.contains(&source) {
            shown.push(source);
            group = group.element(snippet(diagnostic, source, sources));
        }
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// The lines of one source that a diagnostic is about.
fn snippet<'a>(
    diagnostic: &'a Diagnostic,
    source: SourceId,
    sources: &'a SourceMap,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = sources.source(source).text.as_str();
    let labels = || diagnostic.labels.iter().enumerate().filter(move |(_, label)| label.span.source == source);
    let window = window(text, labels().map(|(_, label)| bytes(label, text)));
    let line = text.get(..window.start).unwrap_or_default().matches('\n').count() + 1;
    let annotations = labels().map(|(number, label)| {
        let kind = if number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let span = bytes(label, text);
        let annotation = kind.span(span.start - window.start..span.end - window.start);
        if label.message.is_empty() { annotation } else { annotation.label(label.message.as_str()) }
    });
    Snippet::source(text.get(window.clone()).unwrap_or_default())
        .line_start(line)
        .path(sources.source(source).name.as_str())
        .annotations(annotations)
}

/// The bytes of a label: on one line only, so that a caret and not a frame points to it.
fn bytes(label: &Label, text: &str) -> Range<usize> {
    let start = floor(text, label.span.start as usize);
    let end = floor(text, label.span.end as usize).max(start);
    let line = text.get(start..end).unwrap_or_default().lines().next().unwrap_or_default();
    start..start + line.len()
}

/// The whole lines around the labels: what is rendered need not see the rest of a large file.
fn window(text: &str, spans: impl Iterator<Item = Range<usize>>) -> Range<usize> {
    let (mut start, mut end) = (text.len(), 0);
    for span in spans {
        start = start.min(span.start);
        end = end.max(span.end);
    }
    let start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let after = text.get(end..).unwrap_or_default();
    let line = after.find('\n').map_or(after, |newline| after.get(..newline).unwrap_or_default());
    let end = end + line.trim_end_matches('\r').len();
    start.min(end)..end
}

/// The next boundary of a character at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
