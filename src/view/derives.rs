//! The traits that a type derives: ours, and those that users want too.

use std::collections::HashSet;

use crate::model::schema::{DefinitionId, Rust, Schema, Type};

/// Which types get an order, and so can be keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Derives {
    /// Every one.
    #[default]
    All,
    /// Those that are used in a map's key or a set's element, which saves time where the code is compiled.
    Keys,
}

/// Equality and order of a type.
const ORDER: [&str; 5] = ["PartialEq", "Eq", "Hash", "PartialOrd", "Ord"];

/// The list of a struct or union. `written`: its order, if it has one, is written out.
pub(super) fn of_struct(default: bool, ordered: bool, written: bool, rust: &Rust) -> String {
    let default: &[&str] = if default { &["Default"] } else { &[] };
    let (order, written): (&[&str], &[&str]) = match (ordered, written) {
        (true, false) => (&ORDER, &[]),
        (true, true) => (&[], &ORDER),
        (false, _) => (&["PartialEq"], &[]),
    };
    with_wanted([&["Clone", "Debug"], default, order].concat(), &[written, &["Default"]].concat(), rust)
}

/// The list of an enum, which is a number.
pub(super) fn of_enum(rust: &Rust) -> String {
    with_wanted([&["Clone", "Copy", "Default"][..], &ORDER].concat(), &["Debug"], rust)
}

/// `written`: what the type has and does not derive.
fn with_wanted<'a>(mut derives: Vec<&'a str>, written: &[&str], rust: &'a Rust) -> String {
    for path in rust.derives() {
        if !derives.contains(&path.as_str()) && !written.contains(&path.as_str()) {
            derives.push(path);
        }
    }
    derives.join(", ")
}

/// The structs and unions that are used in a map's key or a set's element, and those that they hold.
pub(super) fn keys(schema: &Schema) -> HashSet<DefinitionId> {
    let mut keys = Keys { schema, found: HashSet::new(), waiting: Vec::new() };
    for module in &schema.modules {
        let functions = module.services.iter().flat_map(|service| &service.functions);
        let passed = functions.clone().flat_map(|function| &function.arguments);
        let fields = module.structs.iter().flat_map(|structure| &structure.fields).chain(passed);
        module.typedefs.iter().for_each(|typedef| keys.look(&typedef.ty, false));
        module.constants.iter().for_each(|constant| keys.look(&constant.ty, false));
        functions.flat_map(|function| &function.returns).for_each(|ty| keys.look(ty, false));
        fields.for_each(|field| keys.look(&field.ty, false));
    }
    while let Some(id) = keys.waiting.pop() {
        schema.structure(id).fields.iter().for_each(|field| keys.look(&field.ty, true));
    }
    keys.found
}

struct Keys<'a> {
    schema: &'a Schema,
    found: HashSet<DefinitionId>,
    /// Found, and not yet looked into.
    waiting: Vec<DefinitionId>,
}

impl Keys<'_> {
    /// Looks for structs in a type that is, or is not, a part of a key.
    fn look(&mut self, ty: &Type, key: bool) {
        match ty {
            Type::List(element) => self.look(element, key),
            Type::Set(element) => self.look(element, true),
            Type::Map(k, v) => {
                self.look(k, true);
                self.look(v, key);
            }
            Type::Struct(id) if key && self.found.insert(*id) => self.waiting.push(*id),
            // What a typedef holds besides keys is looked at where it is used as one.
            Type::Typedef(id) if key => self.look(&self.schema.typedef(*id).ty, true),
            _ => {}
        }
    }
}
