//! Maps and sets that are vectors: they keep what came, in the order in which it came.

use super::collections::encode_map;
use super::{Decode, Encode, Result, charge_blank, check_element, read_elements, read_vec};
use crate::protocol::{InputProtocol, OutputProtocol};
use crate::structs::apart;
use crate::wire::WireType;
use core::borrow::Borrow;
use core::fmt;
use core::ops::{Deref, DerefMut};

/// A map as a vector of its entries, in the order of the message. A key that came twice is there twice.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VecMap<K, V>(pub Vec<(K, V)>);

/// A set as a vector of its elements, in the order of the message. An element that came twice is there twice.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VecSet<T>(pub Vec<T>);

impl<K, V> VecMap<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of a key, which is looked for from the end: of a key that is there twice it is the last one.
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: PartialEq + ?Sized,
    {
        self.0.iter().rev().find(|(found, _)| found.borrow() == key).map(|(_, value)| value)
    }

    /// Whether it has the key.
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: PartialEq + ?Sized,
    {
        self.get(key).is_some()
    }
}

impl<T> VecSet<T> {
    /// An empty set.
    pub const fn new() -> Self {
        Self(Vec::new())
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for VecMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(key, value)| (key, value))).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for VecSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.0).finish()
    }
}

macro_rules! vectors {
    ($($type:ident<$($parameter:ident),+> of $item:ty;)*) => { $(
        impl<$($parameter),+> Default for $type<$($parameter),+> {
            fn default() -> Self {
                Self::new()
            }
        }
        impl<$($parameter),+> Deref for $type<$($parameter),+> {
            type Target = Vec<$item>;
            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
        impl<$($parameter),+> DerefMut for $type<$($parameter),+> {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.0
            }
        }
        impl<$($parameter),+> From<Vec<$item>> for $type<$($parameter),+> {
            fn from(items: Vec<$item>) -> Self {
                Self(items)
            }
        }
        impl<$($parameter,)+ const N: usize> From<[$item; N]> for $type<$($parameter),+> {
            fn from(items: [$item; N]) -> Self {
                Self(items.into())
            }
        }
        impl<$($parameter),+> FromIterator<$item> for $type<$($parameter),+> {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                Self(items.into_iter().collect())
            }
        }
        impl<$($parameter),+> Extend<$item> for $type<$($parameter),+> {
            fn extend<I: IntoIterator<Item = $item>>(&mut self, items: I) {
                self.0.extend(items);
            }
        }
        impl<$($parameter),+> IntoIterator for $type<$($parameter),+> {
            type Item = $item;
            type IntoIter = std::vec::IntoIter<$item>;
            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }
        impl<'a, $($parameter),+> IntoIterator for &'a $type<$($parameter),+> {
            type Item = &'a $item;
            type IntoIter = core::slice::Iter<'a, $item>;
            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }
    )* };
}

vectors! {
    VecMap<K, V> of (K, V);
    VecSet<T> of T;
}

impl<K: Encode, V: Encode> Encode for VecMap<K, V> {
    const TYPE: WireType = WireType::Map;
    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        encode_map(self.iter().map(|(key, value)| (key, value)), out);
    }
}

impl<'de, K: Decode<'de>, V: Decode<'de>> Decode<'de> for VecMap<K, V> {
    const TYPE: WireType = WireType::Map;
    const IN_PLACE: bool = true;
    #[inline(always)]
    fn blank() -> Self {
        Self::new()
    }
    fn decode_into<P: InputProtocol<'de>>(&mut self, input: &mut P) -> Result<()> {
        if let Some((key, value, len)) = input.map_begin()? {
            check_element(input, K::TYPE, key)?;
            check_element(input, V::TYPE, value)?;
            read_elements(input, K::TYPE.is_container() || V::TYPE.is_container(), |input| {
                read_vec(input, len, &mut self.0, push_entry)
            })?;
        }
        input.map_end()
    }
}

