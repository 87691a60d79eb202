//! Structs: fields by their names in the IDL.

use super::value::{In, Out, Value};
use core::fmt;
use core::marker::PhantomData;
use serde_core::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_core::ser::SerializeStruct;
use serde_core::{Deserializer, Serialize, Serializer};

/// A struct of the IDL.
pub trait Fields: Sized {
    /// Its name in the IDL.
    const NAME: &'static str;
    /// The names of its fields in the IDL.
    const FIELDS: &'static [&'static str];

    /// Writes the fields, each with its name.
    ///
    /// # Errors
    /// Those of the format.
    fn write<S: SerializeStruct>(&self, out: &mut StructOut<S>) -> Result<(), S::Error>;

    /// Reads the fields, in any order.
    ///
    /// # Errors
    /// Those of the format, and when a required one is missing.
    fn read<'de, S: Source<'de>>(source: &mut S) -> Result<Self, S::Error>;
}

/// Writes a struct.
///
/// # Errors
/// Those of the format.
pub fn serialize_fields<T: Fields, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let leave_out = serializer.is_human_readable();
    let mut out = StructOut { out: serializer.serialize_struct(T::NAME, T::FIELDS.len())?, leave_out };
    value.write(&mut out)?;
    out.out.end()
}

/// Reads a struct.
///
/// # Errors
/// When the format has another value.
pub fn deserialize_fields<'de, T: Fields, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_struct(T::NAME, T::FIELDS, StructVisitor(PhantomData))
}

/// Where the fields of a struct go.
pub struct StructOut<S> {
    out: S,
    /// What is not there is left out, instead of being written as nothing.
    leave_out: bool,
}

impl<S: SerializeStruct> StructOut<S> {
    /// Writes a field that is always there.
    ///
    /// # Errors
    /// Those of the format.
    pub fn required<T: Value>(&mut self, name: &'static str, value: &T) -> Result<(), S::Error> {
        self.out.serialize_field(name, &Out(value))
    }

    /// The same.
    ///
    /// # Errors
    /// Those of the format.
    pub fn plain<T: Value>(&mut self, name: &'static str, value: &T) -> Result<(), S::Error> {
        self.required(name, value)
    }

    /// Writes a field that may be absent.
    ///
    /// # Errors
    /// Those of the format.
    pub fn optional<T: Value>(&mut self, name: &'static str, value: &Option<T>) -> Result<(), S::Error> {
        if value.is_none() && self.leave_out {
            return self.out.skip_field(name);
        }
        self.out.serialize_field(name, &OptionOut(value))
    }
}

struct OptionOut<'a, T>(&'a Option<T>);

impl<T: Value> Serialize for OptionOut<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(value) => serializer.serialize_some(&Out(value)),
            None => serializer.serialize_none(),
        }
    }
}

/// Where the fields of a struct come from.
pub trait Source<'de> {
    /// The errors of the format.
    type Error: serde_core::de::Error;

    /// The place of the next field among [`Fields::FIELDS`]. Its value has to be read then.
    ///
    /// # Errors
    /// Those of the format.
    fn next(&mut self) -> Result<Option<usize>, Self::Error>;

    /// Reads the value by the seed.
    ///
    /// # Errors
    /// When the format has another value.
    fn value<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Self::Error>;

    /// Reads the value of a field that is always there.
    ///
    /// # Errors
    /// When the format has another value.
    fn required<T: Value>(&mut self) -> Result<T, Self::Error> {
        self.value(In::new())
    }

    /// The same.
    ///
    /// # Errors
    /// When the format has another value.
    fn plain<T: Value>(&mut self) -> Result<T, Self::Error> {
        self.value(In::new())
    }

    /// Reads the value of a field that may be absent.
    ///
    /// # Errors
    /// When the format has another value.
    fn optional<T: Value>(&mut self) -> Result<Option<T>, Self::Error> {
        self.value(OptionIn(PhantomData))
    }

    /// Reads a value that nobody wants.
    ///
    /// # Errors
    /// Those of the format.
    fn ignore(&mut self) -> Result<(), Self::Error> {
        self.value(PhantomData::<IgnoredAny>).map(|_| ())
    }
}

struct OptionIn<T>(PhantomData<T>);

impl<'de, T: Value> DeserializeSeed<'de> for OptionIn<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Value> Visitor<'de> for OptionIn<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or nothing")
    }

    fn visit_none<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::deserialize(deserializer).map(Some)
    }
}

struct StructVisitor<T>(PhantomData<T>);

impl<'de, T: Fields> Visitor<'de> for StructVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, input: A) -> Result<T, A::Error> {
        T::read(&mut ByName { input, names: T::FIELDS, expected: 0 })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, input: A) -> Result<T, A::Error> {
        T::read(&mut ByPlace { input, len: T::FIELDS.len(), next: 0 })
    }
}

/// Fields with names.
struct ByName<A> {
    input: A,
    names: &'static [&'static str],
    /// The place of the field that comes next if all are there and in order.
    expected: usize,
}

impl<'de, A: MapAccess<'de>> Source<'de> for ByName<A> {
    type Error = A::Error;

    fn next(&mut self) -> Result<Option<usize>, A::Error> {
        let place = self.input.next_key_seed(Name { names: self.names, expected: self.expected })?;
        self.expected = place.map_or(0, |place| place.unwrap_or(self.names.len()) + 1);
        Ok(place.map(|place| place.unwrap_or(usize::MAX)))
    }

    fn value<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.input.next_value_seed(seed)
    }
}

/// Fields in the order of the IDL, all of them.
struct ByPlace<A> {
    input: A,
    len: usize,
    next: usize,
}

impl<'de, A: SeqAccess<'de>> Source<'de> for ByPlace<A> {
    type Error = A::Error;

    fn next(&mut self) -> Result<Option<usize>, A::Error> {
        let place = self.next;
        self.next += 1;
        Ok((place < self.len).then_some(place))
    }

    fn value<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        let missing = || A::Error::invalid_length(self.next - 1, &"every field of the struct");
        self.input.next_element_seed(seed)?.ok_or_else(missing)
    }
}

/// The place of a name; `None` if it is another one.
struct Name {
    names: &'static [&'static str],
    /// Where it is looked for first.
    expected: usize,
}

impl Name {
    fn place(&self, name: &str) -> Option<usize> {
        if self.names.get(self.expected).is_some_and(|expected| *expected == name) {
            return Some(self.expected);
        }
        self.names.iter().position(|known| *known == name)
    }
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_u64<E>(self, place: u64) -> Result<Option<usize>, E> {
        Ok(usize::try_from(place).ok().filter(|place| *place < self.names.len()))
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.place(name))
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Option<usize>, E> {
        Ok(core::str::from_utf8(name).ok().and_then(|name| self.place(name)))
    }
}
