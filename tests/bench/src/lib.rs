//! What the benchmarks have in common: measuring programs, tables, and IDL to measure with.

pub mod measure;
pub mod synthesis;
pub mod table;
pub mod workload;
