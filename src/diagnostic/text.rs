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
        let (group, moved) = group(diagnostic, sources);
        let rendered = renderer.render(&[group]);
        text.push_str(&moved.iter().fold(rendered, |text, Moved { shown, is }| text.replacen(shown, is, 1)));
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

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> (Group<'a>, Vec<Moved>) {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code));
    let mut moved = Vec::new();
    for part in parts(diagnostic, sources) {
        let shown = part.shown();
        group = group.element(part.snippet(shown.clone(), sources));
        moved.extend(part.moved(shown.start, sources));
    }
    let inclusions = Inclusions::of(diagnostic, sources).lines();
    if !inclusions.is_empty() {
        group = group.element(Level::NOTE.message(inclusions.join("\n")));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    (group, moved)
}

/// A place in a line that is cut on its left: what the renderer takes it for, and what it is.
struct Moved {
    shown: String,
    is: String,
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

/// What is looked at of a line before and behind its labels, for the same reason.
const MAX_BESIDE: usize = 1 << 10;

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
    fn snippet(&self, shown: Range<usize>, sources: &SourceMap) -> Snippet<'a, Annotation<'a>> {
        let annotations = self.labels.iter().map(|(label, is_first)| {
            let kind = if *is_first { AnnotationKind::Primary } else { AnnotationKind::Context };
            let span = bytes(label, self.source);
            let annotation = kind.span(span.start - shown.start..span.end - shown.start);
            if label.message.is_empty() { annotation } else { annotation.label(label.message.as_str()) }
        });
        let first_line = self.labels.iter().map(|(label, _)| sources.place(label.span).line).min().unwrap_or(1);
        let source: &'a Source = self.source;
        Snippet::source(source.text.get(shown.clone()).unwrap_or_default())
            .line_start(first_line)
            .path(source.name.as_str())
            .annotations(annotations)
    }

    /// What is shown: the whole lines, but of long ones no more than fits.
    fn shown(&self) -> Range<usize> {
        let lines = self.lines();
        let start = self.source.boundary(self.extent.start.saturating_sub(MAX_BESIDE));
        lines.start.max(start)..lines.end.min(self.source.boundary(self.extent.end + MAX_BESIDE))
    }

    /// The place above the lines, if it is in the first one and that does not begin where it is shown from.
    fn moved(&self, shown_from: usize, sources: &SourceMap) -> Option<Moved> {
        let starts = self.labels.iter().map(|(label, is_first)| (!is_first, bytes(label, self.source).start, label));
        let (_, start, label) = starts.min_by_key(|(is_other, start, _)| (*is_other, *start))?;
        let place = sources.place(label.span);
        let before = self.source.text.get(shown_from..start)?;
        if self.lines().start == shown_from || before.contains('\n') {
            return None;
        }
        let name = |column: usize| format!("{}:{}:{column}", place.file, place.line);
        Some(Moved { shown: name(before.chars().count() + 1), is: name(place.column) })
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
