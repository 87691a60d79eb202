//! Selections: types with some of a struct's fields, for those who read little of it.

use std::collections::{BTreeSet, HashMap};

use super::custom::{is_identifier, is_word};
use super::cycle;
use super::resolve::Resolver;
use super::schema::{DefinitionId, Item, ModuleId, Schema, Struct, StructKind, Type, Typedef};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::similar::similar;

/// Some of a struct's fields, by a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selection {
    name: String,
    fields: Vec<String>,
}

impl Selection {
    /// `Name: field, field`, with `+` for commas where these are not to be had.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let (name, fields) = value.split_once(':')?;
        let fields: Vec<String> = fields.split([',', '+']).map(|field| field.trim().to_owned()).collect();
        let name = name.trim();
        (is_identifier(name) && fields.iter().all(|field| is_word(field)))
            .then(|| Self { name: name.to_owned(), fields })
    }
}

/// Adds a struct for each selection to its module, behind the IDL's, and a typedef for each that has one behind it. A field whose own type has a selection of the same name has that.
pub(super) fn add(resolver: &mut Resolver<'_>, schema: &mut Schema) {
    let mut made = Made::default();
    for index in 0..schema.modules.len() {
        let module = ModuleId(index);
        for index in 0..schema.module(module).structs.len() {
            let id = DefinitionId { module, index };
            for selection in schema.structure(id).rust.selections().to_vec() {
                let structure = schema.structure(id);
                let selected = match made.of.contains_key(&(id, selection.name.clone())) {
                    true => Err(wrong(format!("`{}` has two selections `{}`", structure.name, selection.name))),
                    false => selected(structure, &selection),
                };
                match selected {
                    Ok(structure) => made.push(schema, id, &selection, structure),
                    Err(wrong) => resolver.report(located(resolver, id, wrong)),
                }
            }
        }
    }
    for (id, name) in made.all.clone() {
        let mut fields = std::mem::take(&mut schema.modules[id.module.0].structs[id.index].fields);
        // A default value is of the whole type.
        for field in fields.iter_mut().filter(|field| field.default.is_none()) {
            field.ty = made.narrowed(schema, &field.ty, &name);
        }
        schema.modules[id.module.0].structs[id.index].fields = fields;
    }
    made.narrow_typedefs(schema);
    if !made.all.is_empty() {
        cycle::mark_defaults(schema);
    }
}

/// The selections that were made, and which is of which struct.
#[derive(Default)]
struct Made {
    all: Vec<(DefinitionId, String)>,
    of: HashMap<(DefinitionId, String), DefinitionId>,
    typedefs: HashMap<(DefinitionId, String), DefinitionId>,
}

impl Made {
    fn push(&mut self, schema: &mut Schema, of: DefinitionId, selection: &Selection, structure: Struct) {
        let module = &mut schema.modules[of.module.0];
        let id = DefinitionId { module: of.module, index: module.structs.len() };
        module.items.push(Item::Struct(id.index));
        module.structs.push(structure);
        self.all.push((id, selection.name.clone()));
        self.of.insert((of, selection.name.clone()), id);
    }

    /// All typedefs, used or not: those who use them from another run know that they are there.
    fn narrow_typedefs(&mut self, schema: &mut Schema) {
        let names: BTreeSet<String> = self.all.iter().map(|(_, name)| name.clone()).collect();
        for name in names {
            for module in (0..schema.modules.len()).map(ModuleId) {
                for index in 0..schema.module(module).typedefs.len() {
                    self.narrowed(schema, &Type::Typedef(DefinitionId { module, index }), &name);
                }
            }
        }
    }

    /// What is a key or in a set stays whole: two of them that differ could become one.
    fn narrowed(&mut self, schema: &mut Schema, ty: &Type, name: &str) -> Type {
        match ty {
            Type::Struct(id) => Type::Struct(self.of.get(&(*id, name.to_owned())).copied().unwrap_or(*id)),
            Type::List(element) => Type::List(Box::new(self.narrowed(schema, element, name))),
            Type::Map(key, value) => Type::Map(key.clone(), Box::new(self.narrowed(schema, value, name))),
            Type::Typedef(id) => {
                let whole = schema.typedef(*id).ty.clone();
                match self.narrowed(schema, &whole, name) {
                    same if same == whole => ty.clone(),
                    narrowed => Type::Typedef(self.typedef(schema, *id, name, narrowed)),
                }
            }
            _ => ty.clone(),
        }
    }

    /// A typedef of less, for which the same is said as for the whole.
    fn typedef(&mut self, schema: &mut Schema, of: DefinitionId, name: &str, ty: Type) -> DefinitionId {
        let module = &mut schema.modules[of.module.0];
        let id = DefinitionId { module: of.module, index: module.typedefs.len() };
        *self.typedefs.entry((of, name.to_owned())).or_insert_with(|| {
            let whole = &module.typedefs[of.index];
            let narrowed = Typedef {
                doc: Some(format!("`{}` with some fields of its structs.", whole.name)),
                rust: whole.rust.selected(whole.rust.name().map(|chosen| format!("{chosen}{name}"))),
                name: format!("{}{name}", whole.name),
                ty,
                is_selection: true,
            };
            module.items.push(Item::Typedef(id.index));
            module.typedefs.push(narrowed);
            id
        })
    }
}

/// The struct of a selection, with the types that the fields have.
fn selected(of: &Struct, selection: &Selection) -> Result<Struct, Diagnostic> {
    if of.kind == StructKind::Union {
        return Err(wrong(format!("`{}` is a union: there is nothing to select", of.name)));
    }
    if let Some(missing) = selection.fields.iter().find(|name| of.fields.iter().all(|field| field.name != **name)) {
        let wrong =
            wrong(format!("the selection `{}` names `{missing}`, which `{}` does not have", selection.name, of.name));
        return Err(match similar(missing, of.fields.iter().map(|field| field.name.as_str())) {
            Some(meant) => wrong.help(format!("did you mean `{meant}`?")),
            None => wrong,
        });
    }
    let fields = of.fields.iter().filter(|field| selection.fields.contains(&field.name));
    let name = format!("{}{}", of.name, selection.name);
    let doc = format!("Some fields of `{}`: the others are passed over.", of.name);
    Ok(Struct {
        doc: Some(of.doc.iter().fold(doc, |doc, more| format!("{doc}\n\n{more}"))),
        rust: of.rust.selected(of.rust.name().map(|chosen| format!("{chosen}{}", selection.name))),
        kind: of.kind,
        name,
        fields: fields.cloned().collect(),
        has_default: true,
        is_selection: true,
    })
}

fn wrong(message: String) -> Diagnostic {
    Diagnostic::error_without_place("bad-selection", message)
}

/// At the struct.
fn located(resolver: &Resolver<'_>, id: DefinitionId, wrong: Diagnostic) -> Diagnostic {
    match cycle::struct_of(resolver, id.module, id.index) {
        Some(structure) => wrong.also(structure.name.span, "this one"),
        None => wrong,
    }
}
