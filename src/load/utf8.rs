//! Bytes to text. What is not UTF-8 is let through in comments, where old files have names in Latin-1.

use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};
use crate::syntax::parser::{LexemeKind, lexemes};

/// A file's text.
pub(super) struct Text {
    /// The text, with U+FFFD in place of what is not UTF-8.
    pub(super) text: String,
    /// What was read, if it is not UTF-8.
    pub(super) not_utf8: Option<Vec<u8>>,
}

impl Text {
    pub(super) fn decode(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self { text, not_utf8: None },
            Err(error) => {
                let bytes = error.into_bytes();
                Self { text: String::from_utf8_lossy(&bytes).into_owned(), not_utf8: Some(bytes) }
            }
        }
    }
}

/// The error for the first of `bytes` outside of comments that is not UTF-8; `text` is what they were decoded to.
pub(super) fn report(source: SourceId, text: &str, bytes: &[u8]) -> Option<Diagnostic> {
    let mut wrong = invalid(bytes);
    let mut next = wrong.next()?;
    for lexeme in lexemes(text, 0) {
        while next.at < lexeme.end {
            if !matches!(lexeme.kind, LexemeKind::Comment(_)) {
                return Some(diagnostic(source, &next));
            }
            next = wrong.next()?;
        }
    }
    None
}

/// A place that is not UTF-8.
struct Invalid {
    /// Where U+FFFD stands for it in the text.
    at: usize,
    /// Its offset in the file.
    offset: usize,
    byte: u8,
}

fn invalid(bytes: &[u8]) -> impl Iterator<Item = Invalid> {
    let (mut at, mut offset) = (0, 0);
    bytes.utf8_chunks().filter_map(move |chunk| {
        let valid = chunk.valid().len();
        let invalid = chunk.invalid().first().map(|&byte| Invalid { at: at + valid, offset: offset + valid, byte });
        at += valid + REPLACEMENT;
        offset += valid + chunk.invalid().len();
        invalid
    })
}

const REPLACEMENT: usize = char::REPLACEMENT_CHARACTER.len_utf8();

fn diagnostic(source: SourceId, invalid: &Invalid) -> Diagnostic {
    let span = Span::new(source, invalid.at as u32, (invalid.at + REPLACEMENT) as u32);
    let message = format!("the byte 0x{:02X} at offset {} is not UTF-8", invalid.byte, invalid.offset);
    Diagnostic::error("invalid-utf8", message, span)
        .help("save the file as UTF-8; other encodings are let through in comments only")
}