#[inline(always)]
fn push_entry<'de, K: Decode<'de>, V: Decode<'de>, P: InputProtocol<'de>>(
    input: &mut P,
    entries: &mut Vec<(K, V)>,
) -> Result<()> {
    if !K::IN_PLACE && !V::IN_PLACE {
        let key = K::decode(input)?;
        entries.push((key, V::decode(input)?));
        return Ok(());
    }
    charge_blank::<K, P>(input)?;
    charge_blank::<V, P>(input)?;
    apart::<(K, V), _>(|| entries.push((K::blank(), V::blank())));
    if let Some((key, value)) = entries.last_mut() {
        key.decode_into(input)?;
        value.decode_into(input)?;
    }
    Ok(())
}

impl<T: Encode> Encode for VecSet<T> {
    const TYPE: WireType = WireType::Set;
    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        // On the wire a set is a list by another type.
        self.as_slice().encode(out);
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for VecSet<T> {
    const TYPE: WireType = WireType::Set;
    const IN_PLACE: bool = true;
    #[inline(always)]
    fn blank() -> Self {
        Self::new()
    }
    fn decode_into<P: InputProtocol<'de>>(&mut self, input: &mut P) -> Result<()> {
        self.0.decode_into(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, OrderedDouble, Value, binary, compact};
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn entries_stay_as_they_came() {
        let map: VecMap<&str, i32> = [("b", 1), ("a", 2), ("b", 3)].into();
        let bytes = binary::to_vec(&map).unwrap();
        assert_eq!(binary::from_slice::<VecMap<&str, i32>>(&bytes).unwrap(), map);
        assert_eq!((map.get("b"), map.get("a"), map.get("c")), (Some(&3), Some(&2), None));
        assert!(map.contains_key("a") && !map.contains_key("c"));
        let tree: BTreeMap<String, i32> = binary::from_slice(&bytes).unwrap();
        assert_eq!(tree, BTreeMap::from([("a".to_owned(), 2), ("b".to_owned(), 3)]));

        let set: VecSet<i32> = [3, 1, 3].into();
        let bytes = compact::to_vec(&set).unwrap();
        assert_eq!(compact::from_slice::<VecSet<i32>>(&bytes).unwrap(), set);
        assert_eq!(compact::from_slice::<BTreeSet<i32>>(&bytes).unwrap(), BTreeSet::from([1, 3]));
        assert_eq!(format!("{map:?} {set:?}"), r#"{"b": 1, "a": 2, "b": 3} {3, 1, 3}"#);
    }

    #[test]
    fn what_they_write_is_what_trees_write() {
        fn same<V: Encode, T: Encode>(vector: &V, tree: &T) {
            // In a list, which says what its elements are.
            let (vectors, trees) = (&[vector][..], &[tree][..]);
            assert_eq!(binary::to_vec(vectors).unwrap(), binary::to_vec(trees).unwrap());
            assert_eq!(compact::to_vec(vectors).unwrap(), compact::to_vec(trees).unwrap());
        }
        let tree: BTreeMap<OrderedDouble, Vec<i32>> = [(f64::NAN.into(), vec![1]), ((-0.0).into(), vec![])].into();
        same(&tree.clone().into_iter().collect::<VecMap<_, _>>(), &tree);
        let tree = BTreeSet::from(["a", "b"]);
        same(&tree.clone().into_iter().collect::<VecSet<_>>(), &tree);
        same(&VecMap::<i32, i32>::new(), &BTreeMap::<i32, i32>::new());
        same(&VecSet::<i32>::new(), &BTreeSet::<i32>::new());
    }

    #[test]
    fn memory_is_charged_before_it_is_taken() {
        let entries = Value::Map((0..1000).map(|i| (Value::I32(i), Value::I8(1))).collect());
        let mut out = binary::BinaryWriter::new(Vec::new(), &Limits::default());
        entries.encode(&mut out);
        let bytes = out.finish().unwrap();
        let memory = 1000 * size_of::<(i32, i8)>();
        let decode = |limit| {
            binary::from_slice_with::<VecMap<i32, i8>>(&bytes, &Limits::default().memory_bytes(limit))
                .map(|map| map.len())
        };
        assert_eq!(decode(memory).ok(), Some(1000));
        assert!(decode(memory - 1).is_err());
    }
}
