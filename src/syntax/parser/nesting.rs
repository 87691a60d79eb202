//! The cap on nesting, looked at before the grammar sees the text: its parser recurses with the brackets.

use super::MAX_NESTING;
use super::lexeme::{LexemeKind, lexemes};

/// Offset of the first bracket that stands too deep. The braces of a definition, around its nest, do not count.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    if !may_be_too_deep(text) {
        return None;
    }
    let mut open = Vec::new();
    let mut limit = MAX_NESTING;
    let mut previous = LexemeKind::Word;
    for lexeme in lexemes(text, 0) {
        match lexeme.kind {
            LexemeKind::Punctuation(bracket @ ('[' | '{' | '<')) => {
                if open.is_empty() {
                    let body = bracket == '{' && previous != LexemeKind::Punctuation('=');
                    limit = MAX_NESTING + usize::from(body);
                }
                open.push(bracket);
            }
            // A brace closes what was forgotten to be closed in it.
            LexemeKind::Punctuation('}') => while open.pop().is_some_and(|bracket| bracket != '{') {},
            LexemeKind::Punctuation(']') => drop(open.pop_if(|bracket| *bracket == '[')),
            LexemeKind::Punctuation('>') => drop(open.pop_if(|bracket| *bracket == '<')),
            _ => {}
        }
        if open.len() > limit {
            return Some(lexeme.start);
        }
        previous = lexeme.kind;
    }
    None
}

/// A quick look that counts brackets in comments and strings, too.
fn may_be_too_deep(text: &str) -> bool {
    let mut depth = 0usize;
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' | b'<' => {
                depth += 1;
                if depth > MAX_NESTING {
                    return true;
                }
            }
            b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
