//! Enums.

use std::collections::HashSet;

use askama::Template;

use super::derives;
use super::doc::Doc;
use super::ty::Types;

/// An enum with all that is implemented for it.
#[derive(Debug, Template)]
#[template(path = "rust/enum.rs.jinja", escape = "none")]
pub(super) struct EnumView {
    doc: Doc,
    derives: String,
    name: String,
    has_values: bool,
    values: Vec<ValueView>,
    /// Numbers and their names; of several names for one number the first.
    names: Vec<NameView>,
}

#[derive(Debug)]
struct ValueView {
    doc: Doc,
    name: String,
    number: i32,
}

#[derive(Debug)]
struct NameView {
    number: i32,
    /// The name in the IDL, in quotes.
    name: String,
}

impl EnumView {
    pub(super) fn new(types: &Types<'_>, index: usize) -> Self {
        let enumeration = &types.schema.module(types.module).enums[index];
        let names = &types.names.module(types.module).enums[index];
        let values = enumeration.values.iter().zip(&names.values);
        let mut seen = HashSet::new();
        let first = enumeration.values.iter().filter(|value| seen.insert(value.number));
        Self {
            doc: Doc::item(&enumeration.doc, &enumeration.rust),
            derives: derives::of_enum(&enumeration.rust),
            name: names.name.clone(),
            has_values: !enumeration.values.is_empty(),
            values: values
                .map(|(value, name)| ValueView {
                    doc: Doc::member(&value.doc, &value.rust),
                    name: name.clone(),
                    number: value.number,
                })
                .collect(),
            names: first.map(|value| NameView { number: value.number, name: format!("{:?}", value.name) }).collect(),
        }
    }
}
