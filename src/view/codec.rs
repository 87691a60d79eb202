//! The codec of a struct: which call reads and writes each field, in the order of the wire.

use std::collections::BTreeMap;

use askama::Template;

use super::borrowed::Target;
use super::literal;
use super::name::StructNames;
use super::ty::Types;
use crate::model::schema::{Field, Requiredness, Struct, StructKind, Value};

/// Reserving more for one struct would waste memory on values whose optional fields are not set.
const MAX_ROOM: usize = 1024;

/// `impl Encode`
#[derive(Debug, Template)]
#[template(path = "rust/encode.rs.jinja", escape = "none")]
pub(super) struct Encoder {
    pub(super) target: String,
    pub(super) room: usize,
    pub(super) has_fields: bool,
    /// The names of the fields in the IDL, as an expression.
    pub(super) names: String,
    pub(super) fields: Vec<Written>,
    /// The field that keeps unknown ones.
    pub(super) unknown: Option<String>,
}

#[derive(Debug)]
pub(super) struct Written {
    pub(super) id: i16,
    pub(super) name: String,
    pub(super) optional: bool,
}

/// `impl Decode` and `impl DecodeStruct`
#[derive(Debug, Template)]
#[template(path = "rust/decode.rs.jinja", escape = "none")]
pub(super) struct Decoder {
    pub(super) target: String,
    /// The name in messages.
    pub(super) name: String,
    /// Other fields are passed over as they come.
    pub(super) is_selection: bool,
    /// The start value is the natural default, which owns no memory.
    pub(super) blank_is_default: bool,
    pub(super) has_fields: bool,
    /// Some fields of a blank value own memory.
    pub(super) has_owners: bool,
    /// How much, as an expression.
    pub(super) blank_bytes: String,
    /// In the order of the text.
    pub(super) blanks: Vec<Blank>,
    /// In the order of the wire.
    pub(super) fields: Vec<Read>,
    /// The names of the required fields, as an expression.
    pub(super) required: String,
    /// Type of the bits that tell which fields were seen.
    pub(super) seen: String,
    pub(super) has_fills: bool,
    /// One of them needs to know which fields were seen.
    pub(super) has_plain_fills: bool,
    pub(super) fills: Vec<Fill>,
    /// The field that keeps unknown ones.
    pub(super) unknown: Option<String>,
}

#[derive(Debug)]
pub(super) struct Blank {
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Debug)]
pub(super) struct Read {
    pub(super) id: i16,
    pub(super) name: String,
    pub(super) slot: ReadSlot,
}

/// How a field is read. Where it must be known whether it was there, it has a bit.
#[derive(Debug)]
pub(super) enum ReadSlot {
    Required(usize),
    /// May be missing, and is not an option.
    Plain(usize),
    Optional,
}

/// A field that takes a value other than blank when it was not on the wire.
#[derive(Debug)]
pub(super) struct Fill {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) bit: Option<usize>,
}

/// A field as the codec sees it.
pub(super) struct Slot<'a> {
    pub(super) field: &'a Field,
    pub(super) name: &'a str,
    /// Not on the wire is an error.
    pub(super) required: bool,
    /// The Rust type is `Option<T>`.
    pub(super) optional: bool,
    /// What it starts from where that is not the natural blank: a default that owns no memory.
    pub(super) start: Option<String>,
    /// What it becomes when it is not on the wire, unless it started so.
    pub(super) fill: Option<String>,
}

impl<'a> Slot<'a> {
    /// A field of a struct.
    pub(super) fn field(types: &Types<'_>, field: &'a Field, name: &'a str) -> Self {
        let required = field.requiredness == Requiredness::Required;
        let default = field.default.as_ref().filter(|_| !required);
        let (start, fill) = match default {
            Some(value) if is_scalar(value) && types.pointer(field).is_none() => {
                (Some(types.of(&field.rust).field_value(field, value)), None)
            }
            Some(value) => (None, Some(types.of(&field.rust).field_value(field, value))),
            None => (None, None),
        };
        Self { field, name, required, optional: !field.is_plain(), start, fill }
    }

    /// A constructor takes it.
    pub(super) fn is_given(&self) -> bool {
        self.required && self.field.default.is_none()
    }

    /// Its start value is the one that it has when nothing is given for it.
    pub(super) fn starts_initial(&self, types: &Types<'_>) -> bool {
        let nested = || !self.optional && types.structure(&self.field.ty).is_some();
        // A nested struct's natural default may own memory.
        self.start.is_some() || (self.field.default.is_none() && !nested())
    }
}

/// It owns no memory.
fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::Bool(_) | Value::Integer(_) | Value::Double(_) | Value::Uuid(_) | Value::Enum(..))
}

