//! What a value takes is what was charged for it.

use crate::generated::store::{Everything, Item, Kind, Shape};
use crate::{COUNTING, counted, pointers};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use thrift_runtime::{
    Decode, DecodeError, DecodeErrorKind, DecodeOwned, Encode, Limits, Value, VecMap, VecSet, binary,
};
#[cfg(feature = "indexmap")]
use thrift_runtime::{IndexMap, IndexSet};

/// The least limit with which this decodes.
pub(crate) fn charge<T>(decode: impl Fn(&Limits) -> Result<T, DecodeError>) -> usize {
    let (mut low, mut high) = (0, Limits::default().memory_bytes);
    while low < high {
        let middle = (low + high) / 2;
        match decode(&Limits::default().memory_bytes(middle)) {
            Ok(_) => high = middle,
            Err(error) => {
                assert_eq!(error.kind(), DecodeErrorKind::Memory { limit: middle });
                low = middle + 1;
            }
        }
    }
    low
}

/// Checks that a decoded value takes no more memory than was charged for it and its bytes have.
pub(crate) fn is_charged<T>(bytes: &[u8], decode: impl Fn(&Limits) -> Result<T, DecodeError>) {
    let charged = charge(&decode);
    let limits = Limits::default().memory_bytes(charged);
    let (change, value) = counted(|| decode(&limits));
    let used = change.bytes_allocated - change.bytes_deallocated;
    assert!(used <= charged + bytes.len(), "{} takes {used}, charged {charged}", std::any::type_name::<T>());
    assert!(charged < 3 * used + 1000, "{} takes {used}, charged {charged}", std::any::type_name::<T>());
    drop(value);
}

pub(crate) fn value_is_charged<T: Encode + DecodeOwned>(value: &T) {
    let bytes = binary::to_vec(value).unwrap();
    is_charged(&bytes, |limits| binary::from_slice_with::<T>(&bytes, limits));
    is_charged(&bytes, |limits| Value::decode(&mut binary::BinaryReader::new(&bytes, limits), <T as Decode<'_>>::TYPE));
}

/// The same entries in each kind of set and map.
fn collections_are_charged<T: Encode + DecodeOwned + Eq + Hash + Clone>(count: i32, item: impl Fn(i32) -> T) {
    let items = || (0..count).map(&item);
    let entries = || items().zip(0..count);
    value_is_charged(&items().collect::<HashSet<_>>());
    value_is_charged(&items().collect::<VecSet<_>>());
    value_is_charged(&entries().collect::<HashMap<_, _>>());
    value_is_charged(&entries().map(|(key, number)| (number, key)).collect::<HashMap<_, _>>());
    value_is_charged(&entries().collect::<VecMap<_, _>>());
    #[cfg(feature = "indexmap")]
    value_is_charged(&items().collect::<IndexSet<_>>());
    #[cfg(feature = "indexmap")]
    value_is_charged(&entries().collect::<IndexMap<_, _>>());
}

#[test]
fn what_a_value_takes_is_charged() {
    let _alone = COUNTING.lock();
    for count in [1, 2, 5, 6, 11, 12, 13, 100, 1000, 3000] {
        let ascending = 0..count;
        value_is_charged(&ascending.clone().map(|i| i.to_string()).collect::<Vec<_>>());
        value_is_charged(&ascending.clone().map(|i| vec![i]).collect::<Vec<_>>());
        value_is_charged(&ascending.clone().map(|i| i.to_string()).collect::<BTreeSet<_>>());
        value_is_charged(&ascending.clone().map(|i| (i, i)).collect::<BTreeMap<i32, i32>>());
        value_is_charged(&ascending.clone().map(|i| (i, vec![i])).collect::<BTreeMap<i32, Vec<i32>>>());
        value_is_charged(&ascending.clone().map(|i| (i, Everything::default())).collect::<BTreeMap<i32, Everything>>());
        value_is_charged(&ascending.clone().map(Shape::Side).collect::<Vec<_>>());
        value_is_charged(&vec![Item::new(1, vec![Item::default()], Kind::ALPHA); count as usize]);
        collections_are_charged(count, |i| i);
        collections_are_charged(count, |i| i8::try_from(i % 128).unwrap());
        collections_are_charged(count, |i| i.to_string());
        collections_are_charged(count, |i| vec![i]);
        collections_are_charged(count, |i| Item::new(i.into(), vec![], Kind::ALPHA));
        // In the worst order for a tree: one that leaves its nodes half full.
        let descending = Value::Map(ascending.rev().map(|i| (Value::I32(i), Value::I8(1))).collect());
        let mut out = binary::BinaryWriter::new(Vec::new(), &Limits::default());
        descending.encode(&mut out);
        let bytes = out.finish().unwrap();
        is_charged(&bytes, |limits| binary::from_slice_with::<BTreeMap<i32, i8>>(&bytes, limits));
    }
    use pointers::pointers::{Either, Inner, Link, Needs};
    use std::sync::Arc;
    for count in [1, 10, 1000] {
        let inner = Inner { large: Some(Arc::new(vec![1, 2, 3])), ..Inner::new(Box::new("name".to_owned())) };
        value_is_charged(&vec![inner.clone(); count]);
        value_is_charged(&vec![Needs { either: Box::new(Either::Inner(Arc::new(inner))) }; count]);
        value_is_charged(&vec![Either::Number(Box::new(0.5)); count]);
    }
    value_is_charged(&(0..60).fold(Link::default(), |next, _| Link { next: Some(Arc::new(next)), ..Link::default() }));
    let chain = (0..60).fold(Item::default(), |next, _| Item { next: Some(Box::new(next)), ..Item::default() });
    value_is_charged(&chain);
}
