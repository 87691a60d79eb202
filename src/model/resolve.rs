//! The parsed files of a run become the schema; all errors of the run are reported, not only the first.

use std::collections::{HashMap, HashSet};

use super::custom::{self, Place};
use super::rule::{self, Rule};
use super::schema::{DefinitionId, Module, ModuleId, Rust, Schema};
use super::scope::{self, Scopes, Similar};
use super::{constant, cycle, definition, namespace, select, service};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::Span;
use crate::syntax::ast::{Definition, Document, Header, Name, Type, TypeKind};
use crate::syntax::program::{File, Program};

/// What the IDL may do.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Fields without an id are errors.
    pub strict: bool,
    /// Ids that are written and not positive are kept, as Apache's flag of that name does.
    pub allow_neg_keys: bool,
    /// No warning for constants beyond 32 bits.
    pub allow_64bit_consts: bool,
    /// Missing files are warned of, so the names that they would declare are errors where they are used.
    pub allow_missing_includes: bool,
    /// What is said of the Rust of things by their paths.
    pub rules: Vec<Rule>,
}

/// Checks the files and resolves every name in them. There is no schema when a diagnostic is an error.
pub fn resolve(program: &Program, options: &Options) -> (Option<Schema>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let scopes = Scopes::new(program, options, &mut diagnostics);
    let mut resolver = Resolver {
        program,
        options,
        scopes,
        diagnostics,
        is_broken: false,
        broken: HashSet::new(),
        reported: HashMap::new(),
        searches: 0,
        unknown: HashSet::new(),
    };
    for file in &program.files {
        namespace::check(&file.document, &mut resolver.diagnostics);
    }
    let modules = (0..program.files.len()).map(|index| resolver.module(ModuleId(index))).collect();
    let roots = program.roots.iter().map(|id| ModuleId(id.0)).collect();
    let mut schema = Schema { modules, roots };
    // What follows goes along typedefs, so they must end.
    cycle::break_typedefs(&mut resolver, &mut schema);
    service::check(&mut resolver, &schema);
    cycle::box_fields(&mut resolver, &mut schema);
    cycle::mark_defaults(&mut schema);
    constant::fill(&mut resolver, &mut schema);
    cycle::check_defaults(&mut resolver, &schema);
    resolver.diagnostics.extend(rule::apply(&mut schema, &options.rules));
    select::add(&mut resolver, &mut schema);
    let schema = (!resolver.has_errors()).then_some(schema);
    (schema, resolver.diagnostics)
}

/// How many places are shown of a name that nothing declares.
const MAX_PLACES: usize = 4;

/// What every step of the resolution needs.
pub(super) struct Resolver<'a> {
    pub(super) program: &'a Program,
    pub(super) options: &'a Options,
    pub(super) scopes: Scopes<'a>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// A type in the definition at hand is not known.
    pub(super) is_broken: bool,
    pub(super) broken: HashSet<Broken>,
    /// Names that nothing declares, and which diagnostic says so.
    reported: HashMap<(ModuleId, String), usize>,
    searches: usize,
    /// Where names of types stand that are not known.
    pub(super) unknown: HashSet<Span>,
}

/// A definition that mentions a type that is not known: nothing more is said of it, so that one error is not many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Broken {
    Typedef(DefinitionId),
    Struct(DefinitionId),
    Constant(DefinitionId),
    Service(DefinitionId),
}

