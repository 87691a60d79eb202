//! Text to [`ast::Document`](super::ast::Document); the only user of pest.

mod build;
mod comment;
mod error;
mod lexeme;
mod literal;
mod nesting;
mod word;

use pest::Parser;

use super::ast::{Document, Unread};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};
use build::Builder;
use error::Failure;
use grammar::{Grammar, Rule};
pub(crate) use lexeme::{Lexeme, LexemeKind, lexemes};

/// How deep types, values and `xsd_attrs` may stand in one another.
pub const MAX_NESTING: usize = 64;

/// After so many syntax errors a file is not read on: it is no Thrift, and to find its lines takes pest long.
const MAX_FAILURES: usize = 1000;

/// What pest derives, which has no docs of its own.
#[allow(missing_docs)]
mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/thrift.pest"]
    pub(super) struct Grammar;
}

/// Parses `text`, which is the text of `source`.
///
/// What is wrong is pushed to `diagnostics`. The document then holds the rest: of a definition with an error nothing but
/// its words, and behind a syntax error parsing goes on at the next line that opens a definition.
pub fn parse(source: SourceId, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Document {
    if let Some(deep) = nesting::too_deep(text) {
        diagnostics.push(too_deep(Span::new(source, deep as u32, deep as u32 + 1)));
        return unread(source, text);
    }
    let mut builder = Builder::new(source, text, diagnostics);
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut failures = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        match Grammar::parse(Rule::piece, rest) {
            Ok(pairs) => at += builder.piece(at, pairs),
            Err(error) => {
                let failure = Failure::new(source, text, at, &error);
                builder.report(failure.diagnostic());
                failures += 1;
                let next = if failures < MAX_FAILURES { failure.resume() } else { text.len() };
                builder.skip(text.get(at..next).unwrap_or_default(), failure.is_nameless());
                at = next;
            }
        }
    }
    builder.finish()
}

/// The document of a text that cannot be parsed: all its words may be names that it defines.
pub(crate) fn unread(source: SourceId, text: &str) -> Document {
    let unread = Unread { words: words(text).collect(), is_nameless: false };
    Document { unread, ..Document::new(source) }
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = lexemes(text, 0).filter(|lexeme| lexeme.kind == LexemeKind::Word);
    words.filter_map(|lexeme| text.get(lexeme.start..lexeme.end).map(str::to_owned))
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error("nesting-too-deep", format!("more than {MAX_NESTING} levels stand in one another"), span)
        .at(format!("level {}", MAX_NESTING + 1))
        .help("give a part of it a name of its own, with a typedef, a struct or a constant")
}

#[cfg(test)]
mod tests;
