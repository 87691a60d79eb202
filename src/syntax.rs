//! The language's form: text in, [`ast::Document`] out. Nothing here knows what a name means.

pub mod ast;
pub mod parser;
pub mod program;
