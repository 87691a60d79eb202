//! The names that each file declares, and what a reference finds: the file's own names, then those of its includes.

use std::collections::HashMap;

use super::resolve::Options;
use super::schema::{DefinitionId, ModuleId};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::similar::similar;
use crate::source::Span;
use crate::syntax::ast::{Definition, Document, Header, Name, Unread};
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
    /// Where it has errors, so that names may be declared all the same.
    unread: &'a Unread,
}

/// The names of all files of a run.
pub(super) struct Scopes<'a> {
    files: Vec<Names<'a>>,
    /// Missing files are no errors, so that their names are.
    allow_missing_includes: bool,
}

impl<'a> Scopes<'a> {
    /// Collects the names; a name that is declared twice is reported, and the first one counts.
    pub(super) fn new(program: &'a Program, options: &Options, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let files = program.files.iter().enumerate();
        let files = files.map(|(index, file)| Names::new(ModuleId(index), file, diagnostics)).collect();
        Self { files, allow_missing_includes: options.allow_missing_includes }
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
            || !self.allow_missing_includes && self.is_missing(module, name)
            || names
                .includes
                .iter()
                .any(|(prefix, id)| behind(prefix).is_some_and(|rest| self.files[id.0].is_unread(rest)))
    }

    /// A name of a file that is included and missing. One of a file that is not included is taken for one, because the
    /// file is perhaps only called wrong where it is included.
    fn is_missing(&self, module: ModuleId, name: &str) -> bool {
        let missing = &self.files[module.0].missing;
        let is_behind = |prefix: &&str| name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
        missing.iter().any(is_behind) || !missing.is_empty() && self.not_included(module, name).is_some()
    }

    /// The type name that is most like `name`, as it would be written in `module`.
    pub(super) fn similar_type(&self, module: ModuleId, name: &str) -> Option<Similar> {
        const BASE: [&str; 12] =
            ["bool", "byte", "i8", "i16", "i32", "i64", "double", "string", "binary", "uuid", "list", "map"];
        let mut candidates = self.symbols(module, |symbol| !matches!(symbol, Symbol::Service(_)));
        candidates.extend(BASE.map(|base| Similar { name: base.to_owned(), span: None }));
        most_similar(name, candidates)
    }

    /// The declared service name that is most like `name`.
    pub(super) fn similar_service(&self, module: ModuleId, name: &str) -> Option<Similar> {
        most_similar(name, self.symbols(module, |symbol| matches!(symbol, Symbol::Service(_))))
    }

    fn symbols(&self, module: ModuleId, is_wanted: impl Fn(Symbol) -> bool) -> Vec<Similar> {
        self.visible(module, |names| {
            let wanted = names.types.iter().filter(|(_, declared)| is_wanted(declared.what));
            wanted.map(|(name, declared)| Similar { name: (*name).to_owned(), span: Some(declared.span) }).collect()
        })
    }

    /// Where a type is declared.
    pub(super) fn span(&self, module: ModuleId, symbol: Symbol) -> Option<Span> {
        self.files[module.0].types.values().find(|declared| declared.what == symbol).map(|declared| declared.span)
    }

    /// The constant or enum value that is most like `name`; `values` has the values of an enum.
    pub(super) fn similar_constant(
        &self,
        module: ModuleId,
        name: &str,
        values: impl Fn(DefinitionId) -> Vec<String>,
    ) -> Option<Similar> {
        let declared = |names: &Names<'a>| {
            let similar = |name: String, span| Similar { name, span: Some(span) };
            let constants = names.constants.iter().map(|(name, declared)| similar((*name).to_owned(), declared.span));
            let enums = names.types.iter().flat_map(|(name, declared)| match declared.what {
                Symbol::Enum(id) => {
                    values(id).iter().map(|value| similar(format!("{name}.{value}"), declared.span)).collect()
                }
                _ => Vec::new(),
            });
            constants.chain(enums).collect()
        };
        let mut candidates = self.visible(module, declared);
        candidates.extend(["true", "false"].map(|word| Similar { name: word.to_owned(), span: None }));
        most_similar(name, candidates)
    }

    /// The prefix of a name of another file that this one does not include.
    pub(super) fn not_included<'n>(&self, module: ModuleId, name: &'n str) -> Option<&'n str> {
        let (prefix, _) = name.split_once('.')?;
        let names = &self.files[module.0];
        let begins =
            |include: &str| include.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        (!names.types.contains_key(prefix) && !names.includes.iter().any(|(include, _)| begins(include)))
            .then_some(prefix)
    }

    /// A file of this prefix is included, and missing.
    pub(super) fn is_missing_file(&self, module: ModuleId, prefix: &str) -> bool {
        self.files[module.0].missing.contains(&prefix)
    }

    /// Names of a file and, with their prefix, of the files that it includes.
    fn visible(&self, module: ModuleId, declared: impl Fn(&Names<'a>) -> Vec<Similar>) -> Vec<Similar> {
        let names = &self.files[module.0];
        let mut visible = declared(names);
        for (prefix, id) in &names.includes {
            let included = declared(&self.files[id.0]).into_iter();
            visible.extend(included.map(|Similar { name, span }| Similar { name: format!("{prefix}.{name}"), span }));
        }
        visible
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
        let words = &self.unread.words;
        let mut parts = name.match_indices('.').filter_map(|(dot, _)| name.get(..dot));
        let from_include = name.contains('.') && words.contains("include");
        self.unread.is_nameless || from_include || words.contains(name) || parts.any(|part| words.contains(part))
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

/// A name that was probably meant.
pub(super) struct Similar {
    /// As it would be written.
    pub(super) name: String,
    /// Where it is declared, if it is.
    pub(super) span: Option<Span>,
}

/// The order of the candidates is not to be seen, as that of a hash map is another one each time.
fn most_similar(name: &str, mut candidates: Vec<Similar>) -> Option<Similar> {
    candidates.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    let found = similar(name, candidates.iter().map(|candidate| candidate.name.as_str()))?.to_owned();
    candidates.into_iter().find(|candidate| candidate.name == found)
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
