//! What the templates print: names, types and expressions of Rust, decided for each thing that is rendered.

mod arguments;
mod blocking;
mod borrowed;
mod codec;
mod constants;
mod derives;
mod doc;
mod enums;
mod literal;
mod module;
mod name;
mod serde;
mod services;
mod structs;
mod ty;
mod unions;

pub use blocking::Blocking;
pub use derives::Derives;
pub use module::{GeneratedFile, HEADER, ModEntry, Options, Parts, debug, mod_file, render};
