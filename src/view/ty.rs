//! Rust types for the IDL's types, as they are written in one module.

use std::collections::HashSet;

use super::name::Names;
use crate::model::schema::{
    BinaryType, Choices, CollectionType, DefinitionId, Field, ModuleId, Pointer, Rust, Schema, StringType, Type,
};

/// Renders types for the code of one module.
#[derive(Clone, Copy)]
pub(super) struct Types<'a> {
    pub(super) schema: &'a Schema,
    pub(super) names: &'a Names,
    pub(super) module: ModuleId,
    /// The Rust types that are chosen where the types stand.
    pub(super) choices: Choices,
    /// The types that have an order; all of them without a set.
    ordered: Option<&'a HashSet<DefinitionId>>,
    /// In the module of borrowed types, the structs that hold text or binaries.
    twins: Option<&'a HashSet<DefinitionId>>,
    /// Where the types stand.
    place: Place,
}

/// The modules that a file can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The file itself.
    File,
    /// The module of borrowed types, for these and for what else stands there.
    Borrowed,
    /// The module of blocking services.
    Blocking,
}

impl<'a> Types<'a> {
    pub(super) fn new(
        schema: &'a Schema,
        names: &'a Names,
        module: ModuleId,
        ordered: Option<&'a HashSet<DefinitionId>>,
    ) -> Self {
        let choices = schema.module(module).rust.choices(Choices::default());
        Self { schema, names, module, choices, ordered, twins: None, place: Place::File }
    }

    /// For the module's borrowed types.
    pub(super) fn among(self, twins: &'a HashSet<DefinitionId>) -> Self {
        Self { twins: Some(twins), place: Place::Borrowed, ..self }
    }

    /// For the module's blocking services.
    pub(super) fn blocking(self) -> Self {
        Self { place: Place::Blocking, ..self }
    }

    /// The types stand in the module of blocking services.
    pub(super) fn is_blocking(&self) -> bool {
        self.place == Place::Blocking
    }

