//! The libraries that are measured, a file for each.

pub(crate) mod apache;
pub(crate) mod limit;
pub(crate) mod ours;
pub(crate) mod parquet;
pub(crate) mod pilota;
pub(crate) mod prost;