impl Encoder {
    pub(super) fn new(types: &Types<'_>, target: &Target, names: &StructNames, slots: &[Slot<'_>]) -> Self {
        let room: usize = slots.iter().map(|slot| types.room(&slot.field.ty)).sum();
        let fields = on_the_wire(slots)
            .map(|slot| Written { id: slot.field.id, name: slot.name.to_owned(), optional: slot.optional })
            .collect();
        Self {
            target: target.any.clone(),
            room: (room + 1).min(MAX_ROOM),
            has_fields: !slots.is_empty(),
            names: field_names(slots.iter().map(|slot| slot.field)),
            fields,
            unknown: names.unknown.clone(),
        }
    }
}

impl Decoder {
    pub(super) fn new(
        types: &Types<'_>,
        target: &Target,
        names: &StructNames,
        structure: &Struct,
        blank_is_default: bool,
        slots: &[Slot<'_>],
    ) -> Self {
        // Required fields have the low bits, in the order of the text; plain fields that may be missing follow.
        let required = slots.iter().filter(|slot| slot.required);
        let plain = slots.iter().filter(|slot| !slot.required && !slot.optional);
        let bits: BTreeMap<i16, usize> = required.chain(plain).map(|slot| slot.field.id).zip(0..).collect();
        let bit = |slot: &Slot<'_>| bits.get(&slot.field.id).copied();
        let read_slot = |slot: &Slot<'_>| match bit(slot) {
            Some(bit) if slot.required => ReadSlot::Required(bit),
            Some(bit) => ReadSlot::Plain(bit),
            None => ReadSlot::Optional,
        };
        let required = slots.iter().filter(|slot| slot.required).map(|slot| format!("{:?}", slot.field.name));
        let blank = |slot: &Slot<'_>| Blank {
            name: slot.name.to_owned(),
            value: match &slot.start {
                Some(value) => value.clone(),
                None if slot.optional => types.prelude("None").to_owned(),
                None => "thrift::blank()".to_owned(),
            },
        };
        let fills: Vec<Fill> = slots
            .iter()
            .filter_map(|slot| {
                slot.fill.clone().map(|value| Fill { name: slot.name.to_owned(), value, bit: bit(slot) })
            })
            .collect();
        let owners: Vec<String> = slots
            .iter()
            .filter(|slot| owns_when_blank(types, slot.field))
            .map(|slot| format!("thrift::blank_bytes(|s: &Self| &s.{})", slot.name))
            .collect();
        let unknown = names.unknown.clone();
        let nothing_unknown = unknown.clone().map(|name| Blank { name, value: literal::NOTHING_UNKNOWN.to_owned() });
        Self {
            target: target.decoded.clone(),
            name: structure.name.clone(),
            is_selection: structure.is_selection,
            blank_is_default,
            has_fields: !slots.is_empty(),
            has_owners: !owners.is_empty(),
            blank_bytes: owners.join("\n        + "),
            blanks: slots.iter().map(blank).chain(nothing_unknown).collect(),
            fields: on_the_wire(slots)
                .map(|slot| Read { id: slot.field.id, name: slot.name.to_owned(), slot: read_slot(slot) })
                .collect(),
            required: literal::listed("&[", &required.collect::<Vec<_>>(), "]").replace('\n', "\n    "),
            seen: if bits.len() <= 64 { "u64".to_owned() } else { format!("[u64; {}]", bits.len().div_ceil(64)) },
            has_fills: !fills.is_empty(),
            has_plain_fills: fills.iter().any(|fill| fill.bit.is_some()),
            fills,
            unknown,
        }
    }
}

/// Whether a blank value of the field owns memory: behind a pointer, or in a struct that has such a field.
fn owns_when_blank(types: &Types<'_>, field: &Field) -> bool {
    let inside = || {
        let structure = types.structure(&field.ty).map(|id| types.schema.structure(id));
        structure.is_some_and(|structure| {
            structure.kind != StructKind::Union && structure.fields.iter().any(|field| owns_when_blank(types, field))
        })
    };
    field.is_plain() && (types.pointer(field).is_some() || inside())
}

/// Ids and names in the IDL, as an expression of the implementation's constants.
pub(super) fn field_names<'a>(fields: impl Iterator<Item = &'a Field>) -> String {
    let names: BTreeMap<i16, &str> = fields.map(|field| (field.id, field.name.as_str())).collect();
    let names: Vec<String> = names.iter().map(|(id, name)| format!("({id}, {name:?})")).collect();
    literal::filled("&[", &names, "]").replace('\n', "\n    ")
}

/// By ascending id, as every peer writes them.
fn on_the_wire<'s, 'a>(slots: &'s [Slot<'a>]) -> impl Iterator<Item = &'s Slot<'a>> {
    let mut order: Vec<&Slot<'a>> = slots.iter().collect();
    order.sort_by_key(|slot| slot.field.id);
    order.into_iter()
}
