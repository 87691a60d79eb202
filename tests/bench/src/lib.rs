//! What the benchmarks have in common: measuring programs, and tables.

pub mod measure;
pub mod table;
