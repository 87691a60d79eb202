//! Rust types for the IDL's types, as they are written in one module.

use super::name::Names;
use crate::model::schema::{DefinitionId, ModuleId, Schema, Type};

/// Renders types for the code of one module.
#[derive(Clone, Copy)]
pub(super) struct Types<'a> {
    pub(super) schema: &'a Schema,
    pub(super) names: &'a Names,
    pub(super) module: ModuleId,
}

impl Types<'_> {
    /// The type of a field.
    pub(super) fn owned(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "bool".to_owned(),
            Type::I8 => "i8".to_owned(),
            Type::I16 => "i16".to_owned(),
            Type::I32 => "i32".to_owned(),
            Type::I64 => "i64".to_owned(),
            Type::Double => "f64".to_owned(),
            Type::String => self.prelude("String").to_owned(),
            Type::Binary => "thrift::Bytes".to_owned(),
            Type::Uuid => "thrift::Uuid".to_owned(),
            Type::List(element) => format!("{}<{}>", self.prelude("Vec"), self.owned(element)),
            Type::Set(element) => format!("::std::collections::BTreeSet<{}>", self.key(element)),
            Type::Map(key, value) => {
                format!("::std::collections::BTreeMap<{}, {}>", self.key(key), self.owned(value))
            }
            Type::Enum(id) => self.path(id.module, &self.names.enumeration(*id).name),
            Type::Struct(id) => self.path(id.module, &self.names.structure(*id).name),
            Type::Typedef(id) => self.path(id.module, &self.names.module(id.module).typedefs[id.index]),
        }
    }

    /// The type of a map's key or a set's element: doubles are wrapped, so that they have an order.
    pub(super) fn key(&self, ty: &Type) -> String {
        if !self.mentions_double(ty) {
            return self.owned(ty);
        }
        match self.schema.resolved(ty) {
            Type::Double => "thrift::OrderedDouble".to_owned(),
            Type::List(element) => format!("{}<{}>", self.prelude("Vec"), self.key(element)),
            Type::Map(key, value) => format!("::std::collections::BTreeMap<{}, {}>", self.key(key), self.key(value)),
            other => self.owned(other),
        }
    }

    /// The type of a client method's argument: borrowed where that saves the caller a copy. True: it is a reference.
    pub(super) fn borrowed(&self, ty: &Type) -> (String, bool) {
        let target = match self.schema.resolved(ty) {
            Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Double | Type::Uuid | Type::Enum(_) => {
                return (self.owned(ty), false);
            }
            Type::String => "str".to_owned(),
            Type::Binary => "[u8]".to_owned(),
            Type::List(element) => format!("[{}]", self.owned(element)),
            Type::Set(_) | Type::Map(..) | Type::Struct(_) | Type::Typedef(_) => self.owned(ty),
        };
        (format!("&{target}"), true)
    }

    /// `Option<…>` or `Box<…>`, in full where the module defines a type of that name.
    pub(super) fn wrapped(&self, wrapper: &'static str, ty: &str) -> String {
        format!("{}<{ty}>", self.prelude(wrapper))
    }

    /// The path from this module to a name of another one.
    pub(super) fn path(&self, module: ModuleId, name: &str) -> String {
        if module == self.module {
            return name.to_owned();
        }
        let (from, to) = (&self.names.module(self.module).path, &self.names.module(module).path);
        let common = from.iter().zip(to).take_while(|(from, to)| from == to).count();
        // `super` leaves this module itself first.
        let common = common.min(from.len() - 1);
        let mut path = "super::".repeat(from.len() - common);
        for segment in &to[common..] {
            path.push_str(&super::name::escape(segment.clone()));
            path.push_str("::");
        }
        path + name
    }

    /// The type holds a double with no struct and no key between, so that comparing it needs the total order.
    pub(super) fn is_partial(&self, ty: &Type) -> bool {
        match self.schema.resolved(ty) {
            Type::Double => true,
            Type::List(element) => self.is_partial(element),
            Type::Map(_, value) => self.is_partial(value),
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

    /// Bytes that a field of that type takes at least and, where its size is fixed, at most in the binary protocol.
    pub(super) fn room(&self, ty: &Type) -> usize {
        match self.schema.resolved(ty) {
            Type::Bool | Type::I8 => 4,
            Type::I16 => 5,
            Type::I32 | Type::Enum(_) | Type::String | Type::Binary => 7,
            Type::I64 | Type::Double => 11,
            Type::Uuid => 19,
            Type::List(_) | Type::Set(_) => 8,
            Type::Map(..) => 9,
            Type::Struct(_) | Type::Typedef(_) => 3,
        }
    }

    fn mentions_double(&self, ty: &Type) -> bool {
        match self.schema.resolved(ty) {
            Type::Double => true,
            Type::List(element) => self.mentions_double(element),
            Type::Map(_, value) => self.mentions_double(value),
            _ => false,
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
