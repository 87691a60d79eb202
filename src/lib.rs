//! A Thrift IDL compiler that writes Rust clients, servers and codecs.
//!
//! The code that it writes uses one small crate, `thrift-runtime`. No C++ compiler, no `thrift` program, no network and
//! no rustfmt is needed where it runs.
//!
//! # In a build.rs
//!
//! With `example.thrift` beside it, a crate's `Cargo.toml` has
//!
//! ```toml
//! [dependencies]
//! thrift-runtime = "0.1"
//!
//! [build-dependencies]
//! thrift-gen = { version = "0.1", default-features = false }
//! ```
//!
//! its `build.rs`
//!
//! ```no_run
//! fn main() -> Result<(), thrift_gen::Error> {
//!     thrift_gen::Builder::new().compile(&["example.thrift"])
//! }
//! ```
//!
//! and its `src/main.rs` or `src/lib.rs`
//!
//! ```text
//! mod gen_rust {
//!     thrift_runtime::include_thrift!("example");
//! }
//! ```
//!
//! where `"example"` is the tree that the build script wrote: [`Builder`] names it after the first file, or as
//! [`Builder::name`] says. Errors in the IDL fail the build with the lines and places; the build script runs again when
//! one of the files, or a file that they include, has changed.
//!
//! Generated code can be checked in instead: [`Builder::out_dir`], or the command `thrift-gen`, which stands behind the
//! default feature `cli`, and whose `--check` compares in CI.
//!
//! # Without the disk
//!
//! [`Builder::generate`] gives the files and the diagnostics in memory, [`output::plan`] compares them with a folder:
//!
//! ```no_run
//! use thrift_gen::output::{Extent, plan};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let generation = thrift_gen::Builder::new().generate(&["example.thrift"])?;
//! let plan = plan("src/gen".as_ref(), generation.into_files()?, Extent::Whole)?;
//! assert!(plan.changes.is_empty(), "src/gen is not what the IDL says");
//! # Ok(())
//! # }
//! ```
//!
//! # How it works
//!
//! Each stage knows only what comes before it:
//!
//! - [`source`], [`diagnostic`]: texts and places in them; what is wrong with them, as data and for people
//! - [`syntax`], [`load`]: a text becomes a tree; the files that were named, and all that they include
//! - [`model`]: trees become a checked schema, in which an unresolved name cannot be expressed
//! - [`view`]: the schema becomes what the templates print, and they print it
//! - [`level`]: which warnings are silenced, or errors
//! - [`output`]: the texts are compared with the disk, and written where they differ
//! - [`builder`]: all of that in one call
//!
//! [`Builder`], [`output`] and [`diagnostic`] are for users. The other stages are public for tools and tests, and change as
//! the compiler grows.
//!
//! The library prints nothing, except for Cargo in a build script, and never ends the process. It needs Rust 1.88 or
//! newer.

// What pest derives names it.
extern crate alloc;

pub mod builder;
pub mod diagnostic;
pub mod level;
pub mod load;
pub mod model;
pub mod output;
pub mod source;
pub mod syntax;
pub mod view;

pub use builder::{Builder, Error};
