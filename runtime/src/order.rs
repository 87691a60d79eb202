//! A total order of doubles and of hash maps: what lets a type that holds one be a key.
//!
//! That of doubles is IEEE 754's `totalOrder`: -0.0 comes before 0.0, NaNs compare by their bits, and so equality and hash are
//! those of the bits.

mod collections;

use crate::codec::{Decode, Encode};
use crate::error::DecodeError;
use crate::protocol::{InputProtocol, OutputProtocol};
use crate::structs::StructWriter;
use crate::wire::{Field, WireType};
use bytes::Bytes;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use std::sync::Arc;
use uuid::Uuid;

/// A double that is a map's key or a set's element.
#[derive(Clone, Copy, Default)]
#[repr(transparent)]
pub struct OrderedDouble(pub f64);

impl Ord for OrderedDouble {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for OrderedDouble {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for OrderedDouble {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for OrderedDouble {}

impl Hash for OrderedDouble {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.total_hash(state);
    }
}

impl fmt::Debug for OrderedDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for OrderedDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<f64> for OrderedDouble {
    fn from(value: f64) -> Self {
        Self(value)
    }
}

impl From<OrderedDouble> for f64 {
    fn from(value: OrderedDouble) -> Self {
        value.0
    }
}

impl Encode for OrderedDouble {
    const TYPE: WireType = WireType::Double;
    #[inline(always)]
    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        self.0.encode(out);
    }
    #[inline(always)]
    fn encode_field<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>, id: i16) {
        self.0.encode_field(s, id);
    }
}

impl<'de> Decode<'de> for OrderedDouble {
    const TYPE: WireType = WireType::Double;
    #[inline(always)]
    fn blank() -> Self {
        Self(0.0)
    }
    #[inline(always)]
    fn decode<P: InputProtocol<'de>>(input: &mut P) -> Result<Self, DecodeError> {
        f64::decode(input).map(Self)
    }
    #[inline(always)]
    fn decode_field<P: InputProtocol<'de>>(input: &mut P, field: Field) -> Result<Self, DecodeError> {
        f64::decode_field(input, field).map(Self)
    }
}

/// Order and hash of a value that may hold doubles and hash maps.
pub trait TotalOrder {
    /// Compares by the total order.
    fn total_cmp(&self, other: &Self) -> Ordering;
    /// Hashes so that equal values have equal hashes.
    fn total_hash<H: Hasher>(&self, state: &mut H);
}

/// Has the total order of what it refers to.
#[derive(Debug)]
pub struct Total<'a, T>(pub &'a T);

impl<T: TotalOrder> Ord for Total<'_, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(other.0)
    }
}

impl<T: TotalOrder> PartialOrd for Total<'_, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: TotalOrder> PartialEq for Total<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T: TotalOrder> Eq for Total<'_, T> {}

impl<T: TotalOrder> Hash for Total<'_, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.total_hash(state);
    }
}

impl TotalOrder for f64 {
    fn total_cmp(&self, other: &Self) -> Ordering {
        f64::total_cmp(self, other)
    }
    fn total_hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.to_bits());
    }
}

/// Implements [`TotalOrder`] by a type's own `Ord` and `Hash`.
#[doc(hidden)]
#[macro_export]
macro_rules! __own_order {
    ($($type:ty),*) => { $(
        impl $crate::codegen::TotalOrder for $type {
            #[inline]
            fn total_cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                ::core::cmp::Ord::cmp(self, other)
            }
            #[inline]
            fn total_hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(self, state)
            }
        }
    )* };
}

__own_order!(bool, i8, i16, i32, i64, u8, str, String, Bytes, Uuid, OrderedDouble);
#[cfg(feature = "bytestring")]
__own_order!(bytestring::ByteString);

impl<T: TotalOrder> TotalOrder for Option<T> {
    fn total_cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Some(a), Some(b)) => a.total_cmp(b),
            _ => self.is_some().cmp(&other.is_some()),
        }
    }
    fn total_hash<H: Hasher>(&self, state: &mut H) {
        self.is_some().hash(state);
        if let Some(value) = self {
            value.total_hash(state);
        }
    }
}

impl<T: TotalOrder + ?Sized> TotalOrder for &T {
    fn total_cmp(&self, other: &Self) -> Ordering {
        (**self).total_cmp(other)
    }
    fn total_hash<H: Hasher>(&self, state: &mut H) {
        (**self).total_hash(state);
    }
}

macro_rules! pointers {
    ($($pointer:ident),*) => { $(
        impl<T: TotalOrder + ?Sized> TotalOrder for $pointer<T> {
            fn total_cmp(&self, other: &Self) -> Ordering {
                (**self).total_cmp(other)
            }
            fn total_hash<H: Hasher>(&self, state: &mut H) {
                (**self).total_hash(state);
            }
        }
    )* };
}

pointers!(Box, Arc);

impl<T: TotalOrder> TotalOrder for [T] {
    fn total_cmp(&self, other: &Self) -> Ordering {
        let pairs = self.iter().zip(other);
        let first = pairs.map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
        first.unwrap_or_else(|| self.len().cmp(&other.len()))
    }
    fn total_hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        self.iter().for_each(|item| item.total_hash(state));
    }
}

impl<T: TotalOrder> TotalOrder for Vec<T> {
    fn total_cmp(&self, other: &Self) -> Ordering {
        self.as_slice().total_cmp(other)
    }
    fn total_hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().total_hash(state);
    }
}
