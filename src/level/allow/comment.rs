//! Comments that allow: `// thrift-gen: allow(code, …)`, and how far each counts.

use std::ops::Range;

use super::Allows;
use crate::source::{SourceId, Span};
use crate::syntax::parser::{Lexeme, LexemeKind, lexemes};

/// What the text of such a comment begins with.
pub(super) const MARK: &str = "thrift-gen:";

const ALLOW: &str = "allow(";

/// Takes in the comments of a text.
pub(super) fn find(source: SourceId, text: &str, allows: &mut Allows) {
    let code = Code::new(text);
    for lexeme in lexemes(text, 0).filter(|lexeme| matches!(lexeme.kind, LexemeKind::Comment(_))) {
        let Some((words, start)) = directive(text, lexeme) else { continue };
        let span = |start: usize, part: Range<usize>| {
            Span::new(source, (start + part.start) as u32, (start + part.end) as u32)
        };
        match words.strip_prefix(ALLOW).and_then(|list| list.split_once(')')) {
            Some((list, _)) => allows.add(list, |part| span(start + ALLOW.len(), part), &code.extent(lexeme)),
            None => {
                let help = Some("write `thrift-gen: allow(code)`".to_owned());
                allows.bad("this comment is not understood".to_owned(), span(start, 0..words.len()), help);
            }
        }
    }
}

/// The first line behind the mark, and the offset where it begins.
fn directive(text: &str, comment: Lexeme) -> Option<(&str, usize)> {
    let words = text.get(comment.start..comment.end)?;
    let content = words.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '*' | '#'));
    let rest = content.strip_prefix(MARK)?.trim_start_matches([' ', '\t']);
    let start = comment.end - rest.len();
    let line = rest.lines().next().unwrap_or_default();
    let line = if words.starts_with("/*") { line.strip_suffix("*/").unwrap_or(line) } else { line };
    Some((line.trim_end(), start))
}

/// The text without its comments.
struct Code<'t> {
    text: &'t str,
    lexemes: Vec<Lexeme>,
    /// For each opening bracket among the lexemes the one that closes it.
    closing: Vec<Option<usize>>,
    /// Where the lines end.
    newlines: Vec<usize>,
    /// Where the last line before the first lexeme begins that holds nothing.
    head_ends: Option<usize>,
}

impl<'t> Code<'t> {
    fn new(text: &'t str) -> Self {
        let lexemes = lexemes(text, 0).filter(|lexeme| !matches!(lexeme.kind, LexemeKind::Comment(_)));
        let lexemes: Vec<Lexeme> = lexemes.collect();
        let newlines: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let head = lexemes.first().map_or(text.len(), |first| first.start);
        let lines = newlines.windows(2).filter_map(|line| Some((*line.first()?, *line.last()?)));
        let blank = |(start, end): &(usize, usize)| text.get(*start..*end).is_some_and(|line| line.trim().is_empty());
        let head_ends = lines.take_while(|(_, end)| *end < head).filter(blank).last().map(|(start, _)| start);
        Self { text, closing: closing(&lexemes), lexemes, newlines, head_ends }
    }

    /// The bytes that a comment counts for.
    fn extent(&self, comment: Lexeme) -> Range<usize> {
        let next = self.lexemes.partition_point(|lexeme| lexeme.start < comment.start);
        let before = next.checked_sub(1).and_then(|before| self.lexemes.get(before));
        let Some(after) = self.lexemes.get(next) else {
            return if before.is_none() { 0..self.text.len() } else { self.lines(comment) };
        };
        let lines = self.lines(comment);
        if before.is_some_and(|before| before.end > lines.start) || after.start < lines.end {
            return lines;
        }
        if before.is_none() && (self.head_ends.is_some_and(|blank| blank >= comment.end) || self.is_header(after)) {
            return 0..self.text.len();
        }
        after.start..self.item_end(next)
    }

    /// The whole lines that a comment stands on.
    fn lines(&self, comment: Lexeme) -> Range<usize> {
        let next = self.newlines.partition_point(|&newline| newline < comment.start);
        let start = next.checked_sub(1).and_then(|last| self.newlines.get(last)).map_or(0, |newline| newline + 1);
        let end = self.newlines.partition_point(|&newline| newline < comment.end);
        start..self.newlines.get(end).copied().unwrap_or(self.text.len())
    }

    fn is_header(&self, lexeme: &Lexeme) -> bool {
        matches!(self.slice(lexeme), "include" | "cpp_include" | "namespace")
    }

    /// Where the definition, field or function ends that begins with the lexeme at `first`: at its separator, before the
    /// bracket that closes what it is in, behind its braces or at the end of its line, but not before what belongs to it.
    fn item_end(&self, first: usize) -> usize {
        const MAX_LINES: usize = 16;
        let (mut at, mut lines) = (first, 0);
        while let Some(lexeme) = self.lexemes.get(at) {
            if let LexemeKind::Punctuation(sign) = lexeme.kind {
                match sign {
                    ',' | ';' => return lexeme.end,
                    '}' | ')' | ']' | '>' => return lexeme.start,
                    '{' | '(' | '[' | '<' => match self.closing.get(at).copied().flatten() {
                        Some(closing) => at = closing,
                        None => return self.text.len(),
                    },
                    _ => {}
                }
            }
            let (Some(last), Some(next)) = (self.lexemes.get(at), self.lexemes.get(at + 1)) else { break };
            let next_word = self.slice(next);
            let goes_on = matches!(next_word, "{" | "(" | "[" | "<" | "=" | "extends" | "throws");
            let is_over = self.slice(last) == "}" && !matches!(next_word, "(" | "," | ";");
            let new_line = self.newlines.get(self.newlines.partition_point(|&newline| newline < last.end));
            let breaks = new_line.is_some_and(|&newline| newline < next.start);
            lines += usize::from(breaks);
            if is_over || breaks && (!goes_on || lines > MAX_LINES) {
                return last.end;
            }
            at += 1;
        }
        self.text.len()
    }

    fn slice(&self, lexeme: &Lexeme) -> &'t str {
        self.text.get(lexeme.start..lexeme.end).unwrap_or_default()
    }
}

fn closing(lexemes: &[Lexeme]) -> Vec<Option<usize>> {
    let mut closing = vec![None; lexemes.len()];
    let mut open = Vec::new();
    for (at, lexeme) in lexemes.iter().enumerate() {
        match lexeme.kind {
            LexemeKind::Punctuation('{' | '(' | '[' | '<') => open.push(at),
            LexemeKind::Punctuation('}' | ')' | ']' | '>') => {
                if let Some(slot) = open.pop().and_then(|opening| closing.get_mut(opening)) {
                    *slot = Some(at);
                }
            }
            _ => {}
        }
    }
    closing
}
