//! Names that stand where a value is expected: enum values, and other constants.

use super::{COPIED_BYTES, Evaluator, MAX_CHAIN, MAX_COPIES};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::similar::similar;
use crate::model::schema::{DefinitionId, ModuleId, Type, Value};
use crate::model::scope::Symbol;
use crate::source::Span;

impl Evaluator<'_, '_> {
    /// A name where a value is expected: an enum value, or another constant.
    pub(super) fn reference(&mut self, module: ModuleId, name: &str, span: Span, ty: &Type) -> Option<Value> {
        if let Some(id) = self.resolver.scopes.constant(module, name) {
            return self.referred(id, name, span, ty);
        }
        if let Some((id, index)) = self.enum_value(module, name) {
            return self.enum_as(id, index, span, ty);
        }
        if self.resolver.scopes.is_unread(module, name) {
            return None;
        }
        if let Type::Enum(id) = *self.schema.resolved(ty) {
            return self.loose_enum_value(module, id, name, span);
        }
        let mut unknown = Diagnostic::error("unknown-constant", format!("`{name}` is not defined"), span);
        if matches!(name, "null" | "NULL" | "nil" | "None") {
            unknown = unknown.help("there is no null: leave the value out");
        }
        let schema = self.schema;
        let values = |id| schema.enumeration(id).values.iter().map(|value| value.name.clone()).collect();
        self.resolver.report_unknown(module, name, unknown, |scopes| scopes.similar_constant(module, name, values));
        None
    }

    /// `Enum.VALUE` or `file.Enum.VALUE`
    fn enum_value(&self, module: ModuleId, name: &str) -> Option<(DefinitionId, usize)> {
        let (enumeration, value) = name.rsplit_once('.')?;
        let id = match self.resolver.scopes.symbol(module, enumeration)? {
            Symbol::Enum(id) => id,
            Symbol::Typedef(id) => match self.schema.resolved(&self.schema.typedef(id).ty) {
                Type::Enum(id) => *id,
                _ => return None,
            },
            Symbol::Struct(_) | Symbol::Service(_) => return None,
        };
        self.value_of(id, value).map(|index| (id, index))
    }

    fn value_of(&self, id: DefinitionId, value: &str) -> Option<usize> {
        self.schema.enumeration(id).values.iter().position(|candidate| candidate.name == value)
    }

    /// A value of the enum that is expected, without the enum's name or with another one: Apache's compiler looks at
    /// the last part only, and real files rely on it.
    fn loose_enum_value(&mut self, module: ModuleId, id: DefinitionId, name: &str, span: Span) -> Option<Value> {
        let schema = self.schema;
        let enumeration = schema.enumeration(id);
        let (prefix, last) = name.rsplit_once('.').unwrap_or(("", name));
        if let Some(index) = self.value_of(id, last) {
            let file_is_missing = prefix == enumeration.name;
            if !prefix.is_empty() && !file_is_missing {
                let message =
                    format!("`{prefix}` is not the enum `{}`, whose value is expected here", enumeration.name);
                let help = format!("write `{}.{last}`", enumeration.name);
                self.resolver.report(Diagnostic::warning("enum-value-prefix", message, span).help(help));
            }
            return Some(Value::Enum(id, index));
        }
        let message = match prefix {
            "" => format!("`{name}` is not defined, and the enum `{}` has no value `{last}`", enumeration.name),
            _ => format!("the enum `{}` has no value `{last}`", enumeration.name),
        };
        let mut unknown = Diagnostic::error("unknown-constant", message, span);
        if let Some(span) = self.resolver.scopes.span(id.module, Symbol::Enum(id)) {
            unknown = unknown.also(span, "the enum is defined here");
        }
        if self.resolver.may_search()
            && let Some(similar) = similar(last, enumeration.values.iter().map(|value| value.name.as_str()))
        {
            unknown = unknown.help(format!("did you mean `{}.{similar}`?", enumeration.name));
        }
        self.resolver.report_unknown(module, name, unknown, |_| None);
        None
    }

