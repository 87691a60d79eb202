//! The smallest parts of a text, found without the grammar: for what is said of a text that does not fit it.

/// What a [`Lexeme`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LexemeKind {
    /// A name or a keyword, dots included.
    Word,
    /// Digits and what follows them.
    Number,
    /// A string; `false` when its line or the text ends in it.
    String(bool),
    /// A comment; `false` when the text ends in it.
    Comment(bool),
    /// Any other character.
    Punctuation(char),
}

/// A part of a text: white space stands between two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lexeme {
    /// What it is.
    pub(crate) kind: LexemeKind,
    /// Offset of its first byte.
    pub(crate) start: usize,
    /// Offset of the byte after the last one.
    pub(crate) end: usize,
}

/// The lexemes of `text` from the byte `at` on.
pub(crate) fn lexemes(text: &str, at: usize) -> Lexemes<'_> {
    Lexemes { text, at }
}

/// See [`lexemes`].
pub(crate) struct Lexemes<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Lexemes<'_> {
    type Item = Lexeme;

    fn next(&mut self) -> Option<Lexeme> {
        let rest = self.text.get(self.at..)?;
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let start = self.at + rest.len() - trimmed.len();
        let (kind, length) = lexeme(trimmed)?;
        self.at = start + length;
        Some(Lexeme { kind, start, end: self.at })
    }
}

fn lexeme(text: &str) -> Option<(LexemeKind, usize)> {
    let first = text.chars().next()?;
    Some(match first {
        '#' => (LexemeKind::Comment(true), line_length(text)),
        '/' if text.starts_with("//") => (LexemeKind::Comment(true), line_length(text)),
        '/' if text.starts_with("/*") => match text.get(2..).and_then(|rest| rest.find("*/")) {
            Some(end) => (LexemeKind::Comment(true), end + 4),
            None => (LexemeKind::Comment(false), text.len()),
        },
        '"' | '\'' => string(text, first),
        '0'..='9' => (LexemeKind::Number, length_while(text, |c| c.is_ascii_alphanumeric() || c == '.')),
        _ if first == '_' || first.is_alphabetic() => {
            let length = length_while(text, |c| c == '_' || c == '.' || c.is_alphanumeric());
            // A dot is a part of a word only before another character of it.
            (LexemeKind::Word, text.get(..length).map_or(length, |word| word.trim_end_matches('.').len()))
        }
        _ => (LexemeKind::Punctuation(first), first.len_utf8()),
    })
}

fn string(text: &str, quote: char) -> (LexemeKind, usize) {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return (LexemeKind::String(false), at),
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return (LexemeKind::String(true), at + 1),
            _ => {}
        }
    }
    (LexemeKind::String(false), text.len())
}

fn line_length(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

fn length_while(text: &str, part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !part(c)).unwrap_or(text.len())
}
