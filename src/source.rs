//! The texts of a run: every `.thrift` file that was read, and positions in them.

/// A source text in a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// A range of bytes in one source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The text that this is a part of.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset of the byte after the last one.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to, and without, `end`.
    pub fn new(source: SourceId, start: u32, end: u32) -> Self {
        Self { source, start, end }
    }

    /// The smallest span that holds both; `other` is of the same source.
    pub fn to(self, other: Span) -> Self {
        Self { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A source text and the name it has in messages.
#[derive(Debug)]
pub struct Source {
    /// The path as the user would write it, for messages.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// All source texts of a run.
#[derive(Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// Adds a text. `text` is at most 4 GiB long, which [`load`](crate::load) sees to.
    pub fn add(&mut self, name: String, text: String) -> SourceId {
        self.sources.push(Source { name, text });
        SourceId(self.sources.len() as u32 - 1)
    }

    /// The text with that id.
    pub fn source(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// The text that a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.source(span.source).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Line and column of the span's start, both from 1; the column counts characters.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let text = &self.source(span.source).text;
        let before = text.get(..span.start as usize).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}
