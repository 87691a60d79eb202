//! The module of borrowed types: a twin for each type that holds text or binaries, with references to the message in their
//! place, and the way from it to the owned type.

use std::collections::{HashMap, HashSet};

use askama::Template;

use super::constants::TypedefView;
use super::literal::listed;
use super::module::{ItemView, Options};
use super::ty::Types;
use crate::model::schema::{BinaryType, DefinitionId, Field, Item, ModuleId, Rust, Schema, StructKind, Type};

/// `pub mod borrowed`
#[derive(Template)]
#[template(path = "rust/borrowed.rs.jinja", escape = "none")]
pub(super) struct BorrowedView<'a> {
    name: &'a str,
    /// What needs no twin, which is as around the module.
    same: Option<String>,
    uses_runtime: bool,
    pub(super) twins: Twins<'a>,
}

/// The twins of a module, and their conversions. As with the items of a module, there is one view at a time.
pub(super) struct Twins<'a> {
    types: Types<'a>,
    options: &'a Options,
}

/// A struct or union where it is declared, and where something is implemented for it: a twin has a lifetime.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) declared: String,
    /// With any lifetime.
    pub(super) any: String,
    /// With that of the message.
    pub(super) decoded: String,
}

/// From a twin to the owned type.
#[derive(Debug, Template)]
#[template(path = "rust/owned.rs.jinja", escape = "none")]
pub(super) struct OwnedView {
    name: String,
    target: String,
    is_union: bool,
    fields: Vec<OwnedField>,
}

#[derive(Debug)]
struct OwnedField {
    name: String,
    value: String,
}

impl<'a> BorrowedView<'a> {
    /// None for a file without types.
    pub(super) fn new(types: Types<'a>, twins: &'a HashSet<DefinitionId>, options: &'a Options) -> Option<Self> {
        let types = types.among(twins);
        let module = types.schema.module(types.module);
        let items = module.items.iter().filter(|item| module.rust_of(**item).extern_path().is_none());
        let (twins, same): (Vec<Item>, Vec<Item>) = items.copied().partition(|item| is_twin(&types, *item));
        let uses_runtime = twins.iter().any(|item| match item {
            Item::Typedef(index) => TypedefView::new(&types, *index).uses_runtime(),
            _ => true,
        });
        let has_types =
            !twins.is_empty() || same.iter().any(|item| !matches!(item, Item::Constant(_) | Item::Service(_)));
        let same: Vec<String> = same.into_iter().filter_map(|item| name(&types, item)).collect();
        has_types.then(|| Self {
            name: &types.names.module(types.module).borrowed,
            same: match same.as_slice() {
                [] => None,
                [one] => Some(format!("pub use super::{one};")),
                _ => Some(listed("pub use super::{", &same, "};")),
            },
            uses_runtime,
            twins: Twins { types, options },
        })
    }
}

/// The name of what the module has too.
fn name(types: &Types<'_>, item: Item) -> Option<String> {
    let names = types.names.module(types.module);
    match item {
        Item::Typedef(index) => Some(names.typedefs[index].clone()),
        Item::Enum(index) => Some(names.enums[index].name.clone()),
        Item::Struct(index) => Some(names.structs[index].name.clone()),
        Item::Constant(index) => Some(names.constants[index].clone()),
        Item::Service(_) => None,
    }
}

fn is_twin(types: &Types<'_>, item: Item) -> bool {
    let id = |index| DefinitionId { module: types.module, index };
    match item {
        Item::Typedef(index) => types.borrows(&Type::Typedef(id(index))),
        Item::Struct(index) => types.borrows(&Type::Struct(id(index))),
        Item::Enum(_) | Item::Constant(_) | Item::Service(_) => false,
    }
}

impl<'v, 'a> IntoIterator for &'v Twins<'a> {
    type Item = ItemView;
    type IntoIter = Box<dyn Iterator<Item = ItemView> + 'v>;

    fn into_iter(self) -> Self::IntoIter {
        let Twins { types, options } = self;
        let module = types.schema.module(types.module);
        let views = |item: &Item| {
            let owned = match item {
                Item::Struct(index) => Some(ItemView::Owned(OwnedView::new(types, *index))),
                _ => None,
            };
            [Some(ItemView::new(types, module, *item, options)), owned].into_iter().flatten()
        };
        Box::new(module.items.iter().filter(|item| is_twin(types, **item)).flat_map(views))
    }
}

impl Target {
    pub(super) fn new(types: &Types<'_>, id: DefinitionId) -> Self {
        let name = &types.names.structure(id).name;
        let with = |lifetime| match types.borrows(&Type::Struct(id)) {
            true => format!("{name}<{lifetime}>"),
            false => name.clone(),
        };
        Self { declared: with("'a"), any: with("'_"), decoded: with("'de") }
    }
}

impl OwnedView {
    fn new(types: &Types<'_>, index: usize) -> Self {
        let structure = &types.schema.module(types.module).structs[index];
        let names = &types.names.module(types.module).structs[index];
        let is_union = structure.kind == StructKind::Union;
        let place = |name: &str| if is_union { "value".to_owned() } else { format!("value.{name}") };
        let fields = structure.fields.iter().zip(&names.fields).map(|(field, name)| OwnedField {
            name: name.clone(),
            value: types.of(&field.rust).owned_field(field, !is_union && !field.is_plain(), &place(name)),
        });
        // What the IDL does not know is owned anyway.
        let unknown = names.unknown.iter().map(|name| OwnedField { name: name.clone(), value: place(name) });
        Self {
            name: names.name.clone(),
            target: Target::new(types, DefinitionId { module: types.module, index }).any,
            is_union,
            fields: fields.chain(unknown).collect(),
        }
    }
}

