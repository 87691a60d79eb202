//! Fields and their types.

use pest::iterators::Pair;

use super::Builder;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Annotation, BaseType, Field, Literal, Requiredness, Type, TypeKind, Xsd};
use crate::syntax::parser::{Rule, word};

impl Builder<'_, '_> {
    /// The fields of a rule that holds several.
    pub(super) fn fields(&mut self, pair: Pair<'_, Rule>) -> Vec<Field> {
        let mut children = pair.into_inner();
        let mut fields = Vec::with_capacity(children.len());
        while let Some(child) = self.next(&mut children) {
            if child.as_rule() == Rule::field {
                fields.push(self.field(child));
            }
        }
        fields
    }

    pub(super) fn field(&mut self, pair: Pair<'_, Rule>) -> Field {
        let mut field = Field {
            span: self.empty_span(&pair),
            doc: self.take_doc(),
            id: None,
            requiredness: Requiredness::Default,
            requiredness_span: None,
            ty: self.empty_type(&pair),
            reference: false,
            name: self.empty_name(&pair),
            default: None,
            xsd: Xsd::default(),
            annotations: Vec::new(),
        };
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            let mut end = self.span(&child);
            match child.as_rule() {
                Rule::number | Rule::boolean => field.id = Some(self.integer(&child)),
                Rule::requiredness => {
                    let optional = child.as_str() == "optional";
                    field.requiredness = if optional { Requiredness::Optional } else { Requiredness::Required };
                    field.requiredness_span = Some(end);
                }
                Rule::ty => {
                    field.ty = self.ty(child);
                    end = field.ty.span;
                }
                Rule::reference_mark => field.reference = true,
                Rule::word => field.name = self.member_name(&child),
                Rule::const_value => {
                    let value = self.value(child);
                    end = value.span;
                    field.default = Some(value);
                }
                Rule::xsd_optional => field.xsd.optional = true,
                Rule::xsd_nillable => field.xsd.nillable = true,
                Rule::xsd_attrs => field.xsd.attributes = self.xsd_attrs(child),
                Rule::annotations => field.annotations = self.annotations(child),
                _ => {}
            }
            field.span = field.span.to(end);
        }
        field.span = self.without_gap(field.span);
        field
    }

    fn xsd_attrs(&mut self, pair: Pair<'_, Rule>) -> Vec<Field> {
        let mut fields = Vec::new();
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            if child.as_rule() == Rule::fields {
                fields = self.fields(child);
            }
        }
        fields
    }

    pub(super) fn ty(&mut self, pair: Pair<'_, Rule>) -> Type {
        let mut ty = self.empty_type(&pair);
        let start = ty.span;
        let mut annotations = Vec::new();
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            match child.as_rule() {
                Rule::annotations => annotations = self.annotations(child),
                Rule::base_type => ty = self.plain_type(&child, TypeKind::Base(base_type(child.as_str()))),
                Rule::reference => ty = self.named_type(&child),
                Rule::list | Rule::map | Rule::set => ty = self.container(start, child),
                _ => {}
            }
        }
        ty.annotations = annotations;
        ty
    }

    /// A type to be filled.
    pub(super) fn empty_type(&self, pair: &Pair<'_, Rule>) -> Type {
        Type {
            span: self.empty_span(pair),
            kind: TypeKind::Named(String::new()),
            cpp_type: None,
            annotations: Vec::new(),
        }
    }

    fn plain_type(&self, pair: &Pair<'_, Rule>, kind: TypeKind) -> Type {
        Type { span: self.span(pair), kind, cpp_type: None, annotations: Vec::<Annotation>::new() }
    }

    fn named_type(&mut self, pair: &Pair<'_, Rule>) -> Type {
        let name = self.name(pair);
        if name.text == "void" {
            self.report(
                Diagnostic::error("void-as-type", "`void` is no type of a value", name.span)
                    .help("only a function has it, as what it returns"),
            );
        } else if word::is_keyword(&name.text) {
            self.report(
                Diagnostic::error("keyword-as-type", format!("`{}` is a keyword, not a type", name.text), name.span)
                    .at("expected a type"),
            );
        }
        Type { span: name.span, kind: TypeKind::Named(name.text), cpp_type: None, annotations: Vec::new() }
    }

    /// A list, map or set whose word begins at `span`.
    fn container(&mut self, mut span: Span, pair: Pair<'_, Rule>) -> Type {
        let rule = pair.as_rule();
        let mut cpp_type = None;
        let mut types = Vec::with_capacity(2);
        let empty = self.empty_type(&pair);
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            match child.as_rule() {
                Rule::ty => types.push(self.ty(child)),
                Rule::cpp_type => {
                    if !types.is_empty() {
                        let place = "`cpp_type` behind a type is an old place for it";
                        let warning = Diagnostic::warning("old-word", place, self.without_gap(self.span(&child)));
                        self.report(warning.help("write it before the `<`: `list cpp_type \"name\" <type>`"));
                    }
                    cpp_type = self.cpp_type(child);
                }
                Rule::close_angle => span = span.to(self.span(&child)),
                _ => {}
            }
        }
        let mut types = types.into_iter();
        let mut argument = || Box::new(types.next().unwrap_or_else(|| empty.clone()));
        let kind = match rule {
            Rule::list => TypeKind::List(argument()),
            Rule::set => TypeKind::Set(argument()),
            _ => TypeKind::Map(argument(), argument()),
        };
        Type { span, kind, cpp_type, annotations: Vec::new() }
    }

    fn cpp_type(&mut self, pair: Pair<'_, Rule>) -> Option<Literal> {
        let mut literal = None;
        let mut children = pair.into_inner();
        while let Some(child) = self.next(&mut children) {
            if child.as_rule() == Rule::literal {
                literal = Some(self.literal(&child));
            }
        }
        literal
    }

    /// The span without the white space that some rules take behind themselves.
    fn without_gap(&self, span: Span) -> Span {
        let length = self.slice(span).trim_end().len() as u32;
        Span::new(span.source, span.start, span.start + length)
    }
}

fn base_type(word: &str) -> BaseType {
    match word {
        "bool" => BaseType::Bool,
        "byte" => BaseType::Byte,
        "i8" => BaseType::I8,
        "i16" => BaseType::I16,
        "i32" => BaseType::I32,
        "i64" => BaseType::I64,
        "double" => BaseType::Double,
        "binary" => BaseType::Binary,
        "uuid" => BaseType::Uuid,
        _ => BaseType::String,
    }
}
