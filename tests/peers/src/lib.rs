//! The matrix: our programs and those of other Thrift stacks call each other in every mode that both have. README.md says how a
//! peer is added.

mod blocking;
#[path = "../../cross/mod.rs"]
mod cross;
pub mod matrix;
pub mod ours;
