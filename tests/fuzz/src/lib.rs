//! What the fuzz targets share: types of every kind, values of them by chance, and what holds for any bytes.
//! README.md says how to run them.

#[cfg(feature = "apache")]
mod apache;
pub mod chance;
mod check;
mod protocol;

pub use check::{decode, messages};
pub use protocol::{Binary, Compact, Json, Protocol};

#[path = "../../golden/store/mod.rs"]
mod golden;

pub use golden::store;

thrift_runtime::include_thrift!("peer");

/// The same with types of another choice, which keep unknown fields.
pub mod other {
    thrift_runtime::include_thrift!("other");
}

/// Something to be done with each of the types.
pub trait Visitor {
    /// Does it with this one.
    fn visit<T: Subject>(&mut self);
}

/// A type that is decoded and encoded.
pub trait Subject:
    thrift_runtime::DecodeOwned + thrift_runtime::Encode + PartialEq + core::fmt::Debug + 'static
{
}

impl<T: thrift_runtime::DecodeOwned + thrift_runtime::Encode + PartialEq + core::fmt::Debug + 'static> Subject for T {}

/// Visits all types.
pub fn visit_all(visitor: &mut impl Visitor) {
    visitor.visit::<store::Everything>();
    visitor.visit::<store::Item>();
    visitor.visit::<store::Shape>();
    visitor.visit::<store::Wide>();
    visitor.visit::<store::NotFound>();
    visitor.visit::<store::Empty>();
    visitor.visit::<peer::Peer>();
    visitor.visit::<peer::Keys>();
    visitor.visit::<peer::Tree>();
    visitor.visit::<peer::Choice>();
    visitor.visit::<peer::Failure>();
    visitor.visit::<other::peer::Peer>();
    visitor.visit::<other::peer::Keys>();
    visitor.visit::<other::peer::Tree>();
}
