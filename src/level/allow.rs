//! What the IDL allows: `// thrift-gen: allow(code, …)` and `(thrift_gen.allow = "code, …")`.
//!
//! A comment (of any kind) behind or between something counts for its line, one that stands alone for the field, function
//! or definition that follows it. Alone in the head of a file it counts for the whole file, if a blank line or a header
//! follows, as it is with documentation. An annotation counts for what it is attached to.

mod annotation;
mod comment;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use super::{LevelError, allowable};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::program::Program;

/// A code that a comment or an annotation names.
#[derive(Debug)]
struct Allow {
    code: &'static str,
    /// Where the code is named.
    span: Span,
    /// The bytes that it counts for.
    range: Range<usize>,
    used: bool,
}

/// Everything that the IDL allows.
#[derive(Debug, Default)]
pub struct Allows {
    allows: Vec<Allow>,
    /// For each code of each text the places in `allows`, in the order of the text; none is within another.
    by_code: HashMap<(SourceId, &'static str), Vec<usize>>,
    /// What is not understood.
    bad: Vec<Diagnostic>,
}

impl Allows {
    /// Looks for them. A text that does not have the words is not looked at any closer.
    pub fn find(sources: &SourceMap, program: &Program) -> Self {
        let mut allows = Self::default();
        for source in sources.ids() {
            if sources.source(source).text.contains(comment::MARK) {
                comment::find(source, &sources.source(source).text, &mut allows);
            }
        }
        for file in &program.files {
            if sources.source(file.document.source).text.contains(annotation::PREFIX) {
                annotation::find(&file.document, &mut allows);
            }
        }
        allows.index();
        allows
    }

    /// Whether the IDL allows what is told; notes that it was good for something.
    pub fn allow(&mut self, diagnostic: &Diagnostic) -> bool {
        let Some(label) = diagnostic.labels.first() else { return false };
        let Some(places) = self.by_code.get(&(label.span.source, diagnostic.code)) else { return false };
        let at = label.span.start as usize;
        // As none is within another, the last one that begins before `at` is also the one that reaches farthest.
        let next = places.partition_point(|&place| self.allows.get(place).is_some_and(|allow| allow.range.start <= at));
        let last = next.checked_sub(1).and_then(|last| places.get(last)).and_then(|&place| self.allows.get_mut(place));
        let Some(allow) = last.filter(|allow| at < allow.range.end) else { return false };
        allow.used = true;
        true
    }

    /// Warnings of what is not understood and, if every warning was looked for, of what silenced nothing.
    pub fn misuse(self, complete: bool) -> Vec<Diagnostic> {
        let unused = self.allows.iter().filter(|allow| complete && !allow.used).map(|allow| {
            let message = format!("there is no warning `{}` to silence here", allow.code);
            Diagnostic::warning("unused-allow", message, allow.span).help("remove it, or put it where the warning is")
        });
        let unused: Vec<Diagnostic> = unused.collect();
        self.bad.into_iter().chain(unused).collect()
    }

    /// Takes in a list of codes with commas between; `span_of` says where a part of it stands.
    fn add(&mut self, list: &str, span_of: impl Fn(Range<usize>) -> Span, range: &Range<usize>) {
        let mut at = 0;
        for part in list.split(',') {
            let name = part.trim();
            let start = at + part.len() - part.trim_start().len();
            let span = span_of(start..start + name.len());
            match allowable(name) {
                Ok(code) => self.allows.push(Allow { code, span, range: range.clone(), used: false }),
                Err(_) if name.is_empty() => self.bad("a code is missing".to_owned(), span, None),
                Err(LevelError { message, help }) => self.bad(message, span, help),
            }
            at += part.len() + 1;
        }
    }

    fn bad(&mut self, message: String, span: Span, help: Option<String>) {
        let mut warning = Diagnostic::warning("bad-allow", message, span);
        warning.help = help;
        self.bad.push(warning);
    }

    fn index(&mut self) {
        for (place, allow) in self.allows.iter().enumerate() {
            self.by_code.entry((allow.span.source, allow.code)).or_default().push(place);
        }
        for places in self.by_code.values_mut() {
            let range = |place: usize| self.allows.get(place).map_or(0..0, |allow| allow.range.clone());
            places.sort_by_key(|&place| (range(place).start, Reverse(range(place).end)));
            let mut end = 0;
            places.retain(|&place| {
                let reaches_farther = range(place).end > end;
                end = end.max(range(place).end);
                reaches_farther
            });
        }
    }
}
