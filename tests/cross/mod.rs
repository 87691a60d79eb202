//! What the tests with programs of other Thrift stacks share: the service `Cross` and its handler, the calls of the Rust
//! client, and the programs' processes. Included by path, since each test uses its part of it.

#![allow(dead_code, reason = "no test uses all of it")]

pub(crate) mod calls;
#[path = "../golden/cross/mod.rs"]
pub(crate) mod golden;
pub(crate) mod handler;
pub(crate) mod mode;
pub(crate) mod process;
pub(crate) mod python;
pub(crate) mod random;
pub(crate) mod sample;
