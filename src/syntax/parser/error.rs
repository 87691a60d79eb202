//! Syntax errors in plain words: what was expected, what was found, and what was probably meant.

mod context;
mod help;
mod misplaced;
mod words;

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};

use super::lexeme::{Lexeme, LexemeKind, lexemes};
use super::{Grammar, Rule};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};

/// A place in a text where the grammar does not fit.
pub(super) struct Failure<'a> {
    source: SourceId,
    text: &'a str,
    /// Offset of the piece that fails.
    piece: usize,
    /// The first lexeme that does not fit; `None` at the end of the text.
    found: Option<Lexeme>,
    /// The rules of which one would fit there.
    expected: Vec<Rule>,
}

impl<'a> Failure<'a> {
    /// The failure that pest reports of the piece that begins at the byte `piece` of `text`.
    pub(super) fn new(source: SourceId, text: &'a str, piece: usize, error: &Error<Rule>) -> Self {
        let (InputLocation::Pos(offset) | InputLocation::Span((offset, _))) = error.location;
        let expected = match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives.clone(),
            ErrorVariant::CustomError { .. } => Vec::new(),
        };
        // The rule of a comment begins behind its first character.
        let offset = if expected == [Rule::comment] { offset.saturating_sub(1) } else { offset };
        let found = lexemes(text, piece + offset).find(|lexeme| lexeme.kind != LexemeKind::Comment(true));
        let failure = Self { source, text, piece, found, expected };
        failure.in_annotations().unwrap_or_else(|| failure.at_definition())
    }

    /// `a struct B {`: a keyword may be the name of a field, but here it opens the next definition.
    fn at_definition(self) -> Self {
        let head: Vec<Lexeme> = self.before().collect();
        match head.as_slice() {
            [_, .., opening, name]
                if self.found_text() == "{" && self.is_item_word(*opening) && name.kind == LexemeKind::Word =>
            {
                Self { found: Some(*opening), expected: vec![Rule::word], ..self }
            }
            _ => self,
        }
    }

    /// Annotations behind a definition may be there or not; so the grammar fails before broken ones.
    fn in_annotations(&self) -> Option<Self> {
        let opening = self.found.filter(|_| self.expects_item() && self.found_text() == "(")?;
        let error = Grammar::parse(Rule::annotations, self.text.get(opening.end..)?).err()?;
        Some(Self::new(self.source, self.text, opening.end, &error))
    }

    /// The error for the user.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        // An annotation may have taken one for a string of several lines.
        if let Some(string) = self.before().chain(self.found).find(|lexeme| lexeme.kind == LexemeKind::String(false)) {
            return Diagnostic::error("unterminated-string", "this string has no end on its line", self.span(string))
                .help("add the closing quote; a line break in a string is written `\\n`");
        }
        match self.found.map(|found| found.kind) {
            Some(LexemeKind::Comment(_)) => {
                Diagnostic::error("unterminated-comment", "this comment has no end", self.found_span())
                    .help("add `*/` where it ends")
            }
            _ => self
                .broken_number()
                .or_else(|| self.misplaced_word())
                .or_else(|| self.untyped_function())
                .or_else(|| self.open_arguments())
                .unwrap_or_else(|| self.unexpected()),
        }
    }

    /// A number with letters behind it, such as `0x`, `1e` or `1_000`.
    fn broken_number(&self) -> Option<Diagnostic> {
        let found = self.found.filter(|found| found.kind == LexemeKind::Word)?;
        let before = self.text.get(..found.start)?;
        let digits = before.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        if !before.ends_with(|letter: char| letter.is_ascii_digit()) || digits.ends_with(char::is_alphanumeric) {
            return None;
        }
        let span = Span::new(self.source, digits.len() as u32, found.end as u32);
        let number = self.text.get(digits.len()..found.end)?;
        let message = format!("`{number}` is not a number");
        let help = match number.strip_prefix("0X") {
            Some(_) => "hexadecimal numbers begin with a small `0x`",
            None => "numbers are written as `1000`, `0x3E8`, `1.5` or `1e3`",
        };
        Some(Diagnostic::error("syntax", message, span).help(help))
    }

    /// Where parsing can go on: the next definition that begins a line, or the end of the text. Behind a definition
    /// inside of another one, the next that is not inside.
    pub(super) fn resume(&self) -> usize {
        let Some(found) = self.found else { return self.text.len() };
        let opening = lexemes(self.text, self.piece).find(|lexeme| !matches!(lexeme.kind, LexemeKind::Comment(_)));
        let (after, indent) = opening.map_or((self.piece, 0), |opening| (opening.end, self.indent(opening).len()));
        let is_nested = self.is_nested();
        lexemes(self.text, found.start)
            .find(|lexeme| {
                let opens = lexeme.start >= after && self.is_item_word(*lexeme) && self.begins_line(*lexeme);
                opens && !(is_nested && self.indent(*lexeme).len() > indent)
            })
            .map_or(self.text.len(), |lexeme| lexeme.start)
    }

    /// What is defined here may have another name than what is written: the failure is before its body, or parts of the
    /// text are in a comment by mistake.
    pub(super) fn is_nameless(&self) -> bool {
        let opens_body = |lexeme: Lexeme| matches!(lexeme.kind, LexemeKind::Punctuation('{' | '='));
        !self.before().any(opens_body) || self.long_comment().is_some()
    }

    fn unexpected(&self) -> Diagnostic {
        let expected = self.expected_in_words();
        let (message, span) = match self.missing_behind() {
            _ if expected.is_empty() => (format!("did not expect {}", self.found_in_words()), self.found_span()),
            Some(previous) => {
                let end = previous.end as u32;
                (format!("expected {expected} after `{}`", self.slice(previous)), Span::new(self.source, end, end))
            }
            None => (format!("expected {expected}, found {}", self.found_in_words()), self.found_span()),
        };
        let mut diagnostic = Diagnostic::error("syntax", message, span);
        if let Some((bracket, at)) = self.unclosed() {
            let span = Span::new(self.source, at as u32, at as u32 + 1);
            diagnostic = diagnostic.also(span, format!("this `{bracket}` is still open"));
        }
        if let Some(comment) = self.long_comment() {
            let span = Span::new(self.source, comment.start as u32, comment.start as u32 + 2);
            diagnostic = diagnostic.also(span, "this comment holds another `/*`: is its own end missing?");
        }
        match self.help() {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}
