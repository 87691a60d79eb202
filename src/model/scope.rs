//! The names that each file declares, and what a reference finds: the file's own names, then those of its includes.

use std::collections::{HashMap, HashSet};

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
    /// The prefixes of files that are missing.
    missing: Vec<&'a str>,
    /// Words that may be names which it declares: they stand where it has errors.
    unread: &'a HashSet<String>,
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

    /// A name that nothing declares, but that may stand where a file has errors: so nothing is to be said of it.
    pub(super) fn is_unread(&self, module: ModuleId, name: &str) -> bool {
        let names = &self.files[module.0];
        let behind = |prefix: &str| name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'));
        names.is_unread(name)
            || names.missing.iter().any(|prefix| behind(prefix).is_some())
            || names.includes.iter().any(|(prefix, id)| behind(prefix).is_some_and(|rest| self.files[id.0].is_unread(rest)))
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
        let mut names = Self {
            types: HashMap::new(),
            constants: HashMap::new(),
            includes: Vec::new(),
            missing: Vec::new(),
            unread: &file.document.unread,
        };
        for (prefix, file) in prefixes.zip(&file.includes) {
            match file {
                Some(file) => names.includes.push((prefix, ModuleId(file.0))),
                None => names.missing.push(prefix),
            }
        }
        names.declare_all(module, &file.document, diagnostics);
        names
    }

    /// The name, or what stands before one of its dots, may be declared where the file has errors.
    fn is_unread(&self, name: &str) -> bool {
        if self.unread.is_empty() {
            return false;
        }
        let mut parts = name.match_indices('.').filter_map(|(dot, _)| name.get(..dot));
        let from_include = name.contains('.') && self.unread.contains("include");
        from_include || self.unread.contains(name) || parts.any(|part| self.unread.contains(part))
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
