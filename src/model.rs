//! What the IDL means: a checked [`schema`], in which an unresolved name cannot be expressed.

mod choice;
mod constant;
mod custom;
mod cycle;
mod definition;
mod field;
mod namespace;
mod resolve;
mod rule;
pub mod schema;
mod scope;
mod select;
mod service;
mod ty;

pub use resolve::{Options, resolve};
pub use rule::Rule;
