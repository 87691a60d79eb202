//! Types that are large and contain themselves, nested as deep as the limits allow: neither the decoder nor the encoder may
//! need more than a fraction of the 2 MiB of stack that a thread has, with and without optimisation.

use crate::golden::deep::deep::{Choice, Either, Huge, Wide};
use std::thread;
use thrift_runtime::{DecodeOwned, Encode, WireType, binary};

/// The stack that decoding and encoding may take, in bytes: the rest of 2 MiB is for whoever calls them.
const STACK: usize = if cfg!(debug_assertions) { 1536 << 10 } else { 512 << 10 };

/// Structs in each other: `head` comes before the inner one, `end` after it.
fn nested(levels: usize, head: &[u8], end: &[u8]) -> Vec<u8> {
    [head.repeat(levels), vec![0], end.repeat(levels)].concat()
}

/// Runs this on a thread with so much stack. When it is too little, the whole process ends.
fn with_stack<T: Send + 'static>(bytes: usize, run: impl FnOnce() -> T + Send + 'static) -> T {
    thread::Builder::new().stack_size(bytes).spawn(run).unwrap().join().unwrap()
}

/// Decodes and encodes what nests 64 deep. The value is handed on in a box, as it is large itself.
fn survives<T: Encode + DecodeOwned + Send + 'static>(bytes: Vec<u8>) {
    let copy = bytes.clone();
    let value = with_stack(STACK, move || binary::from_slice::<Box<T>>(&bytes).unwrap());
    let encoded = with_stack(STACK, move || binary::to_vec(&value).unwrap());
    assert_eq!(encoded, copy);
}

#[test]
fn a_struct_of_200_fields() {
    survives::<Wide>(nested(63, &[12, 0, 201], &[0]));
}

#[test]
fn a_struct_of_200_fields_in_a_list() {
    survives::<Wide>(nested(63, &[15, 0, 202, 12, 0, 0, 0, 1], &[0]));
}

#[test]
fn a_struct_of_200_fields_in_a_set() {
    survives::<Wide>(nested(63, &[14, 0, 203, 12, 0, 0, 0, 1], &[0]));
}

#[test]
fn a_struct_of_200_fields_in_a_map() {
    survives::<Wide>(nested(63, &[13, 0, 204, 8, 12, 0, 0, 0, 1, 0, 0, 0, 1], &[0]));
}

#[test]
fn a_struct_of_200_fields_in_a_union() {
    survives::<Wide>(nested(31, &[12, 0, 205, 12, 0, 1], &[0, 0]));
}

#[test]
fn a_union_in_a_list() {
    let innermost = [WireType::String as u8, 0, 3, 0, 0, 0, 0, 0];
    survives::<Either>([[15, 0, 2, 12, 0, 0, 0, 1].repeat(63), innermost.to_vec(), vec![0; 63]].concat());
}

#[test]
fn a_struct_of_48_000_bytes() {
    assert!(size_of::<Huge>() > 48_000);
    survives::<Huge>(nested(63, &[12, 0, 1], &[0]));
    survives::<Huge>(nested(63, &[15, 0, 12, 12, 0, 0, 0, 1], &[0]));
    survives::<Huge>(nested(63, &[13, 0, 13, 8, 12, 0, 0, 0, 1, 0, 0, 0, 1], &[0]));
    survives::<Huge>(nested(31, &[12, 0, 14, 12, 0, 1], &[0, 0]));
}

#[test]
fn a_large_union_in_a_list() {
    assert!(size_of::<Choice>() > 48_000);
    survives::<Choice>([[12, 0, 1, 15, 0, 11, 12, 0, 0, 0, 1].repeat(31), vec![12, 0, 1, 0, 0], vec![0; 62]].concat());
}

/// Fields that come out of order are read by another path: here all that follow an unknown one.
#[test]
fn fields_out_of_order() {
    for head in [&[12, 0, 201][..], &[15, 0, 202, 12, 0, 0, 0, 1], &[13, 0, 204, 8, 12, 0, 0, 0, 1, 0, 0, 0, 1]] {
        let bytes = nested(63, &[&[2, 0x7f, 0xff, 1], head].concat(), &[0]);
        with_stack(STACK, move || drop(binary::from_slice::<Box<Wide>>(&bytes).unwrap()));
    }
}
