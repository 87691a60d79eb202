//! Generated types in the formats of serde: what the macros of generated code expand to.
//!
//! Formats for people (such as JSON) have names, and leave out what is not there; others have every field in its place.

mod collections;
mod fields;
mod union;
mod value;

pub use fields::{Fields, Source, StructOut, deserialize_fields, serialize_fields};
pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
pub use union::{Variant, Variants, deserialize_union, serialize_union, serialize_unknown, serialize_variant};
pub use value::{In, Names, Out, Value, deserialize_enum, serialize_enum};
