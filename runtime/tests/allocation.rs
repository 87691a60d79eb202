//! What a hostile message can make the decoder allocate.

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::collections::BTreeMap;
use thrift_runtime::{Bytes, DecodeError, DecodeOwned, Limits, Value, WireType, binary};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How many bytes are allocated, in all, while these are decoded.
fn allocated<T: DecodeOwned>(bytes: &[u8]) -> (usize, Result<T, DecodeError>) {
    let region = Region::new(ALLOCATOR);
    let result = binary::from_slice::<T>(bytes);
    let change = region.change();
    (change.bytes_allocated + change.bytes_reallocated.max(0) as usize, result)
}

/// One test, since the allocator counts for all threads.
#[test]
fn a_count_allocates_nothing_before_its_bytes_are_there() {
    fn refused<T: DecodeOwned>(head: &[u8]) {
        let limit = Limits::default().message_bytes as u32;
        for count in [i32::MAX as u32, limit, 1 << 20, 1000, u32::MAX] {
            let mut bytes = head.to_vec();
            bytes.extend(count.to_be_bytes());
            bytes.extend([0, 0]);
            let (allocated, result) = allocated::<T>(&bytes);
            assert!(result.is_err());
            // The error itself is allocated.
            assert!(allocated < 200, "{count} elements made it allocate {allocated} bytes");
        }
    }
    let list = |element: WireType| [element as u8];
    refused::<Vec<i64>>(&list(WireType::I64));
    refused::<Vec<bool>>(&list(WireType::Bool));
    refused::<Vec<String>>(&list(WireType::String));
    refused::<Vec<Vec<i32>>>(&list(WireType::List));
    refused::<BTreeMap<i32, String>>(&[WireType::I32 as u8, WireType::String as u8]);
    refused::<String>(&[]);
    refused::<Bytes>(&[]);

    // Where the bytes are there, but each element is far larger in memory than on the wire: it grows from 1 MiB on.
    let mut bytes = vec![WireType::List as u8];
    bytes.extend(200_000u32.to_be_bytes());
    bytes.resize(5 + 200_000 * 5, 0xff);
    let (typed, result) = allocated::<Vec<Vec<i32>>>(&bytes);
    assert!(result.is_err());
    assert!(typed < (1 << 20) + 200, "{typed}");

    let region = Region::new(ALLOCATOR);
    let mut input = binary::BinaryReader::new(&bytes, &Limits::default());
    assert!(Value::decode(&mut input, WireType::List).is_err());
    let dynamic = region.change().bytes_allocated;
    assert!(dynamic < (1 << 20) + 200, "{dynamic}");
}