    fn enum_as(&mut self, id: DefinitionId, index: usize, span: Span, ty: &Type) -> Option<Value> {
        let enumeration = self.schema.enumeration(id);
        let number = i64::from(enumeration.values[index].number);
        match self.schema.resolved(ty) {
            Type::Enum(expected) if *expected == id => Some(Value::Enum(id, index)),
            resolved @ (Type::I8 | Type::I16 | Type::I32 | Type::I64) => self.integer(number, resolved, span),
            _ => {
                let found = format!("a value of the enum `{}`", enumeration.name);
                self.mismatch(ty, &found, span)
            }
        }
    }

    /// The value of another constant: scalars are copied, containers and structs shared where the types are the same.
    fn referred(&mut self, id: DefinitionId, name: &str, span: Span, ty: &Type) -> Option<Value> {
        let schema = self.schema;
        let constant = &schema.module(id.module).constants[id.index];
        let value = self.constant(id)?;
        let resolved = schema.resolved(ty);
        match (resolved, value) {
            (Type::Bool, value @ Value::Bool(_)) => Some(value),
            (Type::Bool, Value::Integer(number)) => Some(Value::Bool(number != 0)),
            (Type::I8 | Type::I16 | Type::I32 | Type::I64, Value::Integer(number)) => {
                self.integer(number, resolved, span)
            }
            (Type::I8 | Type::I16 | Type::I32 | Type::I64, Value::Bool(value)) => Some(Value::Integer(value.into())),
            (Type::Double, value @ Value::Double(_)) => Some(value),
            (Type::Double, Value::Integer(number)) => Some(Value::Double(number as f64)),
            (Type::String | Type::Binary, Value::String(text)) => self.copied(text, span),
            (Type::Uuid, value @ Value::Uuid(_)) => Some(value),
            (Type::Uuid, Value::String(text)) => self.uuid(&text, span),
            (Type::Enum(_) | Type::I8 | Type::I16 | Type::I32 | Type::I64, Value::Enum(id, index)) => {
                self.enum_as(id, index, span, ty)
            }
            (Type::Enum(id), Value::Integer(number)) => self.enum_number(*id, number, span),
            (
                Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Struct(_),
                Value::List(_) | Value::Map(_) | Value::Struct(..) | Value::Constant(_),
            ) => {
                if self.same(resolved, &constant.ty) {
                    return Some(Value::Constant(id));
                }
                self.copy(id, name, span, ty)
            }
            _ => self.mismatch(ty, &format!("the constant `{name}` of another type"), span),
        }
    }

    /// A string once more.
    fn copied(&mut self, text: String, span: Span) -> Option<Value> {
        self.copies += text.len() / COPIED_BYTES;
        if self.copies > MAX_COPIES {
            let message = "long strings are repeated too often";
            self.resolver.report(Diagnostic::error("constant-chain", message, span));
            return None;
        }
        Some(Value::String(text))
    }

    /// What is written for a constant, read again as a value of another type.
    fn copy(&mut self, id: DefinitionId, name: &str, span: Span, ty: &Type) -> Option<Value> {
        self.copies += 1;
        if self.open.len() >= MAX_CHAIN || self.copies > MAX_COPIES {
            let message = "too many constants are repeated with other types";
            self.resolver.report(Diagnostic::error("constant-chain", message, span));
            return None;
        }
        let written = *self.written.get(id.module.0)?.get(id.index)?;
        let known = self.resolver.diagnostics.len();
        self.open.push(id);
        let value = self.value(id.module, &written.value, ty);
        self.open.pop();
        if value.is_none() {
            // The constant itself is right; it is the reference that is wrong.
            self.resolver.diagnostics.truncate(known);
            self.mismatch(ty, &format!("the constant `{name}` of another type"), span);
        }
        value
    }

    /// The types are the same behind their typedefs.
    fn same(&self, a: &Type, b: &Type) -> bool {
        match (self.schema.resolved(a), self.schema.resolved(b)) {
            (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) => self.same(a, b),
            (Type::Map(a, x), Type::Map(b, y)) => self.same(a, b) && self.same(x, y),
            (a, b) => a == b,
        }
    }
}
