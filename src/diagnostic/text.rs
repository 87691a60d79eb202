//! Diagnostics for people: the source line with a caret.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Inclusions, Label, Severity};
use crate::source::{Source, SourceMap};

/// How many diagnostics are shown: more than that nobody reads at once.
pub const MAX_SHOWN: usize = 100;

/// Renders diagnostics one after another, a blank line between two, for a terminal that shows colors or not.
///
/// At most [`MAX_SHOWN`] are shown, errors rather than warnings, and the others counted. Lines of the source that are too
/// long for a screen are cut left and right of the caret.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let (shown, left_out) = select(diagnostics.iter());
    let mut text = String::new();
    for diagnostic in shown {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&renderer.render(&[group(diagnostic, sources)]));
        text.push('\n');
    }
    if let Some(left_out) = left_out {
        text.push_str(&format!("\n{left_out}\n"));
    }
    text
}

/// The diagnostics that are shown, in their order, and a line that counts the others.
pub(crate) fn select<'a>(
    diagnostics: impl Iterator<Item = &'a Diagnostic> + Clone,
) -> (Vec<&'a Diagnostic>, Option<String>) {
    let errors = diagnostics.clone().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let warnings = diagnostics.clone().count() - errors;
    let shown_errors = errors.min(MAX_SHOWN);
    let shown_warnings = warnings.min(MAX_SHOWN - shown_errors);
    let (mut errors_left, mut warnings_left) = (shown_errors, shown_warnings);
    let shown = diagnostics.filter(|diagnostic| {
        let left = match diagnostic.severity {
            Severity::Error => &mut errors_left,
            Severity::Warning => &mut warnings_left,
        };
        let is_shown = *left > 0;
        *left = left.saturating_sub(1);
        is_shown
    });
    let shown = shown.collect();
    let more = [(errors - shown_errors, "error"), (warnings - shown_warnings, "warning")];
    let more = more.iter().filter(|(count, _)| *count > 0);
    let more: Vec<String> = more.map(|(count, kind)| format!("{count} more {kind}{}", plural(*count))).collect();
    (shown, (!more.is_empty()).then(|| format!("… and {}", more.join(" and "))))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code));
    for part in parts(diagnostic, sources) {
        group = part.show(group, sources);
    }
    let inclusions = Inclusions::of(diagnostic, sources).lines();
    if !inclusions.is_empty() {
        group = group.element(Level::NOTE.message(inclusions.join("\n")));
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// Labels that are shown together: they stand in one text and near each other.
struct Part<'a> {
    source: &'a Source,
    /// The bytes that hold the labels.
    extent: Range<usize>,
    /// The labels and whether they are the diagnostic's first.
    labels: Vec<(&'a Label, bool)>,
}

/// What may stand between two labels that are shown together. More would have to be searched for lines that are left out.
const MAX_BETWEEN: usize = 64 << 10;

/// What is looked at behind a label, for the same reason.
const MAX_BEHIND: usize = 1 << 10;

fn parts<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Vec<Part<'a>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    for (number, label) in diagnostic.labels.iter().enumerate() {
        let source = sources.source(label.span.source);
        let bytes = bytes(label, source);
        let near = parts.iter_mut().find(|part| {
            let first = part.labels.first().map(|(label, _)| label.span.source);
            let gap = bytes.start.saturating_sub(part.extent.end).max(part.extent.start.saturating_sub(bytes.end));
            first == Some(label.span.source) && gap <= MAX_BETWEEN
        });
        match near {
            Some(part) => {
                part.extent = part.extent.start.min(bytes.start)..part.extent.end.max(bytes.end);
                part.labels.push((label, number == 0));
            }
            None => parts.push(Part { source, extent: bytes, labels: vec![(label, number == 0)] }),
        }
    }
    parts
}

impl<'a> Part<'a> {
    fn show(&self, group: Group<'a>, sources: &'a SourceMap) -> Group<'a> {
        let text = self.source.text.as_str();
        let lines = self.lines();
        let shown = lines.start..lines.end.min(self.source.boundary(self.extent.end + MAX_BEHIND));
        let annotations = self.labels.iter().map(|(label, is_first)| {
            let kind = if *is_first { AnnotationKind::Primary } else { AnnotationKind::Context };
            let span = bytes(label, self.source);
            let annotation = kind.span(span.start - shown.start..span.end - shown.start);
            if label.message.is_empty() { annotation } else { annotation.label(label.message.as_str()) }
        });
        let first_line = self.labels.iter().map(|(label, _)| sources.place(label.span).line).min().unwrap_or(1);
        let snippet: Snippet<'a, Annotation<'a>> = Snippet::source(text.get(shown.clone()).unwrap_or_default())
            .line_start(first_line)
            .annotations(annotations);
        group.element(snippet.path(self.source.name.as_str()))
    }

    /// The whole lines of the labels: what is rendered need not see the rest of a large file.
    fn lines(&self) -> Range<usize> {
        let text = self.source.text.as_str();
        let start =
            text.get(..self.extent.start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let after = text.get(self.extent.end..).unwrap_or_default();
        let line = after.find('\n').map_or(after, |newline| after.get(..newline).unwrap_or_default());
        start..self.extent.end + line.trim_end_matches('\r').len()
    }
}

/// The bytes of a label: on one line only, so that a caret and not a frame points to it.
fn bytes(label: &Label, source: &Source) -> Range<usize> {
    let start = source.boundary(label.span.start as usize);
    let end = source.boundary(label.span.end as usize).max(start);
    let line = source.text.get(start..end).unwrap_or_default().lines().next().unwrap_or_default();
    start..start + line.len()
}

#[cfg(test)]
mod tests;
