//! A Thrift IDL compiler that writes Rust clients, servers and codecs.

// What pest derives names it.
extern crate alloc;

pub mod builder;
pub mod diagnostic;
pub mod load;
pub mod model;
pub mod output;
pub mod source;
pub mod syntax;
pub mod view;
