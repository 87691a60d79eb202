//! Annotations that allow: `(thrift_gen.allow = "code, …")` on anything that takes annotations.

use super::Allows;
use crate::source::Span;
use crate::syntax::ast::{Annotation, Definition, Document, Field, Function, Header, Type, TypeKind};

/// What our keys begin with.
pub(super) const PREFIX: &str = "thrift_gen.";

const ALLOW: &str = "thrift_gen.allow";

/// Takes in the annotations of a file.
pub(super) fn find(document: &Document, allows: &mut Allows) {
    let mut found = Found { allows };
    for header in &document.headers {
        if let Header::Namespace(namespace) = header {
            found.on(namespace.span, &namespace.annotations);
        }
    }
    document.definitions.iter().for_each(|definition| found.definition(definition));
}

struct Found<'a> {
    allows: &'a mut Allows,
}

impl Found<'_> {
    fn definition(&mut self, definition: &Definition) {
        match definition {
            Definition::Const(constant) => {
                self.ty(&constant.ty);
                self.on(constant.ty.span, &constant.annotations);
            }
            Definition::Typedef(typedef) => {
                self.ty(&typedef.ty);
                self.on(typedef.ty.span, &typedef.annotations);
            }
            Definition::Enum(enumeration) => {
                enumeration.values.iter().for_each(|value| self.on(value.name.span, &value.annotations));
                self.on(enumeration.name.span, &enumeration.annotations);
            }
            Definition::Struct(structure) => {
                self.fields(&structure.fields);
                self.on(structure.name.span, &structure.annotations);
            }
            Definition::Service(service) => {
                service.functions.iter().for_each(|function| self.function(function));
                self.on(service.name.span, &service.annotations);
            }
        }
    }

    fn function(&mut self, function: &Function) {
        if let Some(ty) = &function.returns {
            self.ty(ty);
        }
        self.fields(&function.arguments);
        self.fields(&function.throws);
        let returns = function.returns.as_ref().map(|ty| ty.span);
        self.on(function.oneway.or(returns).unwrap_or(function.name.span), &function.annotations);
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            self.ty(&field.ty);
            self.fields(&field.xsd.attributes);
            self.on(field.span, &field.annotations);
        }
    }

    fn ty(&mut self, ty: &Type) {
        match &ty.kind {
            TypeKind::Base(_) | TypeKind::Named(_) => {}
            TypeKind::List(element) | TypeKind::Set(element) => self.ty(element),
            TypeKind::Map(key, value) => {
                self.ty(key);
                self.ty(value);
            }
        }
        self.on(ty.span, &ty.annotations);
    }

    /// The annotations of something that begins with `first`; they stand at its end.
    fn on(&mut self, first: Span, annotations: &[Annotation]) {
        for annotation in annotations.iter().filter(|annotation| annotation.key.text.starts_with(PREFIX)) {
            let range = first.start as usize..annotation.key.span.end as usize;
            match &annotation.value {
                Some(value) if annotation.key.text == ALLOW => {
                    self.allows.add(&value.value, |_| value.span, &range);
                }
                _ => {
                    let message = format!("`{}` is not understood", annotation.key.text);
                    let help = format!("write `{ALLOW} = \"code\"`");
                    self.allows.bad(message, annotation.key.span, Some(help));
                }
            }
        }
    }
}
