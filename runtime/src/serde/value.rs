//! Values: numbers and text as they are, bytes and uuids as text for people, containers by their elements.

use crate::order::OrderedDouble;
use base64::Engine;
use base64::display::Base64Display;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use core::fmt;
use core::marker::PhantomData;
use serde_core::de::{DeserializeSeed, Unexpected, Visitor};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;
use uuid::Uuid;

/// A value as serde's formats have it. It is not serde's own pair of traits, because foreign types such as `Bytes` have
/// these already, in another form.
pub trait Value: Sized {
    /// A format for people can have it as a key: it is a number or text there.
    const IS_KEY: bool = true;

    /// Writes it.
    ///
    /// # Errors
    /// Those of the format.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads it.
    ///
    /// # Errors
    /// When the format has another value.
    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// A value for serde's own traits.
pub struct Out<'a, T>(pub &'a T);

impl<T: Value> Serialize for Out<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Where a value is wanted.
pub struct In<T>(PhantomData<T>);

impl<T> In<T> {
    /// Any one of the type.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Value> DeserializeSeed<'de> for In<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }
}

macro_rules! as_they_are {
    ($($type:ty),*) => { $(
        impl Value for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Serialize::serialize(self, serializer)
            }
            fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Deserialize::deserialize(deserializer)
            }
        }
    )* };
}

as_they_are!(bool, i8, i16, i32, i64, String);

#[cfg(feature = "bytestring")]
impl Value for bytestring::ByteString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <String as Value>::deserialize(deserializer).map(Self::from)
    }
}

/// Reads by a function per kind of value that the format has.
struct Read<F> {
    expected: &'static str,
    read: F,
}

/// What a format has: text, bytes, or a number.
enum Found<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
    Integer(i64),
    Double(f64),
}

impl<T, F: FnOnce(Found<'_>) -> Option<T>> Visitor<'_> for Read<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }
    fn visit_str<E: serde_core::de::Error>(self, text: &str) -> Result<T, E> {
        let expected = self.expected;
        (self.read)(Found::Text(text)).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &expected))
    }
    fn visit_bytes<E: serde_core::de::Error>(self, bytes: &[u8]) -> Result<T, E> {
        let expected = self.expected;
        (self.read)(Found::Bytes(bytes)).ok_or_else(|| E::invalid_value(Unexpected::Bytes(bytes), &expected))
    }
    fn visit_i64<E: serde_core::de::Error>(self, number: i64) -> Result<T, E> {
        let expected = self.expected;
        (self.read)(Found::Integer(number)).ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &expected))
    }
    fn visit_u64<E: serde_core::de::Error>(self, number: u64) -> Result<T, E> {
        let expected = self.expected;
        let wrong = || E::invalid_value(Unexpected::Unsigned(number), &expected);
        i64::try_from(number).ok().and_then(|number| (self.read)(Found::Integer(number))).ok_or_else(wrong)
    }
    fn visit_f64<E: serde_core::de::Error>(self, number: f64) -> Result<T, E> {
        let expected = self.expected;
        (self.read)(Found::Double(number)).ok_or_else(|| E::invalid_value(Unexpected::Float(number), &expected))
    }
}

/// JSON has no number for some doubles: for people they are the text that Thrift's own JSON has for them.
impl Value for f64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_finite() || !serializer.is_human_readable() {
            return serializer.serialize_f64(*self);
        }
        serializer.serialize_str(match (self.is_nan(), *self > 0.0) {
            (true, _) => "NaN",
            (false, true) => "Infinity",
            (false, false) => "-Infinity",
        })
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Deserialize::deserialize(deserializer);
        }
        deserializer.deserialize_any(Read {
            expected: "a number, \"NaN\", \"Infinity\" or \"-Infinity\"",
            read: |found: Found<'_>| match found {
                Found::Double(number) => Some(number),
                #[allow(clippy::cast_precision_loss)]
                Found::Integer(number) => Some(number as f64),
                // Keys of maps are text in JSON.
                Found::Text(text) => text.parse().ok(),
                Found::Bytes(_) => None,
            },
        })
    }
}

impl Value for OrderedDouble {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::serialize(&self.0, serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <f64 as Value>::deserialize(deserializer).map(Self)
    }
}

/// Base64 for people.
impl Value for Vec<u8> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_bytes(self, serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_bytes(deserializer)
    }
}

/// Base64 for people.
impl Value for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_bytes(self, serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_bytes(deserializer).map(Self::from)
    }
}

fn serialize_bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        serializer.collect_str(&Base64Display::new(bytes, &BASE64_STANDARD))
    } else {
        serializer.serialize_bytes(bytes)
    }
}

fn deserialize_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    if deserializer.is_human_readable() {
        let read = |found: Found<'_>| match found {
            Found::Text(text) => BASE64_STANDARD.decode(text).ok(),
            _ => None,
        };
        deserializer.deserialize_str(Read { expected: "bytes in Base64", read })
    } else {
        let read = |found: Found<'_>| match found {
            Found::Bytes(bytes) => Some(bytes.to_vec()),
            _ => None,
        };
        deserializer.deserialize_byte_buf(Read { expected: "bytes", read })
    }
}

impl Value for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(self.as_bytes())
        }
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let readable = deserializer.is_human_readable();
        let read = Read {
            expected: "a uuid",
            read: |found: Found<'_>| match found {
                Found::Text(text) => Uuid::try_parse(text).ok(),
                Found::Bytes(bytes) => Uuid::from_slice(bytes).ok(),
                _ => None,
            },
        };
        if readable { deserializer.deserialize_str(read) } else { deserializer.deserialize_bytes(read) }
    }
}

macro_rules! pointers {
    ($($pointer:ident),*) => { $(
        impl<T: Value> Value for $pointer<T> {
            const IS_KEY: bool = T::IS_KEY;

            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                (**self).serialize(serializer)
            }

            fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                T::deserialize(deserializer).map(Self::new)
            }
        }
    )* };
}

pointers!(Box, Arc);

/// An enum of the IDL.
pub trait Names: Copy + Into<i32> + From<i32> {
    /// Its values' names and numbers.
    const NAMES: &'static [(&'static str, i32)];

    /// The name of this value.
    fn name(&self) -> Option<&'static str>;
}

/// Writes an enum: by its name for people, where it has one, else by its number.
///
/// # Errors
/// Those of the format.
pub fn serialize_enum<T: Names, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    match value.name() {
        Some(name) if serializer.is_human_readable() => serializer.serialize_str(name),
        _ => serializer.serialize_i32((*value).into()),
    }
}

/// Reads an enum by its number, or for people by its name.
///
/// # Errors
/// When it is neither.
pub fn deserialize_enum<'de, T: Names, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    if !deserializer.is_human_readable() {
        return <i32 as Deserialize>::deserialize(deserializer).map(T::from);
    }
    let number_of = |name: &str| T::NAMES.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
    let number = deserializer.deserialize_any(Read {
        expected: "the name or the number of an enum's value",
        read: |found: Found<'_>| match found {
            // Keys of maps are text in JSON.
            Found::Text(text) => number_of(text).or_else(|| text.parse().ok()),
            Found::Integer(number) => i32::try_from(number).ok(),
            Found::Bytes(_) | Found::Double(_) => None,
        },
    })?;
    Ok(T::from(number))
}
