//! Structs and exceptions.

use askama::Template;

use super::codec::{Decoder, Encoder, Slot};
use super::doc::Doc;
use super::ty::Types;
use crate::model::schema::{Struct, StructKind, Type};

/// A struct with all that is implemented for it.
#[derive(Template)]
#[template(path = "rust/struct.rs.jinja", escape = "none")]
pub(super) struct StructView {
    doc: Doc,
    name: String,
    has_fields: bool,
    fields: Vec<FieldView>,
    /// It holds doubles: comparisons and hashes are by their total order.
    partial: bool,
    default: DefaultView,
    /// There are required fields, which a constructor takes.
    has_required: bool,
    encoder: Encoder,
    decoder: Decoder,
    exception: Option<ExceptionView>,
}

struct FieldView {
    doc: Doc,
    name: String,
    ty: String,
    partial: bool,
    /// The constructor takes it.
    required: bool,
    /// What it is when nothing is given for it.
    initial: String,
}

enum DefaultView {
    Derived,
    Written,
    Impossible,
}

struct ExceptionView {
    /// The field that says what happened.
    message: Option<MessageView>,
    name: String,
}

struct MessageView {
    name: String,
    optional: bool,
}

impl StructView {
    pub(super) fn new(types: &Types<'_>, index: usize) -> Self {
        let structure = &types.schema.module(types.module).structs[index];
        let names = &types.names.module(types.module).structs[index];
        let slots: Vec<Slot<'_>> =
            structure.fields.iter().zip(&names.fields).map(|(field, name)| Slot::field(types, field, name)).collect();
        let default = match structure.has_default {
            false => DefaultView::Impossible,
            true if structure.fields.iter().any(|field| field.default.is_some()) => DefaultView::Written,
            true => DefaultView::Derived,
        };
        // A nested struct's natural default may own memory.
        let nested = |slot: &Slot<'_>| !slot.optional && types.structure(&slot.field.ty).is_some();
        let blank_is_default = matches!(default, DefaultView::Derived) && !slots.iter().any(nested);
        let fields: Vec<FieldView> = slots.iter().map(|slot| FieldView::new(types, slot)).collect();
        Self {
            doc: Doc::item(&structure.doc),
            name: names.name.clone(),
            has_fields: !fields.is_empty(),
            partial: fields.iter().any(|field| field.partial),
            has_required: fields.iter().any(|field| field.required),
            fields,
            default,
            encoder: Encoder::new(types, names.name.clone(), &slots),
            decoder: Decoder::new(types, names.name.clone(), structure.name.clone(), blank_is_default, &slots),
            exception: ExceptionView::new(types, structure, &names.fields),
        }
    }
}

impl FieldView {
    fn new(types: &Types<'_>, slot: &Slot<'_>) -> Self {
        let field = slot.field;
        let mut ty = types.owned(&field.ty);
        if field.boxed {
            ty = types.wrapped("Box", &ty);
        }
        if slot.optional {
            ty = types.wrapped("Option", &ty);
        }
        Self {
            doc: Doc::member(&field.doc),
            name: slot.name.to_owned(),
            ty,
            partial: types.is_partial(&field.ty),
            required: slot.required && field.default.is_none(),
            initial: types.initial(field),
        }
    }
}

impl ExceptionView {
    fn new(types: &Types<'_>, structure: &Struct, names: &[String]) -> Option<Self> {
        if structure.kind != StructKind::Exception {
            return None;
        }
        let is_text = |ty: &Type| matches!(types.schema.resolved(ty), Type::String);
        let message = structure.fields.iter().zip(names).find(|(field, _)| {
            is_text(&field.ty)
                && ["message", "msg", "errormessage", "what", "why"].contains(&folded(&field.name).as_str())
        });
        let message = message.map(|(field, name)| MessageView { name: name.clone(), optional: !field.is_plain() });
        Some(Self { message, name: format!("{:?}", structure.name) })
    }
}

fn folded(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}
