//! Type expressions: names are looked up, base types and containers taken over.

use super::custom::{self, Place};
use super::resolve::Resolver;
use super::schema::{ModuleId, Type};
use super::scope::Symbol;
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{self, BaseType, TypeKind};

/// The type that is written. For a name that is not known, which is reported, `bool` stands in: there will be no schema,
/// and the definition is marked so that nothing is said of what comes of it.
pub(super) fn resolve(resolver: &mut Resolver<'_>, module: ModuleId, ty: &ast::Type) -> Type {
    custom::annotated(resolver, &ty.annotations, Place::Elsewhere);
    let mut nested = |ty: &ast::Type| Box::new(resolve(resolver, module, ty));
    match &ty.kind {
        TypeKind::Base(base) => {
            if *base == BaseType::Byte && resolver.options.strict {
                let warning = Diagnostic::warning("old-word", "`byte` is an old word for `i8`", ty.span);
                resolver.report(warning.help("write `i8`"));
            }
            of_base(*base)
        }
        TypeKind::List(element) => Type::List(nested(element)),
        TypeKind::Set(element) => Type::Set(nested(element)),
        TypeKind::Map(key, value) => Type::Map(nested(key), nested(value)),
        TypeKind::Named(name) => named(resolver, module, ty, name),
    }
}

fn of_base(base: BaseType) -> Type {
    match base {
        BaseType::Bool => Type::Bool,
        BaseType::Byte | BaseType::I8 => Type::I8,
        BaseType::I16 => Type::I16,
        BaseType::I32 => Type::I32,
        BaseType::I64 => Type::I64,
        BaseType::Double => Type::Double,
        BaseType::String => Type::String,
        BaseType::Binary => Type::Binary,
        BaseType::Uuid => Type::Uuid,
    }
}

fn named(resolver: &mut Resolver<'_>, module: ModuleId, ty: &ast::Type, name: &str) -> Type {
    match resolver.scopes.symbol(module, name) {
        Some(Symbol::Typedef(id)) => return Type::Typedef(id),
        Some(Symbol::Enum(id)) => return Type::Enum(id),
        Some(Symbol::Struct(id)) => return Type::Struct(id),
        Some(Symbol::Service(_)) => {
            let message = format!("`{name}` is a service, and a service is not a type");
            resolver.report(Diagnostic::error("service-as-type", message, ty.span));
        }
        None if resolver.scopes.is_unread(module, name) => {}
        None => {
            let unknown = Diagnostic::error("unknown-type", format!("type `{name}` is not defined"), ty.span);
            let unknown = Diagnostic { help: of_other_language(name), ..unknown };
            resolver.report_unknown(module, name, unknown, |scopes| scopes.similar_type(module, name));
        }
    }
    resolver.is_broken = true;
    resolver.unknown.insert(ty.span);
    Type::Bool
}

/// Help for the names that types have elsewhere.
fn of_other_language(name: &str) -> Option<String> {
    let meant = match name.to_ascii_lowercase().as_str() {
        "int" | "integer" | "int32" => "i32",
        "long" | "int64" => "i64",
        "short" | "int16" => "i16",
        "int8" | "char" => "i8",
        "float" | "float32" | "float64" => "double",
        "str" | "text" | "slist" => "string",
        "boolean" => "bool",
        "bytes" => "binary",
        "vector" | "array" => "list",
        "uint" | "uint8" | "uint16" | "uint32" | "uint64" | "u8" | "u16" | "u32" | "u64" => {
            return Some("there are no unsigned integers; a larger type holds the same numbers".to_owned());
        }
        "any" | "object" => return Some("a `union` lists the types that may stand in one place".to_owned()),
        _ => return None,
    };
    Some(format!("did you mean `{meant}`?"))
}
