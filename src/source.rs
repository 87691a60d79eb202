//! The texts of a run: every `.thrift` file that was read, and positions in them.

use std::fmt;
use std::sync::OnceLock;

/// A source text in a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// A range of bytes in one source text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
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

/// `source@start..end`
impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}..{}", self.source.0, self.start, self.end)
    }
}

/// A source text and the name it has in messages.
#[derive(Debug)]
pub struct Source {
    /// The path as the user would write it, for messages.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// The path in the `include` that the text was first read for; `None` for a file that the user named.
    pub included_at: Option<Span>,
    /// Made when the first place is looked up: most runs have nothing to say.
    index: OnceLock<Index>,
}

/// Where a span stands, for people and their editors. Lines and columns count from 1, columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The name of the text.
    pub file: &'a str,
    /// The line of the first character.
    pub line: usize,
    /// The column of the first character.
    pub column: usize,
    /// The line of the character after the last one.
    pub end_line: usize,
    /// The column of the character after the last one.
    pub end_column: usize,
}

/// All source texts of a run.
#[derive(Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// Adds a text, and where the `include` stands that it was read for. `text` is at most 4 GiB long, which
    /// [`load`](crate::load) sees to.
    pub fn add(&mut self, name: String, text: String, included_at: Option<Span>) -> SourceId {
        self.sources.push(Source { name, text, included_at, index: OnceLock::new() });
        SourceId(self.sources.len() as u32 - 1)
    }

    /// The text with that id.
    pub fn source(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// All texts, in the order of reading.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> + use<> {
        (0..self.sources.len() as u32).map(SourceId)
    }

    /// The span that is written so, as its `Debug` writes it.
    pub(crate) fn span_of_debug(&self, text: &str) -> Option<Span> {
        let (source, range) = text.split_once('@')?;
        let (start, end) = range.split_once("..")?;
        let source: u32 = source.parse().ok()?;
        let span = Span::new(SourceId(source), start.parse().ok()?, end.parse().ok()?);
        ((source as usize) < self.sources.len()).then_some(span)
    }

    /// The text that a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.source(span.source).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Line and column of the span's ends. A span that its text does not have stands at the nearest place.
    pub fn place(&self, span: Span) -> Place<'_> {
        let source = self.source(span.source);
        let (line, column) = source.position(span.start as usize);
        let (end_line, end_column) = source.position(span.end.max(span.start) as usize);
        Place { file: &source.name, line, column, end_line, end_column }
    }

    /// The includes through which a text came in, from the nearest to the one in a file that the user named.
    pub fn inclusions(&self, source: SourceId) -> impl Iterator<Item = Span> {
        std::iter::successors(self.source(source).included_at, |at| self.source(at.source).included_at)
    }
}

impl Source {
    /// The start of the character that the byte at `at` belongs to, or the end of the text.
    pub fn boundary(&self, at: usize) -> usize {
        (0..=at.min(self.text.len())).rev().find(|&at| self.text.is_char_boundary(at)).unwrap_or(0)
    }

    fn position(&self, at: usize) -> (usize, usize) {
        let index = self.index.get_or_init(|| Index::new(&self.text));
        let at = self.boundary(at);
        let line = index.lines.partition_point(|&start| start as usize <= at);
        let start = line.checked_sub(1).and_then(|line| index.lines.get(line)).map_or(0, |&start| start as usize);
        (line, index.characters(&self.text, at) - index.characters(&self.text, start) + 1)
    }
}

/// Finds line and column without reading the text from its start, however many places are asked for.
#[derive(Debug)]
struct Index {
    /// Where each line begins.
    lines: Vec<u32>,
    /// How many characters begin before each block of [`BLOCK`] bytes.
    blocks: Vec<u32>,
}

const BLOCK: usize = 1024;

impl Index {
    fn new(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(newlines.map(|(at, _)| at as u32 + 1)).collect();
        let blocks = text.as_bytes().chunks(BLOCK).scan(0, |before, block| {
            let characters = *before;
            *before += starts(block) as u32;
            Some(characters)
        });
        Self { lines, blocks: blocks.collect() }
    }

    /// How many characters begin before the byte `at`.
    fn characters(&self, text: &str, at: usize) -> usize {
        let block = (at / BLOCK).min(self.blocks.len().saturating_sub(1));
        let before = self.blocks.get(block).map_or(0, |&characters| characters as usize);
        before + starts(text.as_bytes().get(block * BLOCK..at).unwrap_or_default())
    }
}

/// How many of the bytes are the first of a character.
fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_counting_from_the_start() {
        let text = format!("ä\nb日本 {}\r\n\n{}end", "ö".repeat(700), "x\n".repeat(2000));
        let mut sources = SourceMap::default();
        let id = sources.add("a.thrift".to_owned(), text.clone(), None);
        for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let before = &text[..at];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            let place = sources.place(Span::new(id, at as u32, at as u32));
            assert_eq!((place.line, place.column), (line, column), "{at}");
            assert_eq!((place.end_line, place.end_column), (line, column), "{at}");
        }
        let outside = sources.place(Span::new(id, u32::MAX, 1));
        assert_eq!((outside.line, outside.column), (2004, 4));
        assert_eq!(sources.place(Span::new(id, 1, 1)).column, 1, "in the middle of a character");
    }

    #[test]
    fn an_included_text_knows_its_way_in() {
        let mut sources = SourceMap::default();
        let top = sources.add("top".to_owned(), "include 'a'".to_owned(), None);
        let (in_top, in_a) = (Span::new(top, 8, 11), |a| Span::new(a, 0, 1));
        let a = sources.add("a".to_owned(), "-".to_owned(), Some(in_top));
        let b = sources.add("b".to_owned(), String::new(), Some(in_a(a)));
        assert_eq!(sources.inclusions(b).collect::<Vec<_>>(), [in_a(a), in_top]);
        assert_eq!(sources.inclusions(top).count(), 0);
    }
}
