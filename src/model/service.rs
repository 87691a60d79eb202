//! Services: what they extend, and the rules for their functions.

use std::collections::{HashMap, HashSet};

use super::custom;
use super::definition::text;
use super::field::{self, Place};
use super::resolve::{Broken, Resolver};
use super::schema::{DefinitionId, Function, ModuleId, Schema, Service, StructKind, Type};
use super::scope::{self, Symbol};
use super::ty;
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{self, Definition, Name};

/// A service with its own functions; [`check`] follows when everything is known.
pub(super) fn resolve(resolver: &mut Resolver<'_>, id: ModuleId, service: &ast::Service) -> Service {
    let extends = service.extends.as_ref().and_then(|name| base(resolver, id, name));
    let functions = service.functions.iter().map(|function| self::function(resolver, id, function)).collect();
    let rust = custom::annotated(resolver, &service.annotations, custom::Place::Service);
    Service { doc: text(&service.doc), rust, name: service.name.text.clone(), extends, functions }
}

fn base(resolver: &mut Resolver<'_>, module: ModuleId, name: &Name) -> Option<DefinitionId> {
    match resolver.scopes.symbol(module, &name.text) {
        Some(Symbol::Service(id)) => return Some(id),
        Some(_) => {
            let message = format!("`{}` is not a service", name.text);
            resolver.report(
                Diagnostic::error("unknown-service", message, name.span).help("a service extends only another service"),
            );
        }
        None if resolver.scopes.is_unread(module, &name.text) => {}
        None => {
            let message = format!("service `{}` is not defined", name.text);
            let unknown = Diagnostic::error("unknown-service", message, name.span);
            resolver.report_unknown(module, &name.text, unknown, |scopes| scopes.similar_service(module, &name.text));
        }
    }
    None
}

fn function(resolver: &mut Resolver<'_>, module: ModuleId, function: &ast::Function) -> Function {
    let oneway = function.oneway.is_some();
    if let (Some(span), Some(returns)) = (function.oneway, &function.returns) {
        let message = format!("the oneway function `{}` returns a value", function.name.text);
        resolver.report(
            Diagnostic::error("oneway-result", message, returns.span)
                .at("a caller never sees this")
                .also(span, "oneway: no reply is sent")
                .help("return `void`"),
        );
    }
    if let (Some(span), Some(first)) = (function.oneway, function.throws.first()) {
        let message = format!("the oneway function `{}` throws", function.name.text);
        resolver.report(
            Diagnostic::error("oneway-throws", message, first.span)
                .at("a caller never sees this")
                .also(span, "oneway: no reply is sent"),
        );
    }
    Function {
        doc: text(&function.doc),
        rust: custom::annotated(resolver, &function.annotations, custom::Place::Function),
        name: function.name.text.clone(),
        oneway,
        returns: function.returns.as_ref().map(|ty| ty::resolve(resolver, module, ty)),
        arguments: field::resolve(resolver, module, &function.arguments, Place::Arguments),
        throws: field::resolve(resolver, module, &function.throws, Place::Throws),
    }
}

/// Checks what needs the whole schema: that `throws` names exceptions, that no service extends itself, and that no
/// function is defined twice, inherited ones included.
pub(super) fn check(resolver: &mut Resolver<'_>, schema: &Schema) {
    let program = resolver.program;
    for (index, file) in program.files.iter().enumerate() {
        for (id, definition) in scope::definitions(ModuleId(index), &file.document) {
            let Definition::Service(service) = definition else { continue };
            if !resolver.is_broken(Broken::Service(id)) {
                check_throws(resolver, schema, id, service);
            }
            if check_bases(resolver, schema, id, service) {
                check_functions(resolver, schema, id, service);
            }
        }
    }
}

fn check_throws(resolver: &mut Resolver<'_>, schema: &Schema, id: DefinitionId, service: &ast::Service) {
    for (function, written) in schema.service(id).functions.iter().zip(&service.functions) {
        for (field, written) in function.throws.iter().zip(&written.throws) {
            let exception = match schema.resolved(&field.ty) {
                Type::Struct(id) => schema.structure(*id).kind == StructKind::Exception,
                _ => false,
            };
            if !exception {
                let message = format!("the type of `{}` is not an exception, so it cannot be thrown", field.name);
                resolver.report(Diagnostic::error("throws-type", message, written.ty.span));
            }
        }
    }
}

/// How many services may extend one another: each function of all of them is a method of the last.
const MAX_CHAIN: usize = 64;

/// False when the service extends itself, or too many others.
fn check_bases(resolver: &mut Resolver<'_>, schema: &Schema, id: DefinitionId, service: &ast::Service) -> bool {
    let mut chain = vec![service.name.text.as_str()];
    let mut seen = HashSet::from([id]);
    let mut next = schema.service(id).extends;
    while let Some(base) = next {
        if chain.len() > MAX_CHAIN {
            let message = format!("service `{}` extends more than {MAX_CHAIN} others", service.name.text);
            resolver.report(Diagnostic::error("service-cycle", message, service.name.span));
            return false;
        }
        chain.push(&schema.service(base).name);
        if !seen.insert(base) {
            // The first service of the circle reports it.
            if base == id && seen.iter().min() == Some(&id) {
                let message = format!("service `{}` extends itself: {}", service.name.text, chain.join(" extends "));
                resolver.report(Diagnostic::error("service-cycle", message, service.name.span));
            }
            return false;
        }
        next = schema.service(base).extends;
    }
    true
}

fn check_functions(resolver: &mut Resolver<'_>, schema: &Schema, id: DefinitionId, service: &ast::Service) {
    let mut inherited: HashMap<&str, &str> = HashMap::new();
    let mut next = schema.service(id).extends;
    while let Some(base) = next {
        let base = schema.service(base);
        inherited.extend(base.functions.iter().map(|function| (function.name.as_str(), base.name.as_str())));
        next = base.extends;
    }
    let mut own: HashMap<&str, &Name> = HashMap::new();
    for function in &service.functions {
        let name = &function.name;
        if let Some(first) = own.insert(&name.text, name) {
            let message = format!("service `{}` defines `{}` twice", service.name.text, name.text);
            resolver.report(
                Diagnostic::error("duplicate-function", message, name.span).also(first.span, "first defined here"),
            );
        } else if let Some(base) = inherited.get(name.text.as_str()) {
            let message = format!("`{}` is already defined by `{base}`, which this service extends", name.text);
            resolver.report(Diagnostic::error("duplicate-function", message, name.span));
        }
    }
}
