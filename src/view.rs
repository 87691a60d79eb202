//! What the templates print: names, types and expressions of Rust, decided for each thing that is rendered.

use crate::model::schema::Schema;
use crate::output::{GeneratedFile, HEADER};

#[derive(Clone, Debug, Default)]
pub struct Options {
    pub recurse: bool,
    pub types_only: bool,
}

#[derive(Clone, Debug)]
pub struct ModEntry {
    pub name: String,
    pub is_folder: bool,
}

pub fn render(schema: &Schema, options: &Options) -> Vec<GeneratedFile> {
    let chosen = schema.modules.iter().enumerate().filter(|(i, _)| options.recurse || schema.roots.contains(i));
    chosen
        .map(|(_, m)| GeneratedFile {
            path: m.namespace.iter().chain([&format!("{}.rs", m.stem)]).collect(),
            text: format!(
                "{HEADER}\n\n// services: {}\n{}",
                !options.types_only && m.text.contains("service"),
                m.text.replace("struct", "//struct")
            ),
        })
        .collect()
}

pub fn mod_file(entries: &[ModEntry]) -> String {
    entries.iter().fold(format!("{HEADER}\n\n"), |text, e| text + &format!("pub mod {};\n", e.name))
}
