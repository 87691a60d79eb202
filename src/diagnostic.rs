//! What is wrong with an IDL, as data: a code, a message, the places involved and help. Rendering is apart from it.

pub mod codes;
pub mod github;
pub mod json;
pub mod line;
pub mod similar;
pub mod text;

use crate::source::{Place, SourceMap, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The IDL is accepted.
    Warning,
    /// No code is generated.
    Error,
}

/// One problem of an IDL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name in kebab case, such as `duplicate-field-id`.
    pub code: &'static str,
    /// Whether it stops the run.
    pub severity: Severity,
    /// What is wrong, in a short sentence without a full stop.
    pub message: String,
    /// The places involved; the first is where the problem is. None if it is in no text, such as a missing file.
    pub labels: Vec<Label>,
    /// What the user can do.
    pub help: Option<String>,
}

/// A place in a source text, with what there is to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is said at the caret; empty for a bare caret.
    pub message: String,
}

/// How diagnostics are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people, see [`text`].
    Text {
        /// With the colors of a terminal.
        color: bool,
    },
    /// For programs, see [`json`].
    Json,
    /// For the pages of GitHub, see [`github`].
    Github,
}

impl Format {
    /// The diagnostics in this form; every line ends with `\n`.
    pub fn render(self, diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
        match self {
            Self::Text { color } => text::render(diagnostics, sources, color),
            Self::Json => json::render(diagnostics, sources),
            Self::Github => github::render(diagnostics, sources),
        }
    }
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self::new(code, Severity::Error, message.into(), span)
    }

    /// A warning at `span`.
    pub fn warning(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self::new(code, Severity::Warning, message.into(), span)
    }

    /// An error that has no place in a text.
    pub fn error_without_place(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, message: message.into(), labels: Vec::new(), help: None }
    }

    fn new(code: &'static str, severity: Severity, message: String, span: Span) -> Self {
        let message = clip(message, MAX_MESSAGE);
        Self { code, severity, message, labels: vec![Label { span, message: String::new() }], help: None }
    }

    /// Says something at the caret of the first place.
    #[must_use]
    pub fn at(mut self, message: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.message = message.into();
        }
        self
    }

    /// Adds another place involved.
    #[must_use]
    pub fn also(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Adds what the user can do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// How many characters a message has at most: a circle may have any number of names.
const MAX_MESSAGE: usize = 1000;

/// The beginning of a text of the user's, for a message: the text may be of any length, and be told of many times.
pub fn clipped(text: &str) -> String {
    const MAX_QUOTED: usize = 100;
    clip(text.to_owned(), MAX_QUOTED)
}

fn clip(mut text: String, characters: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(characters) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// How many of the includes are named that lead to a file: the nearest ones.
const MAX_INCLUSIONS: usize = 8;

/// How the file of the first place came in, in all forms of rendering.
struct Inclusions<'a> {
    /// The nearest include first.
    shown: Vec<Place<'a>>,
    /// How many more there are.
    left_out: usize,
}

impl<'a> Inclusions<'a> {
    fn of(diagnostic: &Diagnostic, sources: &'a SourceMap) -> Self {
        let Some(label) = diagnostic.labels.first() else { return Self { shown: Vec::new(), left_out: 0 } };
        let mut inclusions = sources.inclusions(label.span.source);
        let shown = inclusions.by_ref().take(MAX_INCLUSIONS).map(|span| sources.place(span)).collect();
        Self { shown, left_out: inclusions.count() }
    }

    /// A line for each include, `included from a.thrift:3:9`.
    fn lines(&self) -> Vec<String> {
        let shown = self.shown.iter().map(|place| {
            let Place { file, line, column, .. } = place;
            format!("included from {file}:{line}:{column}")
        });
        let rest = (self.left_out > 0).then(|| format!("… and {} more", self.left_out));
        shown.chain(rest).collect()
    }
}

#[cfg(test)]
mod tests;
