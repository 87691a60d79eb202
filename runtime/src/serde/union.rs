//! Unions: the one field that is set, by its name in the IDL.

use super::value::{In, Out, Value};
use core::fmt;
use core::marker::PhantomData;
use serde_core::de::{DeserializeSeed, EnumAccess, Error as _, VariantAccess, Visitor};
use serde_core::ser::Error as _;
use serde_core::{Deserializer, Serializer};

/// A union of the IDL.
pub trait Variants: Sized {
    /// Its name in the IDL.
    const NAME: &'static str;
    /// The names of its fields in the IDL.
    const VARIANTS: &'static [&'static str];

    /// Writes the field that is set.
    ///
    /// # Errors
    /// Those of the format, and when the IDL does not know the field.
    fn write<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error>;

    /// Reads the value of the field at that place of [`VARIANTS`](Self::VARIANTS).
    ///
    /// # Errors
    /// When the format has another value.
    fn read<'de, A: VariantAccess<'de>>(place: u32, variant: Variant<A>) -> Result<Self, A::Error>;
}

/// The value of a union's field.
pub struct Variant<A>(A);

impl<'de, A: VariantAccess<'de>> Variant<A> {
    /// Reads it.
    ///
    /// # Errors
    /// When the format has another value.
    pub fn value<T: Value>(self) -> Result<T, A::Error> {
        self.0.newtype_variant_seed(In::new())
    }

    /// There is no such field.
    ///
    /// # Errors
    /// Always.
    pub fn unknown<T>(self) -> Result<T, A::Error> {
        Err(A::Error::custom("a variant that the union does not have"))
    }
}

/// Reads a union.
///
/// # Errors
/// When the format has another value.
pub fn deserialize_union<'de, T: Variants, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_enum(T::NAME, T::VARIANTS, UnionVisitor(PhantomData))
}

/// Writes a union.
///
/// # Errors
/// Those of the format, and when the IDL does not know the field.
pub fn serialize_union<T: Variants, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.write(serializer)
}

/// Writes the field that is set.
///
/// # Errors
/// Those of the format.
pub fn serialize_variant<T: Variants, V: Value, S: Serializer>(
    place: u32,
    name: &'static str,
    value: &V,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_newtype_variant(T::NAME, place, name, &Out(value))
}

/// A union's field that the IDL does not know has bytes, and no name.
///
/// # Errors
/// Always.
pub fn serialize_unknown<T: Variants, S: Serializer>(_serializer: S) -> Result<S::Ok, S::Error> {
    Err(S::Error::custom(format_args!("the union {} has a field that its IDL does not know", T::NAME)))
}

struct UnionVisitor<T>(PhantomData<T>);

impl<'de, T: Variants> Visitor<'de> for UnionVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "union {}", T::NAME)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, input: A) -> Result<T, A::Error> {
        let (place, variant) = input.variant_seed(VariantName(T::VARIANTS))?;
        T::read(place, Variant(variant))
    }
}

/// The place of a name that must be known.
struct VariantName(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for VariantName {
    type Value = u32;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u32, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for VariantName {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a union's field")
    }

    fn visit_u64<E: serde_core::de::Error>(self, place: u64) -> Result<u32, E> {
        let place = u32::try_from(place).ok().filter(|place| (*place as usize) < self.0.len());
        place.ok_or_else(|| E::custom("a union's field that its IDL does not know"))
    }

    fn visit_str<E: serde_core::de::Error>(self, name: &str) -> Result<u32, E> {
        let place = (0..).zip(self.0).find(|(_, known)| **known == name);
        place.map(|(place, _)| place).ok_or_else(|| E::unknown_variant(name, self.0))
    }

    fn visit_bytes<E: serde_core::de::Error>(self, name: &[u8]) -> Result<u32, E> {
        self.visit_str(&String::from_utf8_lossy(name))
    }
}
