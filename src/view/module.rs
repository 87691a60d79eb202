//! A module, which is a file, and the list of modules of a folder.

use std::path::PathBuf;

use askama::Template;

use super::constants::{ConstantView, TypedefView};
use super::doc::Doc;
use super::enums::EnumView;
use super::name::{self, Names};
use super::services::ServiceView;
use super::structs::StructView;
use super::ty::Types;
use super::unions::UnionView;
use crate::model::schema::{Item, Module, ModuleId, Schema, StructKind};
use crate::output::{GeneratedFile, HEADER};

/// What is rendered, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Included files too, not only those that the user named.
    pub recurse: bool,
    /// No services.
    pub types_only: bool,
}

/// One entry of a folder's `mod.rs`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModEntry {
    /// The module's name, which is that of its file or folder: no `r#` before a keyword.
    pub name: String,
    /// A folder, with a `mod.rs` of its own.
    pub is_folder: bool,
}

/// The files for a schema, one for each module that is asked for.
pub fn render(schema: &Schema, options: &Options) -> Vec<GeneratedFile> {
    let names = Names::new(schema);
    let ids = (0..schema.modules.len()).map(ModuleId);
    let wanted = ids.filter(|id| options.recurse || schema.roots.contains(id));
    wanted.map(|id| ModuleView::new(&Types { schema, names: &names, module: id }, options).file(&names, id)).collect()
}

/// The text of a `mod.rs`.
pub fn mod_file(entries: &[ModEntry]) -> String {
    let modules = entries.iter().map(|entry| name::escape(entry.name.clone()));
    let folder = entries.iter().map(|entry| entry.is_folder);
    let entries = modules.zip(folder).map(|(name, is_folder)| EntryView { name, is_folder }).collect();
    ModFileView { header: HEADER, entries }.to_string()
}

#[derive(Template)]
#[template(path = "rust/module.rs.jinja", escape = "none")]
struct ModuleView {
    header: &'static str,
    doc: Doc,
    items: Vec<ItemView>,
}

enum ItemView {
    Typedef(TypedefView),
    Enum(EnumView),
    Struct(StructView),
    Union(UnionView),
    Constant(ConstantView),
    Service(ServiceView),
}

#[derive(Template)]
#[template(path = "rust/mod.rs.jinja", escape = "none")]
struct ModFileView {
    header: &'static str,
    entries: Vec<EntryView>,
}

struct EntryView {
    name: String,
    is_folder: bool,
}

impl ModuleView {
    fn new(types: &Types<'_>, options: &Options) -> Self {
        let module = types.schema.module(types.module);
        let wanted = module.items.iter().filter(|item| !(options.types_only && matches!(item, Item::Service(_))));
        Self {
            header: HEADER,
            doc: Doc::module(&module.doc),
            items: wanted.map(|item| ItemView::new(types, module, *item)).collect(),
        }
    }

    fn file(&self, names: &Names, id: ModuleId) -> GeneratedFile {
        let mut path: PathBuf = names.module(id).path.iter().collect();
        path.set_extension("rs");
        GeneratedFile { path, text: self.to_string() }
    }
}

impl ItemView {
    fn new(types: &Types<'_>, module: &Module, item: Item) -> Self {
        match item {
            Item::Typedef(index) => ItemView::Typedef(TypedefView::new(types, index)),
            Item::Enum(index) => ItemView::Enum(EnumView::new(types, index)),
            Item::Constant(index) => ItemView::Constant(ConstantView::new(types, index)),
            Item::Service(index) => ItemView::Service(ServiceView::new(types, index)),
            Item::Struct(index) => match module.structs[index].kind {
                StructKind::Union => ItemView::Union(UnionView::new(types, index)),
                StructKind::Struct | StructKind::Exception => ItemView::Struct(StructView::new(types, index)),
            },
        }
    }
}
