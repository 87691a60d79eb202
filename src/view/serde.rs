//! Types for serde: what its formats call a type and what is in it.

use askama::Template;

use super::codec::Slot;
use super::ty::Types;
use crate::model::schema::{Item, StructKind};

/// The macro that implements serde's traits for a type.
#[derive(Debug, Template)]
#[template(path = "rust/serde.rs.jinja", escape = "none")]
pub(super) struct SerdeView {
    name: String,
    /// The name in the IDL, in quotes.
    idl_name: String,
    kind: SerdeKind,
}

#[derive(Debug)]
enum SerdeKind {
    Struct(SerdeStruct),
    Union(SerdeUnion),
    Enum(Vec<SerdeValue>),
}

#[derive(Debug)]
struct SerdeStruct {
    fields: Vec<SerdeField>,
    /// The field for those that the IDL does not know, which serde does not see.
    unknown: Option<String>,
}

#[derive(Debug)]
struct SerdeField {
    place: usize,
    /// How it is written and read: a method of the runtime.
    kind: &'static str,
    name: String,
    idl_name: String,
    /// What it is when it is missing, unless that is an error or nothing.
    missing: Option<String>,
}

#[derive(Debug)]
struct SerdeUnion {
    unknown: String,
    variants: Vec<SerdeVariant>,
}

#[derive(Debug)]
struct SerdeVariant {
    place: usize,
    name: String,
    idl_name: String,
}

#[derive(Debug)]
struct SerdeValue {
    idl_name: String,
    number: i32,
}

impl SerdeView {
    /// Only types with a name of their own have one.
    pub(super) fn new(types: Types<'_>, item: Item) -> Option<Self> {
        match item {
            Item::Enum(index) => Some(Self::of_enum(types, index)),
            Item::Struct(index) => Some(Self::of_struct(types, index)),
            Item::Typedef(_) | Item::Constant(_) | Item::Service(_) => None,
        }
    }

    fn of_enum(types: Types<'_>, index: usize) -> Self {
        let enumeration = &types.schema.module(types.module).enums[index];
        let value = |(name, number)| SerdeValue { idl_name: format!("{name:?}"), number };
        let values = enumeration.values.iter().map(|value| (&value.name, value.number)).map(value);
        Self {
            name: types.names.module(types.module).enums[index].name.clone(),
            idl_name: format!("{:?}", enumeration.name),
            kind: SerdeKind::Enum(values.collect()),
        }
    }

    fn of_struct(types: Types<'_>, index: usize) -> Self {
        let structure = &types.schema.module(types.module).structs[index];
        let names = &types.names.module(types.module).structs[index];
        let fields = structure.fields.iter().zip(&names.fields).enumerate();
        Self {
            name: names.name.clone(),
            idl_name: format!("{:?}", structure.name),
            kind: if structure.kind == StructKind::Union {
                let variants = fields.map(|(place, (field, name))| SerdeVariant {
                    place,
                    name: name.clone(),
                    idl_name: format!("{:?}", field.name),
                });
                SerdeKind::Union(SerdeUnion {
                    unknown: names.unknown.clone().unwrap_or_default(),
                    variants: variants.collect(),
                })
            } else {
                let slots = fields.map(|(place, (field, name))| (place, Slot::field(&types, field, name)));
                let fields = slots.map(|(place, slot)| SerdeField::new(place, slot)).collect();
                SerdeKind::Struct(SerdeStruct { fields, unknown: names.unknown.clone() })
            },
        }
    }
}

impl SerdeField {
    fn new(place: usize, slot: Slot<'_>) -> Self {
        Self {
            place,
            kind: match (slot.required, slot.optional) {
                (true, _) => "required",
                (false, true) => "optional",
                (false, false) => "plain",
            },
            name: slot.name.to_owned(),
            idl_name: format!("{:?}", slot.field.name),
            missing: slot.start.or(slot.fill),
        }
    }
}
