//! What is announced is not allocated before it is there, nor beyond the limit.

#[cfg(feature = "bytestring")]
use crate::charged::value_is_charged;
use crate::generated::store::{Empty, Everything};
use crate::{COUNTING, allocated, counted};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
#[cfg(feature = "bytestring")]
use thrift_runtime::ByteString;
use thrift_runtime::{Bytes, Decode, DecodeErrorKind, DecodeOwned, Limits, Value, VecMap, VecSet, WireType, binary};
#[cfg(feature = "indexmap")]
use thrift_runtime::{IndexMap, IndexSet};

#[test]
fn a_count_allocates_nothing_before_its_bytes_are_there() {
    let _alone = COUNTING.lock();
    fn refused<T: DecodeOwned>(head: &[u8]) {
        let limit = Limits::default().message_bytes as u32;
        for count in [i32::MAX as u32, limit, 1 << 20, 1000, u32::MAX] {
            let mut bytes = head.to_vec();
            bytes.extend(count.to_be_bytes());
            bytes.extend([0, 0]);
            let (allocated, result) = allocated::<T>(&bytes);
            assert!(result.is_err());
            // The error itself is allocated.
            assert!(allocated < 200, "{count} elements made it allocate {allocated} bytes");
        }
    }
    let list = |element: WireType| [element as u8];
    refused::<Vec<i64>>(&list(WireType::I64));
    refused::<Vec<bool>>(&list(WireType::Bool));
    refused::<Vec<String>>(&list(WireType::String));
    refused::<Vec<Vec<i32>>>(&list(WireType::List));
    let map = [WireType::I32 as u8, WireType::String as u8];
    refused::<BTreeMap<i32, String>>(&map);
    refused::<HashMap<i32, String>>(&map);
    refused::<VecMap<i32, String>>(&map);
    refused::<BTreeSet<i64>>(&list(WireType::I64));
    refused::<HashSet<i64>>(&list(WireType::I64));
    refused::<VecSet<String>>(&list(WireType::String));
    #[cfg(feature = "indexmap")]
    refused::<IndexMap<i32, String>>(&map);
    #[cfg(feature = "indexmap")]
    refused::<IndexSet<i64>>(&list(WireType::I64));
    refused::<String>(&[]);
    refused::<Bytes>(&[]);
    #[cfg(feature = "bytestring")]
    refused::<ByteString>(&[]);

    // Where the bytes are there, but each element is far larger in memory than on the wire: it grows from 1 MiB on.
    let mut bytes = vec![WireType::List as u8];
    bytes.extend(200_000u32.to_be_bytes());
    bytes.resize(5 + 200_000 * 5, 0xff);
    let (typed, result) = allocated::<Vec<Vec<i32>>>(&bytes);
    assert!(result.is_err());
    assert!(typed < (1 << 20) + 200, "{typed}");

    let decode = || Value::decode(&mut binary::BinaryReader::new(&bytes, &Limits::default()), WireType::List);
    let (change, result) = counted(decode);
    assert!(result.is_err());
    assert!(change.bytes_allocated < (1 << 20) + 200, "{change:?}");
}

/// Shared strings are parts of the frame: it is the list alone that is allocated, and what counts the frame's owners.
#[cfg(feature = "bytestring")]
#[test]
fn shared_strings_are_not_allocated() {
    let _alone = COUNTING.lock();
    let words: Vec<String> = (0..1000).map(|i| format!("word {i}")).collect();
    let frame = Bytes::from(binary::to_vec(&words).unwrap());
    let (change, shared) = counted(|| binary::from_bytes::<Vec<ByteString>>(frame.clone()).unwrap());
    assert_eq!(shared, words);
    assert!(change.allocations <= 2, "{change:?}");
    let (change, _) = counted(|| binary::from_slice::<Vec<ByteString>>(&frame).unwrap());
    assert!(change.allocations >= 1000, "{change:?}");
    value_is_charged(&shared);
}

/// A hash table that grows holds the old slots beside the new ones, and has at most twice as many as it needs.
#[test]
fn a_collection_has_little_room_before_its_entries_are_there() {
    let _alone = COUNTING.lock();
    fn starts_small<T: DecodeOwned>(ty: WireType, types: &[WireType]) {
        // 100,000 entries are announced, and could be in the bytes that follow, but the second is none.
        let mut bytes: Vec<u8> = types.iter().map(|ty| *ty as u8).collect();
        bytes.extend(100_000u32.to_be_bytes());
        bytes.extend([0, 0, 0, 0]);
        bytes.resize(bytes.len() + 1_200_000, 0xff);
        assert_eq!(<T as Decode<'_>>::TYPE, ty);
        let (allocated, result) = allocated::<T>(&bytes);
        assert!(result.is_err());
        assert!(allocated < 3 << 20, "{}: {allocated}", std::any::type_name::<T>());
    }
    use WireType::{Map, Set, String};
    starts_small::<HashSet<std::string::String>>(Set, &[String]);
    starts_small::<HashMap<std::string::String, Vec<u8>>>(Map, &[String, String]);
    starts_small::<VecSet<std::string::String>>(Set, &[String]);
    starts_small::<VecMap<std::string::String, Vec<u8>>>(Map, &[String, String]);
    #[cfg(feature = "indexmap")]
    starts_small::<IndexSet<std::string::String>>(Set, &[String]);
    #[cfg(feature = "indexmap")]
    starts_small::<IndexMap<std::string::String, Vec<u8>>>(Map, &[String, String]);
}

#[test]
fn a_small_message_takes_no_more_than_the_limit() {
    let _alone = COUNTING.lock();
    let list = |element: WireType, count: u32, bytes: usize| {
        let mut message = vec![element as u8];
        message.extend(count.to_be_bytes());
        message.resize(5 + bytes, 0);
        message
    };
    // 20 KB, of which each byte is a struct of hundreds of bytes.
    let structs = list(WireType::Struct, 20_000, 20_000);
    let limits = Limits::default().memory_bytes(1 << 20);
    let refusal = DecodeErrorKind::Memory { limit: 1 << 20 };
    let (change, result) = counted(|| binary::from_slice_with::<Vec<Everything>>(&structs, &limits));
    assert_eq!(result.unwrap_err().kind(), refusal);
    assert!(change.bytes_allocated < 200);

    // What is refused only in the middle has taken no more than the limit until then.
    let lists = {
        let mut message = vec![WireType::List as u8, 0, 0, 0, 10];
        (0..10).for_each(|_| message.extend(list(WireType::String, 10_000, 40_000)));
        message
    };
    let (change, result) = counted(|| binary::from_slice_with::<Vec<Vec<String>>>(&lists, &limits));
    assert_eq!(result.unwrap_err().kind(), refusal);
    assert!((900_000..(1 << 20) + 200).contains(&change.bytes_allocated), "{change:?}");

    // Bulk numbers and strings are not charged: they are no larger than in the message.
    let none = Limits::default().memory_bytes(0);
    assert!(binary::from_slice_with::<Vec<i64>>(&list(WireType::I64, 1000, 8000), &none).is_ok());
    assert!(binary::from_slice_with::<String>(&binary::to_vec(&"x".repeat(1000)).unwrap(), &none).is_ok());
    assert!(binary::from_slice_with::<Empty>(&[0], &none).is_ok());
    assert!(binary::from_slice_with::<Vec<String>>(&list(WireType::String, 1, 4), &none).is_err());
}
