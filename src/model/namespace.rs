//! The languages that namespaces are for: a word that is probably a misspelt one is told.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::similar::similar;
use crate::syntax::ast::{Document, Header};

/// Languages of this and other compilers, old ones too.
const SCOPES: &[&str] = &[
    "*",
    "as3",
    "c_glib",
    "cl",
    "cocoa",
    "cpp",
    "cpp2",
    "csharp",
    "d",
    "dart",
    "delphi",
    "elixir",
    "erl",
    "erlang",
    "ex",
    "go",
    "gv",
    "hack",
    "haskell",
    "haxe",
    "hs",
    "hs2",
    "html",
    "java",
    "java2",
    "java.swift",
    "javame",
    "javascript",
    "js",
    "json",
    "kotlin",
    "lua",
    "markdown",
    "net",
    "netcore",
    "netstd",
    "node",
    "nodejs",
    "nodets",
    "objc",
    "ocaml",
    "perl",
    "php",
    "php5",
    "pl",
    "py",
    "py3",
    "python",
    "rb",
    "rs",
    "ruby",
    "rust",
    "scala",
    "smalltalk",
    "st",
    "swift",
    "ts",
    "typescript",
    "xml",
    "xsd",
];

/// Warns of words that are almost a language. Others may be of a compiler that nobody here knows.
pub(super) fn check(document: &Document, diagnostics: &mut Vec<Diagnostic>) {
    for header in &document.headers {
        let Header::Namespace(namespace) = header else { continue };
        // Behind a dot stands what only the language knows: `py.twisted`.
        let scope = namespace.scope.text.split('.').next().unwrap_or_default();
        if SCOPES.contains(&scope) {
            continue;
        }
        if let Some(meant) = similar(scope, SCOPES.iter().copied()) {
            let message = format!("`{scope}` is no language that is known");
            let warning = Diagnostic::warning("unknown-namespace", message, namespace.scope.span);
            diagnostics.push(warning.help(format!("did you mean `{meant}`?")));
        }
    }
}
