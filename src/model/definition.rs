//! Typedefs, enums, structs, and constants without their values, which need every type first.

use std::collections::BTreeMap;

use super::custom::{self, Place};
use super::resolve::Resolver;
use super::schema::{Constant, Enum, EnumValue, Item, Module, ModuleId, Struct, Typedef, Value};
use super::{field, service, ty};
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{self, Definition, Doc};

/// Adds a definition to its module.
pub(super) fn add(resolver: &mut Resolver<'_>, id: ModuleId, definition: &Definition, module: &mut Module) {
    match definition {
        Definition::Typedef(typedef) => {
            let ty = ty::resolve(resolver, id, &typedef.ty);
            module.items.push(Item::Typedef(module.typedefs.len()));
            let rust = custom::annotated(resolver, &typedef.annotations, Place::Typedef);
            let (doc, name) = (text(&typedef.doc), typedef.name.text.clone());
            module.typedefs.push(Typedef { doc, rust, name, ty, is_selection: false });
        }
        Definition::Enum(enumeration) => {
            let values = enum_values(resolver, enumeration);
            module.items.push(Item::Enum(module.enums.len()));
            let rust = custom::annotated(resolver, &enumeration.annotations, Place::Enum);
            module.enums.push(Enum { doc: text(&enumeration.doc), rust, name: enumeration.name.text.clone(), values });
        }
        Definition::Struct(structure) => {
            module.items.push(Item::Struct(module.structs.len()));
            module.structs.push(structure_of(resolver, id, structure));
        }
        Definition::Const(constant) => {
            let ty = ty::resolve(resolver, id, &constant.ty);
            module.items.push(Item::Constant(module.constants.len()));
            let rust = custom::annotated(resolver, &constant.annotations, Place::Constant);
            let (doc, name) = (text(&constant.doc), constant.name.text.clone());
            // The value is filled in when all types are known.
            module.constants.push(Constant { doc, rust, name, ty, value: Value::Bool(false) });
        }
        Definition::Service(definition) => {
            module.items.push(Item::Service(module.services.len()));
            module.services.push(service::resolve(resolver, id, definition));
        }
    }
}

/// The text of a comment.
pub(super) fn text(doc: &Option<Doc>) -> Option<String> {
    doc.as_ref().map(|doc| doc.text.clone())
}

fn structure_of(resolver: &mut Resolver<'_>, id: ModuleId, structure: &ast::Struct) -> Struct {
    Struct {
        doc: text(&structure.doc),
        rust: custom::annotated(resolver, &structure.annotations, Place::of_struct(structure.kind)),
        kind: structure.kind,
        name: structure.name.text.clone(),
        fields: field::resolve(resolver, id, &structure.fields, field::Place::of(structure.kind)),
        has_default: true,
        is_selection: false,
    }
}

/// Numbers the values: one more than the value before, from 0, unless a number is written.
fn enum_values(resolver: &mut Resolver<'_>, enumeration: &ast::Enum) -> Vec<EnumValue> {
    let mut first: BTreeMap<&str, &ast::EnumValue> = BTreeMap::new();
    let mut next = 0_i64;
    let mut values = Vec::with_capacity(enumeration.values.len());
    for value in &enumeration.values {
        let name = &value.name;
        if let Some(first) = first.insert(&name.text, value) {
            let message = format!("enum `{}` has two values called `{}`", enumeration.name.text, name.text);
            resolver.report(
                Diagnostic::error("duplicate-enum-value", message, name.span)
                    .also(first.name.span, "first defined here"),
            );
        }
        let written = value.value.map_or(next, |integer| integer.value);
        let number = i32::try_from(written).unwrap_or_else(|_| {
            let span = value.value.map_or(name.span, |integer| integer.span);
            let message = format!("the number of `{}` is {written}, and an enum value has 32 bits", name.text);
            resolver.report(
                Diagnostic::error("enum-value-range", message, span)
                    .help("write a number from -2147483648 to 2147483647"),
            );
            0
        });
        next = i64::from(number) + 1;
        let rust = custom::annotated(resolver, &value.annotations, Place::Value);
        values.push(EnumValue { doc: text(&value.doc), rust, name: name.text.clone(), number });
    }
    values
}
