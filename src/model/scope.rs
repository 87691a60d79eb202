//! The names that each file declares, and what a reference finds: the file's own names, then those of its includes.

use std::collections::HashMap;

use super::schema::{DefinitionId, ModuleId};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::similar::similar;
use crate::source::Span;
use crate::syntax::ast::{Definition, Document, Header, Name};
use crate::syntax::program::{File, Program};

/// What a type name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Symbol {
    Typedef(DefinitionId),
    Enum(DefinitionId),
    Struct(DefinitionId),
    Service(DefinitionId),
}

/// A declared name and where it is declared.
#[derive(Clone, Copy)]
struct Declared<T> {
    what: T,
    span: Span,
}

/// The names of one file.
struct Names<'a> {
    types: HashMap<&'a str, Declared<Symbol>>,
    constants: HashMap<&'a str, Declared<DefinitionId>>,
    /// The files that it includes, by the prefix that their names have here.
    includes: Vec<(&'a str, ModuleId)>,
}

/// The names of all files of a run.
pub(super) struct Scopes<'a> {
    files: Vec<Names<'a>>,
}

impl<'a> Scopes<'a> {
    /// Collects the names; a name that is declared twice is reported, and the first one counts.
    pub(super) fn new(program: &'a Program, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let files = program.files.iter().enumerate();
        Self { files: files.map(|(index, file)| Names::new(ModuleId(index), file, diagnostics)).collect() }
    }

    /// What a type or service name means in `module`.
    pub(super) fn symbol(&self, module: ModuleId, name: &str) -> Option<Symbol> {
        self.find(module, name, |names, name| names.types.get(name).map(|declared| declared.what))
    }

    /// The constant that a name means in `module`.
    pub(super) fn constant(&self, module: ModuleId, name: &str) -> Option<DefinitionId> {
        self.find(module, name, |names, name| names.constants.get(name).map(|declared| declared.what))
    }

    /// The declared type name that is most like `name`, as it would be written in `module`.
    pub(super) fn similar_type(&self, module: ModuleId, name: &str) -> Option<String> {
        const BASE: [&str; 12] =
            ["bool", "byte", "i8", "i16", "i32", "i64", "double", "string", "binary", "uuid", "list", "map"];
        let names = &self.files[module.0];
        let included = names
            .includes
            .iter()
            .flat_map(|(prefix, id)| self.files[id.0].types.keys().map(move |name| format!("{prefix}.{name}")));
        let own = names.types.keys().map(|name| (*name).to_owned());
        let candidates: Vec<String> = BASE.iter().map(|name| (*name).to_owned()).chain(own).chain(included).collect();
        similar(name, candidates.iter().map(String::as_str)).map(str::to_owned)
    }

    fn find<T>(&self, module: ModuleId, name: &str, get: impl Fn(&Names<'a>, &str) -> Option<T>) -> Option<T> {
        let names = &self.files[module.0];
        get(names, name).or_else(|| {
            let (prefix, name) = name.rsplit_once('.')?;
            let included = names.includes.iter().filter(|(include, _)| *include == prefix);
            included.filter_map(|(_, id)| get(&self.files[id.0], name)).next()
        })
    }
}

impl<'a> Names<'a> {
    fn new(module: ModuleId, file: &'a File, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let prefixes = file.document.headers.iter().filter_map(|header| match header {
            Header::Include(include) => Some(stem(&include.path.value)),
            _ => None,
        });
        let includes = prefixes.zip(&file.includes).filter_map(|(prefix, id)| Some((prefix, ModuleId((*id)?.0))));
        let mut names = Self { types: HashMap::new(), constants: HashMap::new(), includes: includes.collect() };
        names.declare_all(module, &file.document, diagnostics);
        names
    }

    fn declare_all(&mut self, module: ModuleId, document: &'a Document, diagnostics: &mut Vec<Diagnostic>) {
        for (id, definition) in definitions(module, document) {
            let (name, symbol) = match definition {
                Definition::Typedef(typedef) => (&typedef.name, Symbol::Typedef(id)),
                Definition::Enum(enumeration) => (&enumeration.name, Symbol::Enum(id)),
                Definition::Struct(structure) => (&structure.name, Symbol::Struct(id)),
                Definition::Service(service) => (&service.name, Symbol::Service(id)),
                Definition::Const(constant) => {
                    declare(&mut self.constants, &constant.name, id, "constant", diagnostics);
                    continue;
                }
            };
            declare(&mut self.types, name, symbol, "type", diagnostics);
        }
    }
}

/// What names of an included file are prefixed with: its name as the header writes it, up to the last dot. (The file may have
/// other names elsewhere.)
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The definitions of a file with the ids that they have in the schema: the lists of a module are in the order of the text.
pub(super) fn definitions(module: ModuleId, document: &Document) -> impl Iterator<Item = (DefinitionId, &Definition)> {
    let mut counts = [0; 5];
    document.definitions.iter().map(move |definition| {
        let count = &mut counts[match definition {
            Definition::Typedef(_) => 0,
            Definition::Enum(_) => 1,
            Definition::Struct(_) => 2,
            Definition::Const(_) => 3,
            Definition::Service(_) => 4,
        }];
        *count += 1;
        (DefinitionId { module, index: *count - 1 }, definition)
    })
}

fn declare<'a, T>(
    names: &mut HashMap<&'a str, Declared<T>>,
    name: &'a Name,
    what: T,
    kind: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Some(first) = names.get(name.text.as_str()) {
        diagnostics.push(
            Diagnostic::error("duplicate-name", format!("{kind} `{}` is defined twice", name.text), name.span)
                .at("defined again here")
                .also(first.span, "first defined here"),
        );
        return;
    }
    names.insert(&name.text, Declared { what, span: name.span });
}
