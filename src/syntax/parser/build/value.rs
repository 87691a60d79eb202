//! Literals and constants' values.

use pest::iterators::Pair;

use super::Builder;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{ConstKind, ConstValue, Integer, Literal};
use crate::syntax::parser::literal::{self, Number};
use crate::syntax::parser::{Rule, word};

impl Builder<'_, '_> {
    /// A string, for the rule `literal`.
    pub(super) fn literal(&mut self, pair: &Pair<'_, Rule>) -> Literal {
        let span = self.span(pair);
        let value = literal::string(pair.as_str(), |offset, length| {
            let start = span.start + offset as u32;
            self.diagnostics.push(bad_escape(
                Span::new(span.source, start, start + length as u32),
                pair.as_str(),
                offset,
            ));
        });
        Literal { span, value }
    }

    /// An integer, for the rules `number` and `boolean`.
    pub(super) fn integer(&mut self, pair: &Pair<'_, Rule>) -> Integer {
        let span = self.span(pair);
        let value = match self.number(pair) {
            ConstKind::Integer(value) => value,
            _ => {
                self.report(
                    Diagnostic::error("not-an-integer", format!("`{}` is not an integer", pair.as_str()), span)
                        .at("expected an integer"),
                );
                0
            }
        };
        Integer { span, value }
    }

    /// A value, for the rule `const_value`.
    pub(super) fn value(&mut self, pair: Pair<'_, Rule>) -> ConstValue {
        let mut value = ConstValue { span: self.empty_span(&pair), kind: ConstKind::Integer(0) };
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            value.span = self.span(&child);
            value.kind = match child.as_rule() {
                Rule::number | Rule::boolean => self.number(&child),
                Rule::literal => ConstKind::String(self.literal(&child).value),
                Rule::const_list => ConstKind::List(self.values(child)),
                Rule::const_map => self.map(child),
                _ => self.reference(&child),
            };
        }
        value
    }

    fn number(&mut self, pair: &Pair<'_, Rule>) -> ConstKind {
        let message = match literal_number(pair) {
            Number::Integer(value) => return ConstKind::Integer(value),
            Number::Double(value) => return ConstKind::Double(value),
            Number::IntegerOutOfRange => format!("the integer {} does not fit into 64 bits", pair.as_str()),
            Number::DoubleOutOfRange => format!("the number {} does not fit into a double", pair.as_str()),
        };
        self.report(Diagnostic::error("number-out-of-range", message, self.span(pair)));
        ConstKind::Integer(0)
    }

    fn values(&mut self, pair: Pair<'_, Rule>) -> Vec<ConstValue> {
        let mut values = Vec::new();
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            if child.as_rule() == Rule::const_value {
                values.push(self.value(child));
            }
        }
        values
    }

    fn map(&mut self, pair: Pair<'_, Rule>) -> ConstKind {
        let mut values = self.values(pair).into_iter();
        let mut entries = Vec::new();
        while let (Some(key), Some(value)) = (values.next(), values.next()) {
            entries.push((key, value));
        }
        ConstKind::Map(entries)
    }

    fn reference(&mut self, pair: &Pair<'_, Rule>) -> ConstKind {
        let name = self.name(pair);
        if word::is_reserved(&name.text) {
            self.report(
                Diagnostic::error("keyword-as-value", format!("`{}` is a keyword, not a value", name.text), name.span)
                    .at("expected a value"),
            );
        }
        ConstKind::Reference(name.text)
    }
}

fn literal_number(pair: &Pair<'_, Rule>) -> Number {
    match pair.as_str() {
        "true" => Number::Integer(1),
        "false" => Number::Integer(0),
        token => literal::number(token),
    }
}

fn bad_escape(span: Span, token: &str, offset: usize) -> Diagnostic {
    let escaped = token.get(offset + 1..offset + (span.end - span.start) as usize).unwrap_or_default();
    let shown = escaped.escape_debug();
    Diagnostic::error("bad-escape", format!("`\\{shown}` is not an escape"), span)
        .help(r#"the escapes are \n \r \t \" \' \\; write `\\` for a backslash"#)
}
