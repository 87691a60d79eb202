//! Structs and exceptions.

use askama::Template;

use super::arguments::tuple;
use super::borrowed::Target;
use super::codec::{Decoder, Encoder, Slot};
use super::derives;
use super::doc::Doc;
use super::literal::NOTHING_UNKNOWN;
use super::ty::Types;
use crate::model::schema::{DefinitionId, Rust, Struct, StructKind, Type};

/// A struct with all that is implemented for it.
#[derive(Debug, Template)]
#[template(path = "rust/struct.rs.jinja", escape = "none")]
pub(super) struct StructView {
    doc: Doc,
    derives: String,
    target: Target,
    has_fields: bool,
    fields: Vec<FieldView>,
    is_ordered: bool,
    /// It has an order, and fields: comparisons and hashes are by a key, in which doubles and hash maps are in their total
    /// order. (Deriving five traits takes much more time to compile.)
    has_key: bool,
    key: String,
    default: DefaultView,
    /// A field starts from what it is by default.
    default_has_rest: bool,
    /// There are required fields, which a constructor takes.
    has_required: bool,
    /// What the constructor is of, and its parameters as far as the constructor takes references.
    constructor: String,
    constructor_lifetime: &'static str,
    rest: RestView,
    /// A selection has none.
    encoder: Option<Encoder>,
    decoder: Decoder,
    exception: Option<ExceptionView>,
}

#[derive(Debug)]
struct FieldView {
    doc: Doc,
    name: String,
    ty: String,
    /// The constructor takes it.
    required: bool,
    /// What it is when nothing is given for it is also what decoding starts from.
    starts_initial: bool,
    /// What it is when nothing is given for it.
    initial: String,
}

#[derive(Debug)]
enum DefaultView {
    Derived,
    /// What decoding starts from.
    Blank,
    Written,
    Impossible,
}

/// The fields that the constructor does not take.
#[derive(Debug)]
enum RestView {
    Nothing,
    /// They are as in this expression.
    Default(String),
    Written,
}

#[derive(Debug)]
struct ExceptionView {
    /// The field that says what happened, as text, if there is one.
    message: Option<String>,
}

/// What is said of the field for those that the IDL does not know.
const UNKNOWN_DOC: &str = "Fields that this version of the IDL does not know, or has with another type.";

impl StructView {
    pub(super) fn new(types: &Types<'_>, index: usize) -> Self {
        let structure = &types.schema.module(types.module).structs[index];
        let names = &types.names.module(types.module).structs[index];
        let slots: Vec<Slot<'_>> =
            structure.fields.iter().zip(&names.fields).map(|(field, name)| Slot::field(types, field, name)).collect();
        let default = match structure.has_default {
            false => DefaultView::Impossible,
            true if structure.fields.iter().all(|field| field.default.is_none()) => DefaultView::Derived,
            true if slots.iter().all(|slot| slot.starts_initial(types)) => DefaultView::Blank,
            true => DefaultView::Written,
        };
        let is_derived = matches!(default, DefaultView::Derived);
        let blank_is_default = is_derived && slots.iter().all(|slot| slot.starts_initial(types));
        let unknown = names.unknown.as_deref();
        let fields = slots.iter().map(|slot| FieldView::new(types, slot)).chain(unknown.map(FieldView::unknown));
        let fields: Vec<FieldView> = fields.collect();
        let id = DefinitionId { module: types.module, index };
        let ordered = types.is_ordered(id);
        let target = Target::new(types, id);
        let takes_references = slots.iter().any(|slot| slot.is_given() && types.borrows(&slot.field.ty));
        let (constructor, constructor_lifetime) = match takes_references {
            true => (target.declared.clone(), "<'a>"),
            false => (target.any.clone(), ""),
        };
        Self {
            doc: Doc::item(&structure.doc, types.said(&structure.rust)),
            derives: derives::of_struct(is_derived, ordered, !fields.is_empty(), types.said(&structure.rust)),
            has_fields: !fields.is_empty(),
            is_ordered: ordered,
            has_key: ordered && !fields.is_empty(),
            key: key(types, &slots, unknown),
            rest: match default {
                _ if fields.iter().all(|field| field.required) => RestView::Nothing,
                DefaultView::Impossible => RestView::Written,
                _ => RestView::Default(format!("{}::default()", types.prelude("Default"))),
            },
            default_has_rest: fields.iter().any(|field| field.starts_initial),
            has_required: fields.iter().any(|field| field.required),
            constructor,
            constructor_lifetime,
            fields,
            default,
            encoder: (!structure.is_selection).then(|| Encoder::new(types, &target, names, &slots)),
            decoder: Decoder::new(types, &target, names, structure, blank_is_default, &slots),
            exception: ExceptionView::new(types, structure, &names.fields),
            target,
        }
    }
}

/// All fields, as a tuple that has an order.
fn key(types: &Types<'_>, slots: &[Slot<'_>], unknown: Option<&str>) -> String {
    let element = |slot: &Slot<'_>| match types.of(&slot.field.rust).is_partial(&slot.field.ty) {
        true => format!("thrift::Total(&self.{})", slot.name),
        false => format!("&self.{}", slot.name),
    };
    tuple(slots.iter().map(element).chain(unknown.map(|name| format!("&self.{name}"))).collect())
}

impl FieldView {
    fn new(types: &Types<'_>, slot: &Slot<'_>) -> Self {
        let field = slot.field;
        let types = types.of(&field.rust);
        let ty = types.pointed(field);
        let ty = if slot.optional { types.option(&ty) } else { ty };
        Self {
            doc: Doc::member(&field.doc, types.said(&field.rust)),
            name: slot.name.to_owned(),
            ty,
            starts_initial: slot.starts_initial(&types),
            required: slot.is_given(),
            initial: types.initial(field),
        }
    }

    /// The one for fields that the IDL does not know.
    fn unknown(name: &str) -> Self {
        Self {
            doc: Doc::member(&Some(UNKNOWN_DOC.to_owned()), &Rust::default()),
            name: name.to_owned(),
            ty: "thrift::UnknownFields".to_owned(),
            starts_initial: true,
            required: false,
            initial: NOTHING_UNKNOWN.to_owned(),
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
        let message = message.map(|(field, name)| match (types.borrows(&field.ty), field.is_plain()) {
            (false, true) => format!("&self.{name}"),
            (true, true) => format!("self.{name}"),
            (false, false) if types.pointer(field).is_some() => {
                format!("self.{name}.as_deref().map_or({:?}, |message| &**message)", structure.name)
            }
            (false, false) => format!("self.{name}.as_deref().unwrap_or({:?})", structure.name),
            (true, false) => format!("self.{name}.unwrap_or({:?})", structure.name),
        });
        Some(Self { message })
    }
}

fn folded(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}