impl<'a> Resolver<'a> {
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn file(&self, module: ModuleId) -> &'a File {
        &self.program.files[module.0]
    }

    pub(super) fn is_broken(&self, definition: Broken) -> bool {
        self.broken.contains(&definition)
    }

    /// Reports a name that nothing declares, each only once for a file: the other places are labels of the first report.
    pub(super) fn report_unknown(
        &mut self,
        module: ModuleId,
        name: &str,
        unknown: Diagnostic,
        similar: impl FnOnce(&Scopes<'_>) -> Option<Similar>,
    ) {
        let first = self.reported.entry((module, name.to_owned())).or_insert(self.diagnostics.len());
        if let Some(first) = self.diagnostics.get_mut(*first) {
            if first.labels.len() < MAX_PLACES {
                first.labels.extend(
                    unknown.labels.into_iter().take(1).map(|label| Label { message: "here, too".to_owned(), ..label }),
                );
            }
            return;
        }
        let search = unknown.help.is_none() && self.may_search();
        let similar = if search { similar(&self.scopes) } else { None };
        let unknown = match (similar, self.scopes.not_included(module, name)) {
            _ if unknown.help.is_some() => unknown,
            (Some(Similar { name, span }), _) => {
                let unknown = unknown.help(format!("did you mean `{name}`?"));
                if let Some(span) = span { unknown.also(span, "this name is like it") } else { unknown }
            }
            (None, Some(prefix)) if self.scopes.is_missing_file(module, prefix) => {
                unknown.help(format!("the included file `{prefix}` is missing"))
            }
            (None, Some(prefix)) => unknown.help(format!(
                "no file `{prefix}` is included; add `include \"{prefix}.thrift\"` if it is defined there"
            )),
            (None, None) => unknown,
        };
        self.report(unknown);
    }

    /// Whether it is worth while to look for what a wrong name was meant to be, which takes time: nobody reads more
    /// answers than this at once.
    pub(super) fn may_search(&mut self) -> bool {
        const MAX_SEARCHES: usize = 25;
        self.searches += 1;
        self.searches <= MAX_SEARCHES
    }

    /// A type in which a name is not known.
    pub(super) fn is_unknown(&self, ty: &Type) -> bool {
        match &ty.kind {
            TypeKind::Base(_) => false,
            TypeKind::Named(_) => self.unknown.contains(&ty.span),
            TypeKind::List(element) | TypeKind::Set(element) => self.is_unknown(element),
            TypeKind::Map(key, value) => self.is_unknown(key) || self.is_unknown(value),
        }
    }

    fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The segments of the namespace for Rust. (Other languages have other letters in theirs.)
    fn namespace(&mut self, document: &Document) -> Vec<String> {
        let Some(name) = rust_namespace(document) else { return Vec::new() };
        if !name.text.chars().all(|c| c == '.' || c == '_' || c.is_ascii_alphanumeric()) {
            let message = format!("`{}` cannot be the path of a module", name.text);
            let help = "a namespace for Rust consists of names with dots between: `a.b`";
            self.report(Diagnostic::error("namespace-name", message, name.span).help(help));
        }
        name.text.split('.').map(str::to_owned).collect()
    }

    /// What is said of a file stands at its namespace for Rust.
    fn said_of_file(&mut self, document: &Document) -> Rust {
        let mut rust = Rust::default();
        for header in &document.headers {
            if let Header::Namespace(namespace) = header {
                let is_rust = ["rs", "rust", "*"].contains(&namespace.scope.text.as_str());
                let place = if is_rust { Place::File } else { Place::Elsewhere };
                custom::annotate(self, &namespace.annotations, place, &mut rust);
            }
        }
        rust
    }

    fn module(&mut self, id: ModuleId) -> Module {
        let file = self.file(id);
        let mut module = Module {
            stem: file.stem.clone(),
            folder: file.folder.clone(),
            namespace: self.namespace(&file.document),
            doc: file.document.doc.as_ref().map(|doc| doc.text.clone()),
            rust: self.said_of_file(&file.document),
            items: Vec::new(),
            typedefs: Vec::new(),
            enums: Vec::new(),
            structs: Vec::new(),
            constants: Vec::new(),
            services: Vec::new(),
        };
        for (definition, written) in scope::definitions(id, &file.document) {
            self.is_broken = false;
            definition::add(self, id, written, &mut module);
            if self.is_broken {
                self.broken.extend(match written {
                    Definition::Typedef(_) => Some(Broken::Typedef(definition)),
                    Definition::Struct(_) => Some(Broken::Struct(definition)),
                    Definition::Const(_) => Some(Broken::Constant(definition)),
                    Definition::Service(_) => Some(Broken::Service(definition)),
                    Definition::Enum(_) => None,
                });
            }
        }
        module
    }
}

/// The namespace for `rs`, else for `rust`, else for every language; the last header for a scope counts.
fn rust_namespace(document: &Document) -> Option<&Name> {
    let of_scope = |scope: &str| {
        document.headers.iter().rev().find_map(|header| match header {
            Header::Namespace(namespace) if namespace.scope.text == scope => Some(&namespace.name),
            _ => None,
        })
    };
    of_scope("rs").or_else(|| of_scope("rust")).or_else(|| of_scope("*"))
}
