//! What each token and each place of the grammar becomes, and that no text whatever makes the parser panic.

mod comments;
mod definitions;
mod robustness;
mod values;

use super::parse;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{Annotation, Const, Definition, Document, Enum, Service, Struct, Type, TypeKind, Typedef};

/// Parses a text, valid or not.
fn parse_any(text: &str) -> (Document, Vec<Diagnostic>) {
    let mut sources = SourceMap::default();
    let source = sources.add("test.thrift".to_owned(), text.to_owned(), None);
    let mut diagnostics = Vec::new();
    let document = parse(source, text, &mut diagnostics);
    (document, diagnostics)
}

/// Parses a valid text. There may be warnings.
fn document(text: &str) -> Document {
    let (document, mut diagnostics) = parse_any(text);
    diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    assert_eq!(diagnostics, [], "{text}");
    document
}

/// The messages for a text.
fn messages(text: &str) -> Vec<String> {
    parse_any(text).1.into_iter().map(|diagnostic| diagnostic.message).collect()
}

/// Parses a text of one definition.
fn definition(text: &str) -> Definition {
    let document = document(text);
    assert_eq!(document.definitions.len(), 1, "{text}");
    document.definitions.into_iter().next().unwrap()
}

macro_rules! definition_of {
    ($name:ident, $kind:ident) => {
        fn $name(text: &str) -> $kind {
            match definition(text) {
                Definition::$kind(definition) => definition,
                other => panic!("{text}: {other:?}"),
            }
        }
    };
}

definition_of!(constant, Const);
definition_of!(typedef, Typedef);
definition_of!(enumeration, Enum);
definition_of!(structure, Struct);
definition_of!(service, Service);

fn slice(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

/// A type as it could be written.
fn type_text(ty: &Type) -> String {
    let text = match &ty.kind {
        TypeKind::Base(base) => format!("{base:?}"),
        TypeKind::Named(name) => name.clone(),
        TypeKind::List(element) => format!("list<{}>", type_text(element)),
        TypeKind::Set(element) => format!("set<{}>", type_text(element)),
        TypeKind::Map(key, value) => format!("map<{}, {}>", type_text(key), type_text(value)),
    };
    text + &annotations_text(&ty.annotations)
}

/// Annotations as they could be written.
fn annotations_text(annotations: &[Annotation]) -> String {
    let one = |annotation: &Annotation| match &annotation.value {
        Some(value) => format!("{}={:?}", annotation.key.text, value.value),
        None => annotation.key.text.clone(),
    };
    let all: Vec<String> = annotations.iter().map(one).collect();
    if all.is_empty() { String::new() } else { format!("({})", all.join(" ")) }
}
