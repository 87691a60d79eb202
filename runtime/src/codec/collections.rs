//! Maps and sets on the wire. However many entries a message announces, memory is charged before it is taken, and little of
//! it is taken before the entries are there.

use super::{Decode, Encode, Result, check_element, decode_boxed, read_elements};
use crate::protocol::{InputProtocol, OutputProtocol};
use crate::structs::{apart, is_large};
use crate::wire::WireType;
use core::hash::{BuildHasher, Hash};
#[cfg(feature = "indexmap")]
use indexmap::{IndexMap, IndexSet};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

macro_rules! sets {
    ($($(#[$when:meta])* $set:ident<T $(, $hasher:ident)?> where T: $($bound:ident)+;)*) => { $(
        $(#[$when])*
        impl<T: Encode $(, $hasher)?> Encode for $set<T $(, $hasher)?> {
            const TYPE: WireType = WireType::Set;
            fn encode<P: OutputProtocol>(&self, out: &mut P) {
                encode_set(self.iter(), out);
            }
        }
        /// An element that comes twice is there once.
        $(#[$when])*
        impl<'de, T: Decode<'de> $(+ $bound)+ $(, $hasher: BuildHasher + Default)?> Decode<'de> for $set<T $(, $hasher)?> {
            const TYPE: WireType = WireType::Set;
            #[inline(always)]
            fn blank() -> Self {
                Self::default()
            }
            fn decode<P: InputProtocol<'de>>(input: &mut P) -> Result<Self> {
                decode_set(input)
            }
        }
    )* };
}

sets! {
    BTreeSet<T> where T: Ord;
    HashSet<T, S> where T: Eq Hash;
    #[cfg(feature = "indexmap")]
    IndexSet<T, S> where T: Eq Hash;
}

macro_rules! maps {
    ($($(#[$when:meta])* $map:ident<K, V $(, $hasher:ident)?> where K: $($bound:ident)+;)*) => { $(
        $(#[$when])*
        impl<K: Encode, V: Encode $(, $hasher)?> Encode for $map<K, V $(, $hasher)?> {
            const TYPE: WireType = WireType::Map;
            fn encode<P: OutputProtocol>(&self, out: &mut P) {
                encode_map(self.iter(), out);
            }
        }
        /// Of a key that comes twice, the last value wins.
        $(#[$when])*
        impl<'de, K, V $(, $hasher)?> Decode<'de> for $map<K, V $(, $hasher)?>
        where
            K: Decode<'de> $(+ $bound)+,
            V: Decode<'de>,
            $($hasher: BuildHasher + Default,)?
        {
            const TYPE: WireType = WireType::Map;
            #[inline(always)]
            fn blank() -> Self {
                Self::default()
            }
            fn decode<P: InputProtocol<'de>>(input: &mut P) -> Result<Self> {
                decode_map(input)
            }
        }
    )* };
}

maps! {
    BTreeMap<K, V> where K: Ord;
    HashMap<K, V, S> where K: Eq Hash;
    #[cfg(feature = "indexmap")]
    IndexMap<K, V, S> where K: Eq Hash;
}

/// Writes the elements of a set.
#[inline(always)]
fn encode_set<'a, T: Encode + 'a, P: OutputProtocol>(items: impl ExactSizeIterator<Item = &'a T>, out: &mut P) {
    out.list_begin(T::TYPE, items.len());
    out.level(T::TYPE.nests() && items.len() > 0, |out| items.for_each(|item| item.encode(out)));
    out.list_end();
}

/// Writes the entries of a map.
#[inline(always)]
pub(super) fn encode_map<'a, K, V, P>(entries: impl ExactSizeIterator<Item = (&'a K, &'a V)>, out: &mut P)
where
    K: Encode + 'a,
    V: Encode + 'a,
    P: OutputProtocol,
{
    out.map_begin(K::TYPE, V::TYPE, entries.len());
    out.level((K::TYPE.nests() || V::TYPE.nests()) && entries.len() > 0, |out| {
        for (key, value) in entries {
            key.encode(out);
            value.encode(out);
        }
    });
    out.map_end();
}

#[inline(always)]
fn decode_set<'de, T: Decode<'de>, C: Collection<T>, P: InputProtocol<'de>>(input: &mut P) -> Result<C> {
    let (element, len) = input.list_begin()?;
    let mut items = C::default();
    if len > 0 {
        check_element(input, T::TYPE, element)?;
        input.charge(1, C::memory(len))?;
        items = C::with_room(len);
        read_elements(input, T::TYPE.is_container(), |input| {
            for _ in 0..len {
                if const { is_large::<T>() } {
                    let item = decode_boxed::<T, _>(input)?;
                    apart::<T, _>(|| items.put(*item));
                } else {
                    items.put(T::decode(input)?);
                }
            }
            Ok(())
        })?;
    }
    input.list_end()?;
    Ok(items)
}

#[inline(always)]
fn decode_map<'de, K, V, C, P>(input: &mut P) -> Result<C>
where
    K: Decode<'de>,
    V: Decode<'de>,
    C: Collection<(K, V)>,
    P: InputProtocol<'de>,
{
    let mut entries = C::default();
    if let Some((key, value, len)) = input.map_begin()? {
        check_element(input, K::TYPE, key)?;
        check_element(input, V::TYPE, value)?;
        input.charge(1, C::memory(len))?;
        entries = C::with_room(len);
        read_elements(input, K::TYPE.is_container() || V::TYPE.is_container(), |input| {
            for _ in 0..len {
                if const { is_large::<(K, V)>() } {
                    let (key, value) = (decode_boxed::<K, _>(input)?, decode_boxed::<V, _>(input)?);
                    apart::<(K, V), _>(|| entries.put((*key, *value)));
                } else {
                    let key = K::decode(input)?;
                    entries.put((key, V::decode(input)?));
                }
            }
            Ok(())
        })?;
    }
    input.map_end()?;
    Ok(entries)
}

/// A map or set that is filled entry by entry; one that comes again is not there twice.
trait Collection<T>: Default {
    /// The most memory that so many entries, of at least one, can take.
    fn memory(len: usize) -> usize;
    /// With room for so many entries; but at first not for many more than fit into 1 MiB, since they may not be there.
    fn with_room(len: usize) -> Self;
    /// Adds an entry.
    fn put(&mut self, entry: T);
}

impl<T: Ord> Collection<T> for BTreeSet<T> {
    fn memory(len: usize) -> usize {
        tree(len, size_of::<T>())
    }
    fn with_room(_: usize) -> Self {
        Self::new()
    }
    #[inline(always)]
    fn put(&mut self, item: T) {
        self.insert(item);
    }
}

impl<K: Ord, V> Collection<(K, V)> for BTreeMap<K, V> {
    fn memory(len: usize) -> usize {
        tree(len, size_of::<K>() + size_of::<V>())
    }
    fn with_room(_: usize) -> Self {
        Self::new()
    }
    #[inline(always)]
    fn put(&mut self, (key, value): (K, V)) {
        self.insert(key, value);
    }
}

macro_rules! tables {
    ($($(#[$when:meta])* $set:ident, $map:ident: $slot:ty;)*) => { $(
        $(#[$when])*
        impl<T: Eq + Hash, S: BuildHasher + Default> Collection<T> for $set<T, S> {
            fn memory(len: usize) -> usize {
                table::<(T, $slot)>(len)
            }
            fn with_room(len: usize) -> Self {
                Self::with_capacity_and_hasher(at_first::<(T, $slot)>(len), S::default())
            }
            #[inline(always)]
            fn put(&mut self, item: T) {
                self.insert(item);
            }
        }
        $(#[$when])*
        impl<K: Eq + Hash, V, S: BuildHasher + Default> Collection<(K, V)> for $map<K, V, S> {
            fn memory(len: usize) -> usize {
                table::<(K, V, $slot)>(len)
            }
            fn with_room(len: usize) -> Self {
                Self::with_capacity_and_hasher(at_first::<(K, V, $slot)>(len), S::default())
            }
            #[inline(always)]
            fn put(&mut self, (key, value): (K, V)) {
                self.insert(key, value);
            }
        }
    )* };
}

// Beside an entry, an index keeps its hash, and its place in the table.
tables! {
    HashSet, HashMap: ();
    #[cfg(feature = "indexmap")]
    IndexSet, IndexMap: (usize, usize);
}

/// A B-tree's nodes have room for 11 entries, and all but the root hold at least 5.
const fn tree(len: usize, entry: usize) -> usize {
    /// A node's links to its parent and 12 children, and padding.
    const LINKS: usize = 128;
    len.div_ceil(5).saturating_mul(11 * entry + LINKS)
}

/// A hash table has a power of two of slots, of which an eighth stays empty, and a byte for each.
const fn table<T>(len: usize) -> usize {
    /// More of these bytes, and what the smallest tables have more of slots.
    const MORE: usize = 64;
    let slots = len.saturating_mul(8).div_ceil(7).next_power_of_two();
    let slots = if slots < 4 { 4 } else { slots };
    slots.saturating_mul(size_of::<T>() + 1).saturating_add(MORE)
}

const fn at_first<T>(len: usize) -> usize {
    let most = const { (1 << 20) / (size_of::<T>() + 1) };
    if len < most { len } else { most }
}
