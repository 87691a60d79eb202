//! The cap on nesting, looked at before the grammar sees the text: its parser recurses with the brackets.

use super::MAX_NESTING;
use super::lexeme::{LexemeKind, lexemes};

/// The braces of a definition stand around its nest.
const LIMIT: usize = MAX_NESTING + 1;

/// Offset of the first bracket that stands too deep.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    if !may_be_too_deep(text) {
        return None;
    }
    let mut open = Vec::new();
    for lexeme in lexemes(text, 0) {
        match lexeme.kind {
            LexemeKind::Punctuation(bracket @ ('[' | '{' | '<')) => open.push(bracket),
            // A brace closes what was forgotten to be closed in it.
            LexemeKind::Punctuation('}') => while open.pop().is_some_and(|bracket| bracket != '{') {},
            LexemeKind::Punctuation(']') => drop(open.pop_if(|bracket| *bracket == '[')),
            LexemeKind::Punctuation('>') => drop(open.pop_if(|bracket| *bracket == '<')),
            _ => {}
        }
        if open.len() > LIMIT {
            return Some(lexeme.start);
        }
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
                if depth > LIMIT {
                    return true;
                }
            }
            b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
