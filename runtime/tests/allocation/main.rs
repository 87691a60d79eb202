//! What decoding allocates: little of a hostile message, and nothing of what is not selected.

mod announced;
mod bounded;
mod boxes;
mod charged;
mod compressed;
mod echoed;
#[path = "../../../tests/golden/store/mod.rs"]
mod generated;
#[path = "../../../tests/golden/options-unknown/mod.rs"]
mod keeping;
#[path = "../../../tests/golden/options-pointers/mod.rs"]
mod pointers;
mod protocol;
#[path = "../../../tests/golden/options-select/mod.rs"]
mod selected;
mod selection;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};
use std::alloc::System;
use std::sync::Mutex;
use thrift_runtime::{DecodeError, DecodeOwned, binary};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// One test at a time, since the allocator counts for all threads.
static COUNTING: Mutex<()> = Mutex::new(());

/// What is allocated while this runs: the least of three times, since the test harness allocates too, in a thread of its own.
fn counted<R>(run: impl Fn() -> R) -> (Stats, R) {
    let measured = (0..3).map(|_| {
        let region = Region::new(ALLOCATOR);
        let result = run();
        (region.change(), result)
    });
    measured.min_by_key(|(change, _)| change.bytes_allocated).unwrap()
}

/// How many bytes are allocated, in all, while these are decoded.
fn allocated<T: DecodeOwned>(bytes: &[u8]) -> (usize, Result<T, DecodeError>) {
    let (change, result) = counted(|| binary::from_slice::<T>(bytes));
    (change.bytes_allocated + change.bytes_reallocated.max(0) as usize, result)
}
