//! Unions.

use askama::Template;

use super::borrowed::Target;
use super::codec::field_names;
use super::derives;
use super::doc::Doc;
use super::ty::Types;
use crate::model::schema::DefinitionId;

/// A union with all that is implemented for it.
#[derive(Debug, Template)]
#[template(path = "rust/union.rs.jinja", escape = "none")]
pub(super) struct UnionView {
    doc: Doc,
    derives: String,
    target: Target,
    /// The name in the IDL, in quotes.
    idl_name: String,
    has_variants: bool,
    /// The names of the variants in the IDL, as an expression.
    names: String,
    variants: Vec<VariantView>,
    unknown: String,
    is_ordered: bool,
    /// It has an order, and holds doubles or hash maps: comparisons and hashes are by the total order of these.
    has_total_order: bool,
}

#[derive(Debug)]
struct VariantView {
    doc: Doc,
    name: String,
    ty: String,
    id: i16,
    /// Its place among the variants, which orders different ones.
    index: usize,
    partial: bool,
}

impl UnionView {
    pub(super) fn new(types: &Types<'_>, index: usize) -> Self {
        let union = &types.schema.module(types.module).structs[index];
        let names = &types.names.module(types.module).structs[index];
        let variants: Vec<VariantView> = union
            .fields
            .iter()
            .zip(&names.fields)
            .enumerate()
            .map(|(index, (field, name))| VariantView {
                doc: Doc::member(&field.doc, types.said(&field.rust)),
                name: name.clone(),
                ty: types.pointed(field),
                id: field.id,
                index,
                partial: types.of(&field.rust).is_partial(&field.ty),
            })
            .collect();
        let id = DefinitionId { module: types.module, index };
        let ordered = types.is_ordered(id);
        let partial = variants.iter().any(|variant| variant.partial);
        Self {
            doc: Doc::item(&union.doc, types.said(&union.rust)),
            derives: derives::of_struct(false, ordered, partial, types.said(&union.rust)),
            target: Target::new(types, id),
            idl_name: format!("{:?}", union.name),
            is_ordered: ordered,
            has_total_order: partial && ordered,
            has_variants: !variants.is_empty(),
            names: field_names(union.fields.iter()),
            variants,
            unknown: names.unknown.clone().unwrap_or_default(),
        }
    }
}