impl Types<'_> {
    /// Among borrowed types: this one has text or binaries in it, so that it is another one than the owned type.
    pub(super) fn borrows(&self, ty: &Type) -> bool {
        self.twins().is_some_and(|twins| {
            any_part(self.schema, ty, &mut |part| match part {
                Type::String | Type::Binary => true,
                Type::Struct(id) => twins.contains(id),
                _ => false,
            })
        })
    }

    /// The type of text or a binary in the message.
    pub(super) fn reference(&self, ty: &Type) -> &'static str {
        if *ty == Type::String { "&'a str" } else { "&'a [u8]" }
    }

    /// The parameters of a struct or typedef, where it is declared, and where it is used in a type.
    pub(super) fn lifetime(&self, ty: &Type) -> &'static str {
        if self.borrows(ty) { "<'a>" } else { "" }
    }

    /// What is said of a thing. Derives and attributes are said of the owned types: what they mean for borrowed ones, which
    /// have other fields, nobody knows.
    pub(super) fn said<'r>(&self, rust: &'r Rust) -> &'r Rust {
        if self.twins().is_some() { Rust::nothing() } else { rust }
    }

    /// A field of a borrowed type as that of the owned one. `place`: the expression that has it.
    fn owned_field(&self, field: &Field, optional: bool, place: &str) -> String {
        let ty = &field.ty;
        match (self.borrows(ty), self.chosen_pointer(field), optional) {
            (false, ..) => place.to_owned(),
            (true, None, false) => self.owned_value(ty, place),
            (true, None, true) => format!("{place}.map({})", self.conversion(ty)),
            (true, Some(pointer), false) => self.pointed_owned(field, pointer, place),
            (true, Some(pointer), true) => format!("{place}.map(|v| {})", self.pointed_owned(field, pointer, "v")),
        }
    }

    fn pointed_owned(&self, field: &Field, pointer: &str, place: &str) -> String {
        let place = if self.pointer(field).is_some() { format!("(*{place})") } else { place.to_owned() };
        format!("{pointer}::new({})", self.owned_value(&field.ty, &place))
    }

    /// A borrowed value as an owned one.
    fn owned_value(&self, ty: &Type, place: &str) -> String {
        if !self.borrows(ty) {
            return place.to_owned();
        }
        match self.behind(ty) {
            (types, Type::Binary) if types.choices.binary == BinaryType::Bytes => {
                format!("thrift::Bytes::copy_from_slice({place})")
            }
            (types, Type::List(element) | Type::Set(element)) => {
                format!("{place}.into_iter().map({}).collect()", types.conversion(element))
            }
            (types, Type::Map(key, value)) => {
                let (key, value) = (types.owned_value(key, "k"), types.owned_value(value, "v"));
                format!("{place}.into_iter().map(|(k, v)| ({key}, {value})).collect()")
            }
            _ => format!("{place}.into()"),
        }
    }

    /// The same as a function.
    fn conversion(&self, ty: &Type) -> String {
        match self.behind(ty) {
            (types, Type::Binary) if types.choices.binary == BinaryType::Bytes => {
                "thrift::Bytes::copy_from_slice".to_owned()
            }
            (types, inner @ (Type::List(_) | Type::Set(_) | Type::Map(..))) => {
                format!("|v| {}", types.owned_value(inner, "v"))
            }
            _ => "::core::convert::Into::into".to_owned(),
        }
    }
}

/// The structs, unions and exceptions that hold text or binaries, themselves or in what they hold. What is generated
/// elsewhere does not count: it is used as it is there.
pub(super) fn twins(schema: &Schema) -> HashSet<DefinitionId> {
    let mut users: HashMap<DefinitionId, Vec<DefinitionId>> = HashMap::new();
    let mut waiting = Vec::new();
    for (module, it) in schema.modules.iter().enumerate().filter(|(_, it)| it.rust.extern_path().is_none()) {
        for (index, structure) in it.structs.iter().enumerate().filter(|(_, it)| it.rust.extern_path().is_none()) {
            let id = DefinitionId { module: ModuleId(module), index };
            for field in &structure.fields {
                any_part(schema, &field.ty, &mut |part| {
                    match part {
                        Type::Struct(used) => users.entry(*used).or_default().push(id),
                        Type::String | Type::Binary => waiting.push(id),
                        _ => {}
                    }
                    false
                });
            }
        }
    }
    let mut found = HashSet::new();
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            waiting.extend(users.remove(&id).into_iter().flatten());
        }
    }
    found
}

/// Whether it is true of one of the types that a type is made of, behind the typedefs that are generated.
fn any_part(schema: &Schema, ty: &Type, is: &mut dyn FnMut(&Type) -> bool) -> bool {
    match ty {
        Type::List(element) | Type::Set(element) => any_part(schema, element, is),
        Type::Map(key, value) => any_part(schema, key, is) || any_part(schema, value, is),
        Type::Typedef(id) => {
            let typedef = schema.typedef(*id);
            !schema.is_extern(id.module, &typedef.rust) && any_part(schema, &typedef.ty, is)
        }
        _ => is(ty),
    }
}