    /// The structs that hold text or binaries, if these are borrowed.
    pub(super) fn twins(&self) -> Option<&'a HashSet<DefinitionId>> {
        self.twins
    }

    /// For a thing of this module, with what is said of it.
    pub(super) fn of(self, rust: &Rust) -> Self {
        self.of_other(self.module, rust)
    }

    /// For a thing of another module, which is rendered in this one.
    pub(super) fn of_other(self, module: ModuleId, rust: &Rust) -> Self {
        let around = self.schema.module(module).rust.choices(Choices::default());
        Self { choices: rust.choices(around), ..self }
    }

    /// For what a thing is made of: what is generated elsewhere is made of owned types.
    pub(super) fn inside(self, module: ModuleId, rust: &Rust) -> Self {
        if self.schema.is_extern(module, rust) { self.owning() } else { self }
    }

    /// For owned types, wherever they stand.
    pub(super) fn owning(self) -> Self {
        Self { twins: None, ..self }
    }

    /// The type that is left when the typedefs in front are followed, with what is said of the last of them.
    pub(super) fn behind<'t>(self, mut ty: &'t Type) -> (Self, &'t Type)
    where
        'a: 't,
    {
        let mut types = self;
        while let Type::Typedef(id) = ty {
            let typedef = self.schema.typedef(*id);
            types = types.inside(id.module, &typedef.rust).of_other(id.module, &typedef.rust);
            ty = &typedef.ty;
        }
        (types, ty)
    }

    /// The struct, union or exception has an order, so that it can be a key.
    pub(super) fn is_ordered(&self, id: DefinitionId) -> bool {
        self.ordered.is_none_or(|ordered| ordered.contains(&id))
    }

    /// The type of a field.
    pub(super) fn owned(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "bool".to_owned(),
            Type::I8 => "i8".to_owned(),
            Type::I16 => "i16".to_owned(),
            Type::I32 => "i32".to_owned(),
            Type::I64 => "i64".to_owned(),
            Type::Double => "f64".to_owned(),
            Type::String | Type::Binary if self.twins.is_some() => self.reference(ty).to_owned(),
            Type::String => match self.choices.string {
                StringType::String => self.prelude("String").to_owned(),
                StringType::Shared => "thrift::ByteString".to_owned(),
            },
            Type::Binary => match self.choices.binary {
                BinaryType::Bytes => "thrift::Bytes".to_owned(),
                BinaryType::Vec => format!("{}<u8>", self.prelude("Vec")),
            },
            Type::Uuid => "thrift::Uuid".to_owned(),
            Type::List(element) => format!("{}<{}>", self.prelude("Vec"), self.owned(element)),
            Type::Set(element) => format!("{}<{}>", self.set(ty, false), self.key(element)),
            Type::Map(key, value) => format!("{}<{}, {}>", self.map(ty, false), self.key(key), self.owned(value)),
            Type::Enum(id) => self.enumeration(*id),
            Type::Struct(id) => self.structure_path(*id) + self.lifetime(ty),
            Type::Typedef(id) => {
                let name = &self.names.module(id.module).typedefs[id.index];
                let path = self.path(id.module, name, &self.schema.typedef(*id).rust, self.place_of(ty));
                path + self.lifetime(ty)
            }
        }
    }

    /// The type of a map's key or a set's element: doubles are wrapped, so that they have an order, and hash maps are
    /// B-trees.
    pub(super) fn key(&self, ty: &Type) -> String {
        if !self.is_partial(ty) {
            return self.owned(ty);
        }
        match self.behind(ty) {
            (_, Type::Double) => "thrift::OrderedDouble".to_owned(),
            (types, Type::List(element)) => format!("{}<{}>", self.prelude("Vec"), types.key(element)),
            (types, set @ Type::Set(element)) => format!("{}<{}>", types.set(set, true), types.key(element)),
            (types, map @ Type::Map(key, value)) => {
                format!("{}<{}, {}>", types.map(map, true), types.key(key), types.key(value))
            }
            (types, other) => types.owned(other),
        }
    }

    /// Whether two types that are the same in the IDL are the same in Rust. `key`: it is part of a map's key or a set's
    /// element.
    pub(super) fn is_same(&self, ty: &Type, key: bool, other: Self, other_ty: &Type, other_key: bool) -> bool {
        let ((a, ty), (b, other_ty)) = (self.behind(ty), other.behind(other_ty));
        match (ty, other_ty) {
            (Type::Double, Type::Double) => key == other_key,
            (Type::String, Type::String) => a.choices.string == b.choices.string,
            (Type::Binary, Type::Binary) => a.choices.binary == b.choices.binary,
            (Type::List(x), Type::List(y)) => a.is_same(x, key, b, y, other_key),
            (Type::Set(x), Type::Set(y)) => {
                a.set(ty, key) == b.set(other_ty, other_key) && a.is_same(x, true, b, y, true)
            }
            (Type::Map(k, v), Type::Map(l, w)) => {
                a.map(ty, key) == b.map(other_ty, other_key)
                    && a.is_same(k, true, b, l, true)
                    && a.is_same(v, key, b, w, other_key)
            }
            _ => true,
        }
    }

    /// The type for a `map`, without its parameters. `key`: it is part of a map's key or a set's element.
    pub(super) fn map(&self, ty: &Type, key: bool) -> &'static str {
        match self.choices.map {
            _ if self.borrows(ty) => "thrift::VecMap",
            choice if key && !choice.is_ordered() => "::std::collections::BTreeMap",
            CollectionType::BTree => "::std::collections::BTreeMap",
            CollectionType::Hash => "::std::collections::HashMap",
            CollectionType::Index => "thrift::IndexMap",
            CollectionType::Vec => "thrift::VecMap",
        }
    }

    /// The type for a `set`, without its parameter. `key`: it is part of a map's key or a set's element.
    pub(super) fn set(&self, ty: &Type, key: bool) -> &'static str {
        match self.choices.set {
            _ if self.borrows(ty) => "thrift::VecSet",
            choice if key && !choice.is_ordered() => "::std::collections::BTreeSet",
            CollectionType::BTree => "::std::collections::BTreeSet",
            CollectionType::Hash => "::std::collections::HashSet",
            CollectionType::Index => "thrift::IndexSet",
            CollectionType::Vec => "thrift::VecSet",
        }
    }

    /// An expression for bytes.
    pub(super) fn bytes(&self, bytes: &[u8]) -> String {
        let literal = format!("b\"{}\"", bytes.escape_ascii());
        match self.choices.binary {
            _ if self.twins.is_some() => format!("{literal}.as_slice()"),
            BinaryType::Bytes => format!("thrift::Bytes::from_static({literal})"),
            BinaryType::Vec if bytes.is_empty() => format!("{}::new()", self.prelude("Vec")),
            BinaryType::Vec => format!("{}::from({literal})", self.prelude("Vec")),
        }
    }

    /// An expression for text.
    pub(super) fn string(&self, text: &str) -> String {
        match self.choices.string {
            _ if self.twins.is_some() => format!("{text:?}"),
            StringType::String if text.is_empty() => format!("{}::new()", self.prelude("String")),
            StringType::String => format!("{}::from({text:?})", self.prelude("String")),
            StringType::Shared => format!("thrift::ByteString::from_static({text:?})"),
        }
    }

    /// The type of a client method's argument: borrowed where that saves the caller a copy. True: it is a reference.
    pub(super) fn borrowed(&self, ty: &Type) -> (String, bool) {
        let (types, resolved) = self.behind(ty);
        let target = match resolved {
            Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Double | Type::Uuid | Type::Enum(_) => {
                return (self.owned(ty), false);
            }
            Type::String => "str".to_owned(),
            Type::Binary => "[u8]".to_owned(),
            Type::List(element) => format!("[{}]", types.owned(element)),
            Type::Set(_) | Type::Map(..) | Type::Struct(_) | Type::Typedef(_) => self.owned(ty),
        };
        (format!("&{target}"), true)
    }

    /// The type of a field's value, behind its pointer.
    pub(super) fn pointed(&self, field: &Field) -> String {
        let ty = self.of(&field.rust).owned(&field.ty);
        match self.pointer(field) {
            Some(pointer) => format!("{pointer}<{ty}>"),
            None => ty,
        }
    }

    /// What a field keeps its value behind. A borrowed value, which is not kept for long, has what its type needs.
    pub(super) fn pointer(&self, field: &Field) -> Option<&'static str> {
        if self.borrows(&field.ty) { field.boxed.then(|| self.prelude("Box")) } else { self.chosen_pointer(field) }
    }

    /// What users say, or what the type needs to have a size.
    pub(super) fn chosen_pointer(&self, field: &Field) -> Option<&'static str> {
        match field.rust.pointer() {
            Some(Pointer::Arc) => Some("::std::sync::Arc"),
            Some(Pointer::Box) => Some(self.prelude("Box")),
            None => field.boxed.then(|| self.prelude("Box")),
        }
    }

    /// `Option<…>`, in full where the module defines a type of that name.
    pub(super) fn option(&self, ty: &str) -> String {
        format!("{}<{ty}>", self.prelude("Option"))
    }

    /// The path of an enum.
    pub(super) fn enumeration(&self, id: DefinitionId) -> String {
        self.path(id.module, &self.names.enumeration(id).name, &self.schema.enumeration(id).rust, Place::File)
    }

    /// The path of a struct, union or exception.
    pub(super) fn structure_path(&self, id: DefinitionId) -> String {
        let place = self.place_of(&Type::Struct(id));
        self.path(id.module, &self.names.structure(id).name, &self.schema.structure(id).rust, place)
    }

    /// The path of a constant.
    pub(super) fn constant_path(&self, id: DefinitionId) -> String {
        let module = self.schema.module(id.module);
        let name = &self.names.module(id.module).constants[id.index];
        self.path(id.module, name, &module.constants[id.index].rust, Place::File)
    }

    /// The path of the error of a method of this module.
    pub(super) fn error(&self, name: &str) -> String {
        self.path(self.module, name, Rust::nothing(), Place::File)
    }

    /// The path of a service's handler, server and client, which stand side by side, and the blocking ones too.
    pub(super) fn service_paths(&self, id: DefinitionId) -> [String; 3] {
        let names = self.names.service(id);
        let rust = &self.schema.service(id).rust;
        let place = if self.is_blocking() { Place::Blocking } else { Place::File };
        match extern_path(rust) {
            Some(handler) => ["", "Server", "Client"].map(|suffix| format!("{}{suffix}", within(place, &handler))),
            None => [&names.handler, &names.server, &names.client].map(|name| self.path(id.module, name, rust, place)),
        }
    }

    /// Where a type's definition stands in the code of its file.
    fn place_of(&self, ty: &Type) -> Place {
        if self.borrows(ty) { Place::Borrowed } else { Place::File }
    }

    /// The path from here to a name that a module has for a thing, or where else that thing is. `place`: where in that module.
    fn path(&self, module: ModuleId, name: &str, rust: &Rust, place: Place) -> String {
        if let Some(path) = extern_path(rust) {
            return path;
        }
        if let Some(path) = extern_path(&self.schema.module(module).rust) {
            return within(place, &format!("{path}::{name}"));
        }
        // The module of borrowed types has all names of the one around it; some are those of twins there.
        if module == self.module && (place == self.place || self.twins.is_some()) {
            return name.to_owned();
        }
        let from = self.names.module(self.module).path_to(self.place);
        let to = self.names.module(module).path_to(place);
        let common = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
        // `super` leaves this module itself first.
        let common = common.min(from.len() - 1);
        let mut path = "super::".repeat(from.len() - common);
        for segment in &to[common..] {
            path.push_str(&super::name::escape((*segment).clone()));
            path.push_str("::");
        }
        path + name
    }

    /// The type is or holds a double or a hash map, with no struct and no key between, so that comparing it needs the total
    /// order.
    pub(super) fn is_partial(&self, ty: &Type) -> bool {
        match self.behind(ty) {
            (_, Type::Double) => true,
            (types, Type::List(element)) => types.is_partial(element),
            (types, set @ Type::Set(_)) => !types.choices.set.is_ordered() && !types.borrows(set),
            (types, map @ Type::Map(_, value)) => {
                (!types.choices.map.is_ordered() && !types.borrows(map)) || types.is_partial(value)
            }
            _ => false,
        }
    }

    /// The type is a union, or a struct that cannot be without one.
    pub(super) fn lacks_default(&self, ty: &Type) -> bool {
        match self.schema.resolved(ty) {
            Type::Struct(id) => !self.schema.structure(*id).has_default,
            _ => false,
        }
    }

    /// The struct, union or exception behind the typedefs.
    pub(super) fn structure(&self, ty: &Type) -> Option<DefinitionId> {
        match self.schema.resolved(ty) {
            Type::Struct(id) => Some(*id),
            _ => None,
        }
    }

    /// Bytes that the writers' stores reach over for a field of that type, without what has a length of its own.
    pub(super) fn room(&self, ty: &Type) -> usize {
        match self.schema.resolved(ty) {
            Type::I16 | Type::I32 | Type::Enum(_) => 9,
            Type::String | Type::Binary => 8,
            Type::I64 | Type::Double => 12,
            Type::Bool
            | Type::I8
            | Type::Uuid
            | Type::List(_)
            | Type::Set(_)
            | Type::Map(..)
            | Type::Struct(_)
            | Type::Typedef(_) => 4,
        }
    }

    /// A name of the prelude, in full where the module defines a type of that name.
    pub(super) fn prelude(&self, name: &'static str) -> &'static str {
        if !self.names.module(self.module).hidden.contains(name) {
            return name;
        }
        match name {
            "Box" => "::std::boxed::Box",
            "Default" => "::core::default::Default",
            "None" => "::core::option::Option::None",
            "Option" => "::core::option::Option",
            "Result" => "::core::result::Result",
            "Send" => "::core::marker::Send",
            "Some" => "::core::option::Option::Some",
            "String" => "::std::string::String",
            _ => "::std::vec::Vec",
        }
    }
}

/// The path of what is elsewhere, with its keywords escaped.
fn extern_path(rust: &Rust) -> Option<String> {
    let words = rust.extern_path()?.split("::").map(|word| super::name::escape(word.to_owned()));
    Some(words.collect::<Vec<_>>().join("::"))
}

/// The path of what stands beside `path`, or in the module of blocking services there.
fn within(place: Place, path: &str) -> String {
    match (place, path.rsplit_once("::")) {
        (Place::Blocking, Some((module, name))) => format!("{module}::blocking::{name}"),
        (Place::Blocking, None) => format!("blocking::{path}"),
        _ => path.to_owned(),
    }
}
