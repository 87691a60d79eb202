//! What stands around a failure: the lexemes before it, brackets that are open, and where something is missing.

use super::Failure;
use crate::source::Span;
use crate::syntax::parser::lexeme::{Lexeme, LexemeKind, lexemes};
use crate::syntax::parser::{Rule, word};

impl<'a> Failure<'a> {
    pub(super) fn found_text(&self) -> &'a str {
        self.found.map_or("", |found| self.slice(found))
    }

    pub(super) fn found_span(&self) -> Span {
        match self.found {
            Some(found) => self.span(found),
            None => {
                let end = self.text.trim_end().len() as u32;
                Span::new(self.source, end, end)
            }
        }
    }

    pub(super) fn slice(&self, lexeme: Lexeme) -> &'a str {
        self.text.get(lexeme.start..lexeme.end).unwrap_or_default()
    }

    pub(super) fn span(&self, lexeme: Lexeme) -> Span {
        Span::new(self.source, lexeme.start as u32, lexeme.end as u32)
    }

    pub(super) fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }

    pub(super) fn expects_type(&self) -> bool {
        self.expects(Rule::ty) || self.expects(Rule::base_type)
    }

    pub(super) fn expects_item(&self) -> bool {
        self.expects(Rule::piece) || self.expects(Rule::item) || self.expects(Rule::EOI)
    }

    /// The lexemes of the piece before the failure, without comments.
    pub(super) fn before(&self) -> impl Iterator<Item = Lexeme> {
        let end = self.found.map_or(self.text.len(), |found| found.start);
        lexemes(self.text, self.piece)
            .take_while(move |lexeme| lexeme.end <= end)
            .filter(|lexeme| !matches!(lexeme.kind, LexemeKind::Comment(_)))
    }

    /// The lexeme before what was found.
    pub(super) fn previous(&self) -> Option<Lexeme> {
        self.before().last()
    }

    /// The same, where the piece has just begun.
    pub(super) fn before_piece(&self) -> Option<Lexeme> {
        let end = self.found.map_or(self.text.len(), |found| found.start);
        let line = self.text.get(..end)?.rfind('\n').map_or(0, |newline| newline + 1);
        lexemes(self.text, line).take_while(|lexeme| lexeme.end <= end).last()
    }

    /// The words directly before what was found, as far as they stand on one line.
    pub(super) fn words_before(&self) -> Vec<Lexeme> {
        let mut words: Vec<Lexeme> = Vec::new();
        for lexeme in self.before() {
            if lexeme.kind != LexemeKind::Word || words.last().is_some_and(|last| self.is_later_line(*last, lexeme)) {
                words.clear();
            }
            if lexeme.kind == LexemeKind::Word {
                words.push(lexeme);
            }
        }
        words
    }

    /// The word that opens the header or definition.
    pub(super) fn opening_word(&self) -> &'a str {
        self.before().next().map_or("", |lexeme| self.slice(lexeme))
    }

    /// What was found opens a definition that is not meant to stand in the one before it.
    fn is_next_definition(&self) -> bool {
        self.found.is_none_or(|found| self.is_item_word(found)) && !self.is_nested()
    }

    /// The definition that was found is indented more than the one around it, or stands on the same line.
    pub(super) fn is_nested(&self) -> bool {
        let (Some(found), Some(outer)) = (self.found, self.before().next()) else { return false };
        self.is_item_word(found) && self.indent(found).len() > self.indent(outer).len()
    }

    pub(super) fn is_later_line(&self, earlier: Lexeme, later: Lexeme) -> bool {
        self.text.get(earlier.end..later.start).is_some_and(|between| between.contains('\n'))
    }

    pub(super) fn is_item_word(&self, lexeme: Lexeme) -> bool {
        lexeme.kind == LexemeKind::Word && word::ITEM_WORDS.contains(&self.slice(lexeme))
    }

    /// What comes before a lexeme on its line is only white space.
    pub(super) fn begins_line(&self, lexeme: Lexeme) -> bool {
        self.indent(lexeme).trim_start_matches([' ', '\t']).is_empty()
    }

    /// What comes before a lexeme on its line.
    pub(super) fn indent(&self, lexeme: Lexeme) -> &'a str {
        let before = self.text.get(..lexeme.start).unwrap_or_default();
        before.rsplit('\n').next().unwrap_or_default()
    }

    /// The lexeme that something is missing behind: the next one stands on a later line, and would be no sensible
    /// place to complain of. Not where a list goes on with what is no definition.
    pub(super) fn missing_behind(&self) -> Option<Lexeme> {
        let in_list = [Rule::field, Rule::function, Rule::enum_value, Rule::close_brace];
        let goes_on = in_list.iter().any(|rule| self.expects(*rule)) && !self.is_next_definition();
        if self.expected.is_empty() || self.expects_item() || goes_on {
            return None;
        }
        self.previous().filter(|previous| self.found.is_none_or(|found| self.is_later_line(*previous, found)))
    }

    /// A comment before the failure that holds the beginning of another one.
    pub(super) fn long_comment(&self) -> Option<Lexeme> {
        let end = self.found.map_or(self.text.len(), |found| found.start);
        let comments = lexemes(self.text, self.piece).take_while(|lexeme| lexeme.end <= end);
        comments.filter(|lexeme| self.slice(*lexeme).starts_with("/*")).find(|comment| {
            let inner = self.slice(*comment).get(2..).unwrap_or_default();
            inner.match_indices("/*").any(|(at, _)| !inner.get(..at).unwrap_or_default().ends_with('*'))
        })
    }

    /// The bracket that should have been closed before what was found, with its offset.
    pub(super) fn unclosed(&self) -> Option<(char, usize)> {
        let closes = match self.found {
            Some(Lexeme { kind: LexemeKind::Punctuation(closes @ ('}' | ')' | ']' | '>')), .. }) => Some(closes),
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
        let (bracket, at) = open.pop().filter(|(bracket, _)| closes != Some(closing(*bracket)))?;
        let at_end = closes.is_some() || self.found.is_none_or(|found| self.is_item_word(found));
        let needed = match bracket {
            '<' => self.expects(Rule::close_angle) && self.found_text() != ",",
            '(' => self.expects(Rule::close_paren) && self.missing_behind().is_some(),
            '[' => self.expects(Rule::close_bracket) && self.missing_behind().is_some(),
            _ => false,
        };
        (at_end || needed).then_some((bracket, at))
    }
}

/// The bracket that closes what `bracket` opens.
pub(super) fn closing(bracket: char) -> char {
    match bracket {
        '{' => '}',
        '(' => ')',
        '[' => ']',
        _ => '>',
    }
}
