//! Expressions of Rust for the values of constants and defaults.

use super::ty::Types;
use crate::model::schema::{DefinitionId, Field, StructKind, Type, Value};

/// What a struct that keeps unknown fields starts with.
pub(super) const NOTHING_UNKNOWN: &str = "thrift::UnknownFields::new()";

/// A longer list takes more than one line.
const WIDTH: usize = 80;

impl Types<'_> {
    /// An expression of the type that a field has: strings and containers are owned.
    pub(super) fn value(&self, value: &Value, ty: &Type) -> String {
        self.expression(value, ty, false)
    }

    /// An expression for a `pub const`, and the type that it has there; `None` for what a `const` cannot hold.
    pub(super) fn constant(&self, value: &Value, ty: &Type) -> Option<(String, String)> {
        Some(match (value, self.schema.resolved(ty)) {
            (Value::String(text), Type::Binary) => {
                ("&[u8]".to_owned(), format!("b\"{}\"", text.as_bytes().escape_ascii()))
            }
            (Value::String(text), _) => ("&str".to_owned(), format!("{text:?}")),
            (Value::List(_) | Value::Map(_) | Value::Struct(..) | Value::Constant(_), _) => return None,
            (value, _) => (self.owned(ty), self.value(value, ty)),
        })
    }

    /// The value that the type has when nothing else is said.
    pub(super) fn natural(&self, ty: &Type) -> String {
        match self.schema.resolved(ty) {
            Type::Bool => "false".to_owned(),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 => "0".to_owned(),
            Type::Double => "0.0".to_owned(),
            _ => format!("{}::default()", self.prelude("Default")),
        }
    }

    /// What a field of that value is set to: behind a pointer, and an option, where the field is.
    pub(super) fn field_value(&self, field: &Field, value: &Value) -> String {
        let value = self.pointed_value(field, value);
        if field.is_plain() { value } else { format!("{}({value})", self.prelude("Some")) }
    }

    /// What a field is set to when nothing is given for it.
    pub(super) fn initial(&self, field: &Field) -> String {
        match &field.default {
            Some(value) => self.field_value(field, value),
            None if field.is_plain() && self.pointer(field).is_some() => {
                format!("{}::default()", self.prelude("Default"))
            }
            None if field.is_plain() => self.natural(&field.ty),
            None => self.prelude("None").to_owned(),
        }
    }

    fn pointed_value(&self, field: &Field, value: &Value) -> String {
        let value = self.value(value, &field.ty);
        match self.pointer(field) {
            Some(pointer) => format!("{pointer}::new({value})"),
            None => value,
        }
    }

    /// `key`: it is part of a map's key or a set's element.
    fn expression(&self, value: &Value, ty: &Type, key: bool) -> String {
        if let Value::Constant(id) = value {
            return self.constant_value(*id, ty, key);
        }
        let (types, ty) = self.behind(ty);
        types.expression_of(value, ty, key)
    }

    /// The same for a type that is no typedef.
    fn expression_of(&self, value: &Value, ty: &Type, key: bool) -> String {
        match (value, ty) {
            (Value::Bool(value), _) => value.to_string(),
            (Value::Integer(value), _) => value.to_string(),
            (Value::Double(value), _) if key => format!("thrift::OrderedDouble::from({value:?})"),
            (Value::Double(value), _) => format!("{value:?}"),
            (Value::String(text), Type::Binary) => self.bytes(text.as_bytes()),
            (Value::String(text), _) => self.string(text),
            (Value::Uuid(bytes), _) => {
                format!("thrift::Uuid::from_u128({:#x})", u128::from_be_bytes(*bytes))
            }
            (Value::Enum(id, index), _) => {
                let names = self.names.enumeration(*id);
                format!("{}::{}", self.enumeration(*id), names.values[*index])
            }
            (Value::List(items), Type::List(element)) => {
                let items: Vec<String> = items.iter().map(|item| self.expression(item, element, key)).collect();
                if items.is_empty() {
                    format!("{}::new()", self.prelude("Vec"))
                } else {
                    listed("::std::vec![", &items, "]")
                }
            }
            (Value::List(items), Type::Set(element)) => {
                let items: Vec<String> = items.iter().map(|item| self.expression(item, element, true)).collect();
                collection(self.set(ty, key), &items)
            }
            (Value::Map(entries), Type::Map(k, v)) => {
                let entry = |(x, y): &(Value, Value)| {
                    format!("({}, {})", self.expression(x, k, true), self.expression(y, v, key))
                };
                collection(self.map(ty, key), &entries.iter().map(entry).collect::<Vec<_>>())
            }
            (Value::Struct(id, fields), _) => self.structure_value(*id, fields),
            // The model gives lists and maps to lists and maps only.
            (Value::List(_) | Value::Map(_), _) => self.natural(ty),
            (Value::Constant(id), _) => self.constant_value(*id, ty, key),
        }
    }

    /// A copy of the constant, or its value again where another Rust type stands for the same type.
    fn constant_value(&self, id: DefinitionId, ty: &Type, key: bool) -> String {
        let constant = &self.schema.module(id.module).constants[id.index];
        let there = self.owning().of_other(id.module, &constant.rust);
        if self.borrows(ty) || !self.is_same(ty, key, there, &constant.ty, false) {
            return self.expression(&constant.value, ty, key);
        }
        format!("::core::clone::Clone::clone(&*{})", self.constant_path(id))
    }

    fn structure_value(&self, id: DefinitionId, given: &[(usize, Value)]) -> String {
        let (structure, names) = (self.schema.structure(id), self.names.structure(id));
        let path = self.structure_path(id);
        let inside = self.inside(id.module, &structure.rust);
        let types = |field: &Field| inside.of_other(id.module, &field.rust);
        if structure.kind == StructKind::Union {
            let variant = given.first().map(|(index, value)| {
                let field = &structure.fields[*index];
                let value = types(field).pointed_value(field, value);
                format!("{path}::{}({value})", names.fields[*index])
            });
            return variant.unwrap_or_default();
        }
        if given.is_empty() && structure.has_default {
            return format!("{}::default()", self.prelude("Default"));
        }
        let mut fields = Vec::new();
        for (index, (field, name)) in structure.fields.iter().zip(&names.fields).enumerate() {
            let given = given.iter().find(|(given, _)| *given == index).map(|(_, value)| value);
            match given {
                Some(value) => fields.push(format!("{name}: {}", types(field).field_value(field, value))),
                None if structure.has_default => {}
                None => fields.push(format!("{name}: {}", types(field).initial(field))),
            }
        }
        match &names.unknown {
            Some(unknown) if !structure.has_default => fields.push(format!("{unknown}: {NOTHING_UNKNOWN}")),
            None if !structure.has_default || fields.len() == structure.fields.len() => {}
            _ => fields.push(format!("..{}::default()", self.prelude("Default"))),
        }
        if fields.is_empty() {
            return format!("{path} {{}}");
        }
        let line = format!("{path} {{ {} }}", fields.join(", "));
        if line.len() <= 80 && !line.contains('\n') { line } else { listed(&format!("{path} {{"), &fields, "}") }
    }
}

fn collection(name: &str, items: &[String]) -> String {
    if items.is_empty() {
        return format!("{name}::new()");
    }
    listed(&format!("{name}::from(["), items, "])")
}

/// What stands between brackets, of short items: on more than one line, as many on each as fit.
pub(super) fn filled(open: &str, items: &[String], close: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if line.len() + item.len() < WIDTH => *line += &format!(", {item}"),
            _ => lines.push(item.clone()),
        }
    }
    listed(open, &lines, close)
}

/// What stands between brackets, on one line where it is short; otherwise each item has a line of its own, indented for an
/// expression at the margin.
pub(super) fn listed(open: &str, items: &[String], close: &str) -> String {
    let width: usize = items.iter().map(|item| item.len() + 2).sum();
    if open.len() + width <= WIDTH && !items.iter().any(|item| item.contains('\n')) {
        return format!("{open}{}{close}", items.join(", "));
    }
    // Nothing may follow the rest of a struct.
    let end = |item: &str| if item.starts_with("..") { "" } else { "," };
    let line = |item: &String| format!("    {}{}\n", item.replace('\n', "\n    "), end(item));
    let lines: String = items.iter().map(line).collect();
    format!("{open}\n{lines}{close}")
}
