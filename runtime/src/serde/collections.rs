//! Lists, sets and maps by their elements.

use super::value::{In, Out, Value};
use crate::codec::{VecMap, VecSet};
use core::fmt;
use core::hash::{BuildHasher, Hash};
use core::marker::PhantomData;
#[cfg(feature = "indexmap")]
use indexmap::{IndexMap, IndexSet};
use serde_core::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{SerializeMap, SerializeSeq, SerializeTuple};
use serde_core::{Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

impl<T: Value> Value for Vec<T> {
    const IS_KEY: bool = false;

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_items(self.iter(), serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Items(PhantomData))
    }
}

macro_rules! sets {
    ($($(#[$when:meta])* $set:ident<T $(, $hasher:ident)?> where T: $($bound:ident)+;)*) => { $(
        $(#[$when])*
        impl<T: Value $(+ $bound)+ $(, $hasher: BuildHasher + Default)?> Value for $set<T $(, $hasher)?> {
            const IS_KEY: bool = false;

            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize_items(self.iter(), serializer)
            }

            fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let items: Vec<T> = deserializer.deserialize_seq(Items(PhantomData))?;
                Ok(items.into_iter().collect())
            }
        }
    )* };
}

sets! {
    BTreeSet<T> where T: Ord;
    HashSet<T, H> where T: Eq Hash;
    #[cfg(feature = "indexmap")]
    IndexSet<T, H> where T: Eq Hash;
    VecSet<T> where T: Sized;
}

macro_rules! maps {
    ($($(#[$when:meta])* $map:ident<K, V $(, $hasher:ident)?> where K: $($bound:ident)+;)*) => { $(
        $(#[$when])*
        impl<K: Value $(+ $bound)+, V: Value $(, $hasher: BuildHasher + Default)?> Value for $map<K, V $(, $hasher)?> {
            const IS_KEY: bool = false;

            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize_entries(self.len(), self, serializer)
            }

            fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize_entries::<K, V, D>(deserializer).map(|entries| entries.into_iter().collect())
            }
        }
    )* };
}

maps! {
    BTreeMap<K, V> where K: Ord;
    HashMap<K, V, H> where K: Eq Hash;
    #[cfg(feature = "indexmap")]
    IndexMap<K, V, H> where K: Eq Hash;
}

impl<K: Value, V: Value> Value for VecMap<K, V> {
    const IS_KEY: bool = false;

    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_entries(self.len(), self.iter().map(|(key, value)| (key, value)), serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_entries(deserializer).map(Self::from)
    }
}

fn serialize_items<'a, T: Value + 'a, S: Serializer>(
    items: impl ExactSizeIterator<Item = &'a T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut out = serializer.serialize_seq(Some(items.len()))?;
    for item in items {
        out.serialize_element(&Out(item))?;
    }
    out.end()
}

struct Items<T>(PhantomData<T>);

impl<'de, T: Value> Visitor<'de> for Items<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    /// Nothing is allocated because the input announces it.
    fn visit_seq<A: SeqAccess<'de>>(self, mut input: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = input.next_element_seed(In::new())? {
            items.push(item);
        }
        Ok(items)
    }
}

/// For people, keys that are neither numbers nor text make a list of pairs of a map.
fn serialize_entries<'a, K: Value + 'a, V: Value + 'a, S: Serializer>(
    len: usize,
    entries: impl IntoIterator<Item = (&'a K, &'a V)>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() && !K::IS_KEY {
        let mut out = serializer.serialize_seq(Some(len))?;
        for (key, value) in entries {
            out.serialize_element(&PairOut(key, value))?;
        }
        return out.end();
    }
    let mut out = serializer.serialize_map(Some(len))?;
    for (key, value) in entries {
        out.serialize_entry(&Out(key), &Out(value))?;
    }
    out.end()
}

fn deserialize_entries<'de, K: Value, V: Value, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(K, V)>, D::Error> {
    if deserializer.is_human_readable() && !K::IS_KEY {
        deserializer.deserialize_seq(Entries(PhantomData))
    } else {
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

struct PairOut<'a, K, V>(&'a K, &'a V);

impl<K: Value, V: Value> Serialize for PairOut<'_, K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_tuple(2)?;
        out.serialize_element(&Out(self.0))?;
        out.serialize_element(&Out(self.1))?;
        out.end()
    }
}

struct Entries<K, V>(PhantomData<(K, V)>);

impl<'de, K: Value, V: Value> Visitor<'de> for Entries<K, V> {
    type Value = Vec<(K, V)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if K::IS_KEY { "a map" } else { "a list of pairs" })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = input.next_entry_seed(In::new(), In::new())? {
            entries.push(entry);
        }
        Ok(entries)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut input: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = input.next_element_seed(Pair(PhantomData))? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

struct Pair<K, V>(PhantomData<(K, V)>);

impl<'de, K: Value, V: Value> DeserializeSeed<'de> for Pair<K, V> {
    type Value = (K, V);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(K, V), D::Error> {
        deserializer.deserialize_tuple(2, self)
    }
}

impl<'de, K: Value, V: Value> Visitor<'de> for Pair<K, V> {
    type Value = (K, V);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pair of key and value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut input: A) -> Result<(K, V), A::Error> {
        let key = input.next_element_seed(In::new())?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
        let value = input.next_element_seed(In::new())?.ok_or_else(|| A::Error::invalid_length(1, &self))?;
        Ok((key, value))
    }
}
