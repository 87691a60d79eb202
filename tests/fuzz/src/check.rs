//! What holds for any bytes.

use crate::{Binary, Compact, Json, Protocol, Subject, Visitor, store, visit_all};
use core::marker::PhantomData;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use thrift_runtime::{Bytes, EncodeError, Limits, Value};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Any bytes are a value of each type, or an error; a value survives being written, and its bytes are then the same; and
/// Apache's crate, where it accepts the bytes too, finds the same.
///
/// # Panics
/// When this is not so.
pub fn decode<P: Protocol>(bytes: &[u8]) {
    struct Each<'a, P>(&'a [u8], PhantomData<P>);
    impl<P: Protocol> Visitor for Each<'_, P> {
        fn visit<T: Subject>(&mut self) {
            decode_as::<P, T>(self.0);
        }
    }
    visit_all(&mut Each::<P>(bytes, PhantomData));
    dynamic::<P>(bytes);
    #[cfg(feature = "apache")]
    P::compare_with_apache(bytes);
}

/// The messages that this value is: as each type that it could be, for a binary is no string in JSON.
pub fn messages<P: Protocol>(value: &Value) -> Vec<Vec<u8>> {
    struct Each<'a, P>(&'a [u8], Vec<Vec<u8>>, PhantomData<P>);
    impl<P: Protocol> Visitor for Each<'_, P> {
        fn visit<T: Subject>(&mut self) {
            let message = Binary::from_slice::<T>(self.0).ok().and_then(|value| P::to_vec(&value).ok());
            self.1.extend(message.filter(|message| !self.1.contains(message)));
        }
    }
    let bytes = Binary::write_value(value).unwrap_or_default();
    let mut each = Each::<P>(&bytes, Vec::from_iter(P::write_value(value).ok()), PhantomData);
    visit_all(&mut each);
    each.1
}

/// The same for one type.
fn decode_as<P: Protocol, T: Subject>(bytes: &[u8]) {
    within_memory::<P, T>(bytes);
    let decoded = P::from_slice::<T>(bytes);
    assert_eq!(decoded, P::from_bytes::<T>(Bytes::copy_from_slice(bytes)));
    let Ok(value) = decoded else { return };
    stable::<P, T>(&value);
    carried::<Binary, T>(&value);
    carried::<Compact, T>(&value);
    carried::<Json, T>(&value);
}

/// What is not charged takes no more than the bytes, twice for escapes in JSON; and an error.
fn within_memory<P: Protocol, T: Subject>(bytes: &[u8]) {
    const LIMIT: usize = 4096;
    let limits = Limits::default().memory_bytes(LIMIT);
    let region = Region::new(ALLOCATOR);
    let decoded = P::from_slice_with::<T>(bytes, &limits);
    let allocated = region.change().bytes_allocated;
    drop(decoded);
    assert!(allocated <= LIMIT + 2 * bytes.len() + 500, "{allocated} bytes for {} of message", bytes.len());
}

/// What is written is read as the same, and written again as the same.
fn stable<P: Protocol, T: Subject>(value: &T) {
    let Some(bytes) = encoded::<P, T>(value) else { return };
    let same = P::from_slice::<T>(&bytes).expect("what was encoded decodes");
    assert_eq!(same, *value);
    assert_eq!(P::to_vec(&same).as_ref(), Ok(&bytes));
}

/// What one protocol read, another one writes and reads. That need not be equal: JSON has only one NaN, and an unknown empty
/// map has no types in compact.
fn carried<P: Protocol, T: Subject>(value: &T) {
    let Some(bytes) = encoded::<P, T>(value) else { return };
    stable::<P, T>(&P::from_slice::<T>(&bytes).expect("what was encoded decodes"));
}

/// The value in this protocol, unless that cannot say it.
fn encoded<P: Protocol, T: Subject>(value: &T) -> Option<Vec<u8>> {
    match P::to_vec(value) {
        Ok(bytes) => Some(bytes),
        // Such keys are read, for some writers have them.
        Err(EncodeError::JsonKey { .. }) => None,
        Err(error) => panic!("what was decoded is within the limits: {error}"),
    }
}

/// Passing over bytes finds what decoding them without an IDL finds.
fn dynamic<P: Protocol>(bytes: &[u8]) {
    let skipped = P::from_slice::<store::Empty>(bytes);
    let Ok((value, rest)) = P::read_value(bytes) else {
        assert!(skipped.is_err());
        return;
    };
    let is_white = |byte: &u8| byte.is_ascii_whitespace();
    assert!(skipped.is_ok() == rest.is_empty() || rest.iter().all(is_white));
    let again = match P::write_value(&value) {
        Ok(again) => again,
        Err(EncodeError::JsonKey { .. }) => return,
        Err(error) => panic!("what was decoded is within the limits: {error}"),
    };
    let (same, rest) = P::read_value(&again).expect("what was encoded decodes");
    assert!(same == value && rest.is_empty(), "{value:?} became {same:?}");
}
