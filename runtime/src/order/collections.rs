//! Order and hash of maps and sets. Those that have no order are compared by their entries in the order of the keys.

use super::TotalOrder;
use crate::codec::{VecMap, VecSet};
use core::cmp::Ordering;
use core::hash::{BuildHasher, Hash, Hasher};
#[cfg(feature = "indexmap")]
use indexmap::{IndexMap, IndexSet};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

impl<K: Ord + Hash, V: TotalOrder> TotalOrder for BTreeMap<K, V> {
    fn total_cmp(&self, other: &Self) -> Ordering {
        cmp_entries(self.iter(), other.iter())
    }
    fn total_hash<H: Hasher>(&self, state: &mut H) {
        hash_entries(self.iter(), state);
    }
}

impl<K: Ord + Hash, V: TotalOrder> TotalOrder for VecMap<K, V> {
    fn total_cmp(&self, other: &Self) -> Ordering {
        cmp_entries(self.iter().map(as_entry), other.iter().map(as_entry))
    }
    fn total_hash<H: Hasher>(&self, state: &mut H) {
        hash_entries(self.iter().map(as_entry), state);
    }
}

macro_rules! by_own_order {
    ($($set:ident),*) => { $(
        impl<T: Ord + Hash> TotalOrder for $set<T> {
            fn total_cmp(&self, other: &Self) -> Ordering {
                self.cmp(other)
            }
            fn total_hash<H: Hasher>(&self, state: &mut H) {
                self.hash(state);
            }
        }
    )* };
}

by_own_order!(BTreeSet, VecSet);

macro_rules! sorted {
    ($($(#[$when:meta])* $set:ident, $map:ident;)*) => { $(
        $(#[$when])*
        impl<T: Ord + Hash, S: BuildHasher> TotalOrder for $set<T, S> {
            fn total_cmp(&self, other: &Self) -> Ordering {
                if self == other { Ordering::Equal } else { sorted(self.iter()).cmp(&sorted(other.iter())) }
            }
            fn total_hash<H: Hasher>(&self, state: &mut H) {
                sorted(self.iter()).hash(state);
            }
        }
        $(#[$when])*
        impl<K: Ord + Hash, V: TotalOrder, S: BuildHasher> TotalOrder for $map<K, V, S> {
            fn total_cmp(&self, other: &Self) -> Ordering {
                let is_there = |(key, value): (&K, &V)| other.get(key).is_some_and(|it| value.total_cmp(it).is_eq());
                if self.len() == other.len() && self.iter().all(is_there) {
                    return Ordering::Equal;
                }
                cmp_entries(by_key(self.iter()).into_iter(), by_key(other.iter()).into_iter())
            }
            fn total_hash<H: Hasher>(&self, state: &mut H) {
                hash_entries(by_key(self.iter()).into_iter(), state);
            }
        }
    )* };
}

// What is equal, which is the usual question, takes no sorting.
sorted! {
    HashSet, HashMap;
    #[cfg(feature = "indexmap")]
    IndexSet, IndexMap;
}

fn as_entry<K, V>((key, value): &(K, V)) -> (&K, &V) {
    (key, value)
}

fn sorted<'a, T: Ord>(items: impl Iterator<Item = &'a T>) -> Vec<&'a T> {
    let mut items: Vec<&T> = items.collect();
    items.sort_unstable();
    items
}

fn by_key<'a, K: Ord, V>(entries: impl Iterator<Item = (&'a K, &'a V)>) -> Vec<(&'a K, &'a V)> {
    let mut entries: Vec<(&K, &V)> = entries.collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}

fn cmp_entries<'a, K: Ord + 'a, V: TotalOrder + 'a>(
    mut entries: impl Iterator<Item = (&'a K, &'a V)>,
    mut others: impl Iterator<Item = (&'a K, &'a V)>,
) -> Ordering {
    loop {
        let order = match (entries.next(), others.next()) {
            (Some(a), Some(b)) => a.0.cmp(b.0).then_with(|| a.1.total_cmp(b.1)),
            (None, None) => return Ordering::Equal,
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn hash_entries<'a, K: Hash + 'a, V: TotalOrder + 'a, H: Hasher>(
    entries: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
    state: &mut H,
) {
    state.write_usize(entries.len());
    for (key, value) in entries {
        key.hash(state);
        value.total_hash(state);
    }
}
