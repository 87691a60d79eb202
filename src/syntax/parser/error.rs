//! Syntax errors in plain words: what was expected, what was found, and what was probably meant.

mod help;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::lexeme::{Lexeme, LexemeKind, lexemes};
use super::{Rule, word};
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
        Self { source, text, piece, found, expected }
    }

    /// The error for the user.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        match self.found.map(|found| found.kind) {
            Some(LexemeKind::Comment(_)) => {
                Diagnostic::error("unterminated-comment", "this comment has no end", self.found_span())
                    .help("add `*/` where it ends")
            }
            Some(LexemeKind::String(false)) => {
                Diagnostic::error("unterminated-string", "this string has no end on its line", self.found_span())
                    .help("add the closing quote; a line break in a string is written `\\n`")
            }
            _ => self.broken_number().unwrap_or_else(|| self.unexpected()),
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

    /// Where parsing can go on: the next definition that begins a line, or the end of the text.
    pub(super) fn resume(&self) -> usize {
        let Some(found) = self.found else { return self.text.len() };
        let opening = lexemes(self.text, self.piece).find(|lexeme| !matches!(lexeme.kind, LexemeKind::Comment(_)));
        let after = opening.map_or(self.piece, |opening| opening.end);
        lexemes(self.text, found.start)
            .find(|lexeme| lexeme.start >= after && self.is_item_word(*lexeme) && self.begins_line(*lexeme))
            .map_or(self.text.len(), |lexeme| lexeme.start)
    }

    fn unexpected(&self) -> Diagnostic {
        let message = match words_for(&self.expected).as_slice() {
            [] => format!("did not expect {}", self.found_in_words()),
            [one] => format!("expected {one}, found {}", self.found_in_words()),
            [others @ .., last] => {
                format!("expected {} or {last}, found {}", others.join(", "), self.found_in_words())
            }
        };
        let mut diagnostic = Diagnostic::error("syntax", message, self.found_span());
        if let Some((bracket, at)) = self.unclosed() {
            let span = Span::new(self.source, at as u32, at as u32 + 1);
            diagnostic = diagnostic.also(span, format!("this `{bracket}` is still open"));
        }
        match self.help() {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }

    fn found_span(&self) -> Span {
        match self.found {
            Some(found) => Span::new(self.source, found.start as u32, found.end as u32),
            None => {
                let end = self.text.trim_end().len() as u32;
                Span::new(self.source, end, end)
            }
        }
    }

    fn found_text(&self) -> &'a str {
        self.found.map_or("", |found| self.slice(found))
    }

    fn found_in_words(&self) -> String {
        match self.found.map(|found| found.kind) {
            None => "the end of the file".to_owned(),
            Some(LexemeKind::String(_)) => "a string".to_owned(),
            Some(LexemeKind::Word) if word::is_keyword(self.found_text()) => {
                format!("the keyword `{}`", self.found_text())
            }
            Some(LexemeKind::Punctuation('\u{c}')) => "a form feed (U+000C)".to_owned(),
            Some(LexemeKind::Punctuation(c)) if c.is_control() || c.is_whitespace() => {
                format!("the character U+{:04X}", u32::from(c))
            }
            _ => format!("`{}`", self.found_text()),
        }
    }

    fn slice(&self, lexeme: Lexeme) -> &'a str {
        self.text.get(lexeme.start..lexeme.end).unwrap_or_default()
    }

    fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }

    fn is_item_word(&self, lexeme: Lexeme) -> bool {
        lexeme.kind == LexemeKind::Word && word::ITEM_WORDS.contains(&self.slice(lexeme))
    }

    fn begins_line(&self, lexeme: Lexeme) -> bool {
        let before = self.text.get(..lexeme.start).unwrap_or_default();
        let before = before.trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with('\n')
    }

    /// The lexemes of the piece before the failure, without comments.
    fn before(&self) -> impl Iterator<Item = Lexeme> {
        let end = self.found.map_or(self.text.len(), |found| found.start);
        lexemes(self.text, self.piece)
            .take_while(move |lexeme| lexeme.end <= end)
            .filter(|lexeme| !matches!(lexeme.kind, LexemeKind::Comment(_)))
    }

    /// The bracket that should have been closed before what was found: the next definition, the end, or the end of
    /// what is around. With its offset.
    fn unclosed(&self) -> Option<(char, usize)> {
        let closes = match self.found {
            Some(Lexeme { kind: LexemeKind::Punctuation(closes @ ('}' | ')' | ']' | '>')), .. }) => Some(closes),
            Some(found) if !self.is_item_word(found) => return None,
            _ => None,
        };
        let mut open = Vec::new();
        for lexeme in self.before() {
            match lexeme.kind {
                LexemeKind::Punctuation(bracket @ ('{' | '(' | '[' | '<')) => open.push((bracket, lexeme.start)),
                LexemeKind::Punctuation('}' | ')' | ']' | '>') => drop(open.pop()),
                _ => {}
            }
        }
        open.pop().filter(|(bracket, _)| closes != Some(closing(*bracket)))
    }
}

/// The bracket that closes what `bracket` opens.
fn closing(bracket: char) -> char {
    match bracket {
        '{' => '}',
        '(' => ')',
        '[' => ']',
        _ => '>',
    }
}

/// What the user may write, for the rules that would fit; what is optional only where nothing else would.
fn words_for(rules: &[Rule]) -> Vec<&'static str> {
    let mut words = Vec::new();
    for rule in rules {
        if let Some(word) = word_for(*rule)
            && !words.contains(&word)
        {
            words.push(word);
        }
    }
    // `}` reads best at the end.
    words.sort_by_key(|word| word.starts_with('`'));
    words
}

fn word_for(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::piece | Rule::item | Rule::EOI => "a definition",
        Rule::any_scope => "`*`",
        Rule::enum_value => "an enum value",
        Rule::field => "a field",
        Rule::function => "a function",
        Rule::ty | Rule::base_type | Rule::list | Rule::map | Rule::set => "a type",
        Rule::const_value | Rule::const_list | Rule::const_map => "a value",
        Rule::number => "a number",
        Rule::literal => "a string",
        Rule::annotation => "an annotation",
        Rule::word | Rule::reference | Rule::namespace_name => "a name",
        Rule::extends => "`extends`",
        Rule::comma => "`,`",
        Rule::colon => "`:`",
        Rule::equals => "`=`",
        Rule::open_brace => "`{`",
        Rule::close_brace => "`}`",
        Rule::open_paren => "`(`",
        Rule::close_paren => "`)`",
        Rule::open_angle => "`<`",
        Rule::close_angle => "`>`",
        Rule::close_bracket => "`]`",
        _ => return None,
    })
}
