//! What the targets that decode share: any bytes decode to a value or an error, and a value survives a round trip.

use thrift_runtime::{Bytes, DecodeError, DecodeOwned, Encode, EncodeError};

#[path = "../../../golden/store/mod.rs"]
mod generated;

pub(crate) use generated::store;

/// A protocol's functions.
pub(crate) trait Protocol {
    fn to_vec<T: Encode>(value: &T) -> Result<Vec<u8>, EncodeError>;
    fn from_slice<T: DecodeOwned>(bytes: &[u8]) -> Result<T, DecodeError>;
    fn from_bytes<T: DecodeOwned>(bytes: Bytes) -> Result<T, DecodeError>;
}

/// Decodes the bytes as every type.
pub(crate) fn all<P: Protocol>(bytes: &[u8]) {
    one::<P, store::Everything>(bytes);
    one::<P, store::Item>(bytes);
    one::<P, store::Shape>(bytes);
    one::<P, store::Wide>(bytes);
    one::<P, store::NotFound>(bytes);
    one::<P, store::Empty>(bytes);
}

fn one<P: Protocol, T: DecodeOwned + Encode + PartialEq + core::fmt::Debug>(bytes: &[u8]) {
    let decoded = P::from_slice::<T>(bytes);
    assert_eq!(decoded, P::from_bytes::<T>(Bytes::copy_from_slice(bytes)));
    let Ok(value) = decoded else { return };
    match P::to_vec(&value) {
        Ok(again) => assert_eq!(P::from_slice::<T>(&again).expect("what was encoded decodes"), value),
        // JSON: some writers have such keys, and they are read.
        Err(EncodeError::JsonKey { .. }) => {}
        Err(error) => panic!("what was decoded is within the limits: {error}"),
    }
}
