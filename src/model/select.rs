//! Selections: types with some of a struct's fields, for those who read little of it.

use std::collections::HashMap;

use super::custom::is_identifier;
use super::cycle;
use super::resolve::Resolver;
use super::schema::{DefinitionId, Item, ModuleId, Schema, Struct, StructKind, Type};
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
        (is_identifier(name) && fields.iter().all(|field| is_identifier(field)))
            .then(|| Self { name: name.to_owned(), fields })
    }
}

/// Adds a struct for each selection to its module. A field whose own type has a selection of the same name has that.
pub(super) fn add(resolver: &mut Resolver<'_>, schema: &mut Schema) {
    let mut made = Made::default();
    for index in 0..schema.modules.len() {
        let module = ModuleId(index);
        for index in 0..schema.module(module).structs.len() {
            let id = DefinitionId { module, index };
            for selection in schema.structure(id).rust.selections().to_vec() {
                match selected(schema.structure(id), &selection) {
                    Ok(structure) => made.push(schema, id, &selection, structure),
                    Err(wrong) => resolver.report(located(resolver, id, wrong)),
                }
            }
        }
    }
    for (id, name) in &made.all {
        let mut fields = std::mem::take(&mut schema.modules[id.module.0].structs[id.index].fields);
        // A default value is of the whole type.
        for field in fields.iter_mut().filter(|field| field.default.is_none()) {
            field.ty = made.narrowed(schema, &field.ty, name);
        }
        schema.modules[id.module.0].structs[id.index].fields = fields;
    }
    if !made.all.is_empty() {
        cycle::mark_defaults(schema);
    }
}

/// The selections that were made, and which is of which struct.
#[derive(Default)]
struct Made {
    all: Vec<(DefinitionId, String)>,
    of: HashMap<(DefinitionId, String), DefinitionId>,
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

    fn narrowed(&self, schema: &Schema, ty: &Type, name: &str) -> Type {
        let narrowed = |ty: &Type| Box::new(self.narrowed(schema, ty, name));
        match ty {
            Type::Struct(id) => Type::Struct(self.of.get(&(*id, name.to_owned())).copied().unwrap_or(*id)),
            Type::List(element) => Type::List(narrowed(element)),
            Type::Set(element) => Type::Set(narrowed(element)),
            Type::Map(key, value) => Type::Map(narrowed(key), narrowed(value)),
            Type::Typedef(id) => match *narrowed(&schema.typedef(*id).ty) {
                same if same == schema.typedef(*id).ty => ty.clone(),
                other => other,
            },
            _ => ty.clone(),
        }
    }
}

/// The struct of a selection, with the types that the fields have.
fn selected(of: &Struct, selection: &Selection) -> Result<Struct, Diagnostic> {
    let wrong = |message: String| Diagnostic::error_without_place("bad-selection", message);
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

/// At the struct.
fn located(resolver: &Resolver<'_>, id: DefinitionId, wrong: Diagnostic) -> Diagnostic {
    match cycle::struct_of(resolver, id.module, id.index) {
        Some(structure) => wrong.also(structure.name.span, "this one"),
        None => wrong,
    }
}
