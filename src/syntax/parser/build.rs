//! What the grammar found, as nodes of the tree.
//!
//! Each function takes the pair of one rule and looks at the pairs in it by their rule. The grammar sees to their
//! order and number, so a node starts out empty and is filled by what comes.

mod field;
mod item;
mod value;

use pest::iterators::{Pair, Pairs};

use super::comment;
use super::{Rule, word, words};
use crate::diagnostic::{Diagnostic, Severity, clipped};
use crate::source::{SourceId, Span};
use crate::syntax::ast::{Annotation, Doc, Document, Name};

/// How many bytes a name may have: one that is told of many times is a part of many messages.
const MAX_NAME: usize = 500;

/// Builds the document of one text from its pieces.
pub(super) struct Builder<'t, 'd> {
    document: Document,
    text: &'t str,
    diagnostics: &'d mut Vec<Diagnostic>,
    /// Where the piece begins that is looked at: pest's offsets count from there.
    piece_start: usize,
    /// The last documentation comment, until something takes it.
    pending_doc: Option<PendingDoc>,
    seen_doc: bool,
    seen_definition: bool,
}

/// A documentation comment that nothing has taken yet.
struct PendingDoc {
    span: Span,
    /// It is the first of the text, and no definition stands before it.
    opens_file: bool,
}

impl<'t, 'd> Builder<'t, 'd> {
    pub(super) fn new(source: SourceId, text: &'t str, diagnostics: &'d mut Vec<Diagnostic>) -> Self {
        let document = Document::new(source);
        Self { document, text, diagnostics, piece_start: 0, pending_doc: None, seen_doc: false, seen_definition: false }
    }

    /// Takes in what a rule `piece` found from the byte `start` on, and returns how many bytes that are.
    pub(super) fn piece(&mut self, start: usize, mut pairs: Pairs<'_, Rule>) -> usize {
        self.piece_start = start;
        let Some(piece) = pairs.next() else { return self.text.len() - start };
        let length = piece.as_span().end();
        let mut children = piece.into_inner();
        while let Some(child) = self.next(&mut children) {
            if child.as_rule() == Rule::item {
                self.item_without_errors(child);
            }
        }
        length
    }

    /// Passes by a text that has errors: nothing is known of it but its words.
    pub(super) fn skip(&mut self, text: &str, is_nameless: bool) {
        self.document.unread.words.extend(words(text));
        self.document.unread.is_nameless |= is_nameless;
    }

    /// The whole document.
    pub(super) fn finish(mut self) -> Document {
        if let Some(doc) = self.pending_doc.take().filter(|doc| doc.opens_file) {
            self.document.doc = self.doc(doc.span);
        }
        self.document
    }

