//! What the IDL means: a checked [`schema`], in which an unresolved name cannot be expressed.

mod constant;
mod cycle;
mod definition;
mod field;
mod resolve;
pub mod schema;
mod scope;
mod service;
mod ty;

pub use resolve::{Options, resolve};