    /// Pushes a diagnostic.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn item_without_errors(&mut self, pair: Pair<'_, Rule>) {
        let text = pair.as_str();
        let (known, headers, definitions) =
            (self.diagnostics.len(), self.document.headers.len(), self.document.definitions.len());
        self.item(pair);
        let new = self.diagnostics.get(known..).unwrap_or_default();
        if new.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
            self.document.headers.truncate(headers);
            self.document.definitions.truncate(definitions);
            let is_nameless = new.iter().any(|diagnostic| diagnostic.code == "keyword-as-name");
            self.skip(text, is_nameless);
        }
    }

    /// The next pair that is no comment.
    fn next<'i>(&mut self, pairs: &mut Pairs<'i, Rule>) -> Option<Pair<'i, Rule>> {
        for pair in pairs {
            match pair.as_rule() {
                Rule::comment => self.comment(&pair),
                Rule::rest_of_line => {}
                _ => return Some(pair),
            }
        }
        None
    }

    /// A comment; its rule begins behind the first `/`.
    fn comment(&mut self, pair: &Pair<'_, Rule>) {
        let span = self.span(pair);
        let span = Span::new(span.source, span.start.saturating_sub(1), span.end);
        if comment::is_doc(self.slice(span)) {
            self.doc_comment(span);
        }
    }

    fn doc_comment(&mut self, span: Span) {
        if let Some(earlier) = self.pending_doc.take().filter(|doc| doc.opens_file) {
            self.document.doc = self.doc(earlier.span);
        }
        let opens_file = !self.seen_doc && !self.seen_definition;
        self.pending_doc = Some(PendingDoc { span, opens_file });
        self.seen_doc = true;
    }

    /// A header takes no comment; before the first definition it shows that the comment is the file's.
    fn drop_doc(&mut self) {
        if let Some(doc) = self.pending_doc.take().filter(|doc| doc.opens_file) {
            self.document.doc = self.doc(doc.span);
        }
    }

    /// The comment for what begins here. The first one of a file is the file's if a blank line follows it.
    fn take_doc(&mut self) -> Option<Doc> {
        let pending = self.pending_doc.take()?;
        let doc = self.doc(pending.span);
        let after = self.text.get(pending.span.end as usize..).unwrap_or_default();
        if pending.opens_file && self.document.headers.is_empty() && begins_with_blank_line(after) {
            self.document.doc = doc;
            return None;
        }
        doc
    }

    fn doc(&self, span: Span) -> Option<Doc> {
        let text = comment::clean(self.slice(span));
        (!text.trim().is_empty()).then_some(Doc { span, text })
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        self.span_at(span.start(), span.end())
    }

    /// The span of two offsets in the piece.
    fn span_at(&self, start: usize, end: usize) -> Span {
        Span::new(self.document.source, (self.piece_start + start) as u32, (self.piece_start + end) as u32)
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// A span of no bytes at the start of a pair, for a node that is to be filled.
    fn empty_span(&self, pair: &Pair<'_, Rule>) -> Span {
        let start = pair.as_span().start();
        self.span_at(start, start)
    }

    fn empty_name(&self, pair: &Pair<'_, Rule>) -> Name {
        Name { span: self.empty_span(pair), text: String::new() }
    }

    /// A word where any is right: a reference, a key, a namespace.
    fn name(&mut self, pair: &Pair<'_, Rule>) -> Name {
        let mut name = Name { span: self.span(pair), text: pair.as_str().to_owned() };
        if name.text.len() > MAX_NAME {
            self.report(
                Diagnostic::error("name-too-long", format!("the name has {} bytes", name.text.len()), name.span)
                    .help(format!("a name has at most {MAX_NAME} bytes")),
            );
            name.text = clipped(&name.text);
        } else if !name.text.is_ascii() {
            self.report(
                Diagnostic::error("non-ascii-name", format!("the name `{}` is not in ASCII", name.text), name.span)
                    .help("names consist of the letters A to Z, digits and `_`"),
            );
        }
        name
    }

    /// A word that is given to a type. A keyword could not be told from the type or word that it is.
    fn type_name(&mut self, pair: &Pair<'_, Rule>) -> Name {
        let name = self.name(pair);
        if word::is_keyword(&name.text) {
            self.keyword_as_name(&name);
        }
        self.check_undotted(&name);
        name
    }

    /// A word that is given to anything else, which most keywords may be.
    fn member_name(&mut self, pair: &Pair<'_, Rule>) -> Name {
        let name = self.name(pair);
        if word::is_reserved(&name.text) {
            self.keyword_as_name(&name);
        }
        self.check_undotted(&name);
        name
    }

    fn keyword_as_name(&mut self, name: &Name) {
        self.report(
            Diagnostic::error(
                "keyword-as-name",
                format!("`{}` is a keyword and cannot be a name", name.text),
                name.span,
            )
            .help(format!("change it a little: `{}_`, for example", name.text)),
        );
    }

    fn check_undotted(&mut self, name: &Name) {
        if name.text.contains('.') {
            self.report(
                Diagnostic::error("dotted-name", format!("the declared name `{}` has a dot", name.text), name.span)
                    .help("only references to names of other files have dots"),
            );
        }
    }

    fn annotations(&mut self, pair: Pair<'_, Rule>) -> Vec<Annotation> {
        let mut annotations = Vec::new();
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            if child.as_rule() == Rule::annotation {
                annotations.push(self.annotation(child));
            }
        }
        annotations
    }

    fn annotation(&mut self, pair: Pair<'_, Rule>) -> Annotation {
        let mut annotation = Annotation { key: self.empty_name(&pair), value: None };
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            match child.as_rule() {
                Rule::name => annotation.key = self.name(&child),
                Rule::literal | Rule::long_literal => annotation.value = Some(self.literal(&child)),
                _ => {}
            }
        }
        annotation
    }
}

/// Whether the line goes on with nothing and the next one holds nothing.
fn begins_with_blank_line(text: &str) -> bool {
    let mut lines = text.split('\n').map(|line| line.trim().is_empty());
    lines.next() == Some(true) && lines.next() == Some(true)
}
