//! What decoding allocates: little of a hostile message, and nothing of what is not selected.

#[path = "../../tests/golden/store/mod.rs"]
mod generated;
#[path = "../../tests/golden/options-select/mod.rs"]
mod selected;

#[path = "../../tests/golden/options-pointers/mod.rs"]
mod pointers;
#[path = "../../tests/golden/options-unknown/mod.rs"]
mod unknown;

use generated::store::{Empty, Everything, Item, Kind, Shape};
use selected::footer::{Chunk, Element, Footer, FooterSizes, FooterSummary, FooterVersion, Group, Statistics};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};
use std::alloc::System;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Mutex;
#[cfg(feature = "bytestring")]
use thrift_runtime::ByteString;
use thrift_runtime::codegen::{self, DecodeStruct, InputProtocol, ReadFields};
use thrift_runtime::{
    Bytes, Decode, DecodeError, DecodeErrorKind, DecodeOwned, Encode, Limits, UnknownField, Value, VecMap, VecSet,
    WireType, binary, compact, json,
};
#[cfg(feature = "indexmap")]
use thrift_runtime::{IndexMap, IndexSet};
use unknown::unknown as keeping;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// One test at a time, since the allocator counts for all threads.
static COUNTING: Mutex<()> = Mutex::new(());

/// What is allocated while this runs: the least of three times, since the test harness allocates too, in a thread of its own.
fn counted<R>(run: impl Fn() -> R) -> (Stats, R) {
    let measured = (0..3).map(|_| {
        let region = Region::new(ALLOCATOR);
        let result = run();
        (region.change(), result)
    });
    measured.min_by_key(|(change, _)| change.bytes_allocated).unwrap()
}

/// How many bytes are allocated, in all, while these are decoded.
fn allocated<T: DecodeOwned>(bytes: &[u8]) -> (usize, Result<T, DecodeError>) {
    let (change, result) = counted(|| binary::from_slice::<T>(bytes));
    (change.bytes_allocated + change.bytes_reallocated.max(0) as usize, result)
}

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

/// The least limit with which this decodes.
fn charge<T>(decode: impl Fn(&Limits) -> Result<T, DecodeError>) -> usize {
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
fn is_charged<T>(bytes: &[u8], decode: impl Fn(&Limits) -> Result<T, DecodeError>) {
    let charged = charge(&decode);
    let limits = Limits::default().memory_bytes(charged);
    let (change, value) = counted(|| decode(&limits));
    let used = change.bytes_allocated - change.bytes_deallocated;
    assert!(used <= charged + bytes.len(), "{} takes {used}, charged {charged}", std::any::type_name::<T>());
    assert!(charged < 3 * used + 1000, "{} takes {used}, charged {charged}", std::any::type_name::<T>());
    drop(value);
}

fn value_is_charged<T: Encode + DecodeOwned>(value: &T) {
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

/// A protocol, and its forms for messages that nobody would write.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Protocol {
    Binary,
    Compact,
    Json,
}

impl Protocol {
    const ALL: [Self; 3] = [Self::Binary, Self::Compact, Self::Json];

    fn decode<T: DecodeOwned>(self, bytes: &[u8], limits: &Limits) -> Result<T, DecodeError> {
        match self {
            Self::Binary => binary::from_slice_with(bytes, limits),
            Self::Compact => compact::from_slice_with(bytes, limits),
            Self::Json => json::from_slice_with(bytes, limits),
        }
    }

    fn dynamic(self, ty: WireType, bytes: &[u8], limits: &Limits) -> Result<Value, DecodeError> {
        match self {
            Self::Binary => Value::decode(&mut binary::BinaryReader::new(bytes, limits), ty),
            Self::Compact => Value::decode(&mut compact::CompactReader::new(bytes, limits), ty),
            Self::Json => Value::decode(&mut json::JsonReader::new(bytes, limits), ty),
        }
    }

    fn to_vec<T: Encode>(self, value: &T) -> Vec<u8> {
        match self {
            Self::Binary => binary::to_vec(value),
            Self::Compact => compact::to_vec(value),
            Self::Json => json::to_vec(value),
        }
        .unwrap()
    }

    fn string(self, len: u64) -> Vec<u8> {
        match self {
            Self::Binary => (len as u32).to_be_bytes().into(),
            Self::Compact => varint(len),
            Self::Json => b"\"".into(),
        }
    }

    fn list(self, element: WireType, len: u64) -> Vec<u8> {
        match self {
            Self::Binary => [&[element as u8][..], &(len as u32).to_be_bytes()].concat(),
            Self::Compact => [&[0xf0 | element.to_compact()][..], &varint(len)].concat(),
            Self::Json => format!("[\"{}\",{len}", tag(element)).into(),
        }
    }

    fn map(self, key: WireType, value: WireType, len: u64) -> Vec<u8> {
        match self {
            Self::Binary => [&[key as u8, value as u8][..], &(len as u32).to_be_bytes()].concat(),
            Self::Compact => [&varint(len)[..], &[key.to_compact() << 4 | value.to_compact()]].concat(),
            Self::Json => format!("[\"{}\",\"{}\",{len},{{", tag(key), tag(value)).into(),
        }
    }

    /// The beginning of a struct with this field.
    fn field(self, id: u8, ty: WireType) -> Vec<u8> {
        match self {
            Self::Binary => vec![ty as u8, 0, id],
            Self::Compact => [&[ty.to_compact()][..], &varint(u64::from(id) * 2)].concat(),
            Self::Json => format!("{{\"{id}\":{{\"{}\":", tag(ty)).into(),
        }
    }

    /// What may stand for elements.
    fn elements(self) -> Vec<Vec<u8>> {
        match self {
            Self::Json => [",1", ",\"\"", ",{}", ",[\"i8\",0]", "\"1\":1,", "\"\":{},"]
                .map(|element| element.repeat(400).into_bytes())
                .into(),
            _ => vec![vec![], vec![0; 2000], vec![1; 2000], vec![0xff; 2000], b"\x01\x00".repeat(1000)],
        }
    }
}

/// In as many bytes as it needs; of what is beyond 63 bits, in one more than there may be.
fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if value > i64::MAX as u64 {
        bytes.extend([0xff; 10]);
    }
    while value > 0x7f {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

const TYPES: [(WireType, &str); 12] = [
    (WireType::Bool, "tf"),
    (WireType::I8, "i8"),
    (WireType::I16, "i16"),
    (WireType::I32, "i32"),
    (WireType::I64, "i64"),
    (WireType::Double, "dbl"),
    (WireType::String, "str"),
    (WireType::Struct, "rec"),
    (WireType::Map, "map"),
    (WireType::Set, "set"),
    (WireType::List, "lst"),
    (WireType::Uuid, "uid"),
];

fn tag(ty: WireType) -> &'static str {
    TYPES.iter().find(|(found, _)| *found == ty).unwrap().1
}

/// Checks the formula in the documentation of `Limits::memory_bytes`, where `ratio` is the largest of these ratios; and
/// that no limit is exceeded.
fn is_bounded<T>(bytes: &[u8], ratio: usize, decode: impl Fn(&[u8], &Limits) -> Result<T, DecodeError>) {
    is_bounded_beside(bytes, ratio, 0, decode);
}

/// The same where the outermost value has this much in boxes.
fn is_bounded_beside<T>(
    bytes: &[u8],
    ratio: usize,
    boxes: usize,
    decode: impl Fn(&[u8], &Limits) -> Result<T, DecodeError>,
) {
    // The error, and the places around a value in JSON.
    let fixed = 400 + boxes;
    for limit in [0, 1 << 12, Limits::default().memory_bytes] {
        let limits = Limits::default().memory_bytes(limit);
        let (change, _) = counted(|| decode(bytes, &limits));
        let (allocated, len, name) = (change.bytes_allocated, bytes.len(), core::any::type_name::<T>());
        let shown = &bytes[..len.min(60)];
        assert!(allocated <= limit + 2 * len + fixed, "{allocated} of {limit} for {len} bytes as {name}: {shown:02x?}");
        assert!(allocated <= 2 * (1 + ratio) * len + fixed, "{allocated} for {len} bytes as {name}: {shown:02x?}");
    }
}

/// What the first entry of a tree takes, for each of the `least` bytes that a tree of one entry has.
const fn tree_ratio(entry: usize, least: usize) -> usize {
    (11 * entry + 128).div_ceil(least)
}

/// What a struct of one bool in a list takes as a dynamic value: itself, and the room for four fields.
const DYNAMIC: usize = size_of::<Value>() + 2 * size_of::<(i16, Value)>();

const MAP_RATIO: usize = tree_ratio(size_of::<(i64, String)>(), 4);

/// Of the largest type that is an element.
const EVERYTHING: usize = if MAP_RATIO > size_of::<Everything>() { MAP_RATIO } else { size_of::<Everything>() };

/// What a kept field of one byte takes at most: the first of a struct.
const KEPT: usize = 2 * size_of::<UnknownField>() + size_of::<Vec<UnknownField>>();

fn structs_are_bounded(protocol: Protocol, bytes: &[u8]) {
    is_bounded(bytes, EVERYTHING, |bytes, limits| protocol.decode::<Everything>(bytes, limits));
    is_bounded(bytes, EVERYTHING, |bytes, limits| protocol.decode::<Item>(bytes, limits));
    is_bounded(bytes, EVERYTHING, |bytes, limits| protocol.decode::<Shape>(bytes, limits));
    is_bounded(bytes, 1, |bytes, limits| protocol.decode::<Empty>(bytes, limits));
    is_bounded(bytes, KEPT, |bytes, limits| protocol.decode::<keeping::Empty>(bytes, limits));
    is_bounded(bytes, KEPT, |bytes, limits| protocol.decode::<keeping::Older>(bytes, limits));
    is_bounded(bytes, DYNAMIC, |bytes, limits| protocol.dynamic(WireType::Struct, bytes, limits));
}

fn lists_are_bounded(protocol: Protocol, bytes: &[u8]) {
    /// `inside` is the ratio of what an element holds.
    fn one<T: DecodeOwned>(protocol: Protocol, bytes: &[u8], inside: usize) {
        is_bounded(bytes, size_of::<T>() + inside, |bytes, limits| protocol.decode::<Vec<T>>(bytes, limits));
    }
    one::<bool>(protocol, bytes, 0);
    one::<i16>(protocol, bytes, 0);
    one::<i64>(protocol, bytes, 0);
    one::<f64>(protocol, bytes, 0);
    one::<String>(protocol, bytes, 1);
    one::<Bytes>(protocol, bytes, 1);
    one::<Vec<u8>>(protocol, bytes, 1);
    one::<Vec<Vec<i64>>>(protocol, bytes, size_of::<Vec<i64>>());
    one::<Everything>(protocol, bytes, EVERYTHING);
    one::<Box<Everything>>(protocol, bytes, EVERYTHING);
    one::<Shape>(protocol, bytes, EVERYTHING);
    one::<BTreeMap<i64, String>>(protocol, bytes, MAP_RATIO);
    is_bounded(bytes, DYNAMIC, |bytes, limits| protocol.dynamic(WireType::List, bytes, limits));
}

#[test]
fn forged_counts_allocate_what_is_there() {
    let _alone = COUNTING.lock();
    for protocol in Protocol::ALL {
        for len in [1, 2000, 0xffff, i32::MAX as u64, 1 << 31, u32::MAX as u64, u64::MAX] {
            for elements in protocol.elements() {
                let of = |head: Vec<u8>| [head, elements.clone()].concat();
                for (ty, _) in TYPES {
                    lists_are_bounded(protocol, &of(protocol.list(ty, len)));
                    // As a field that is not known, and as those that are lists, sets, maps.
                    for (id, field) in
                        [(99, WireType::List), (9, WireType::List), (20, WireType::List), (22, WireType::Set)]
                    {
                        structs_are_bounded(
                            protocol,
                            &of([protocol.field(id, field), protocol.list(ty, len)].concat()),
                        );
                    }
                    for key in [WireType::I64, WireType::Struct, WireType::Double] {
                        let map = of(protocol.map(key, ty, len));
                        let decode =
                            |bytes: &[u8], limits: &Limits| protocol.decode::<BTreeMap<i64, String>>(bytes, limits);
                        is_bounded(&map, MAP_RATIO, decode);
                        is_bounded(&map, DYNAMIC, |bytes, limits| protocol.dynamic(WireType::Map, bytes, limits));
                        for id in [99, 11, 21, 25] {
                            structs_are_bounded(protocol, &[protocol.field(id, WireType::Map), map.clone()].concat());
                        }
                    }
                }
                let string = of(protocol.string(len));
                is_bounded(&string, 1, |bytes, limits| protocol.decode::<String>(bytes, limits));
                is_bounded(&string, 1, |bytes, limits| protocol.decode::<Bytes>(bytes, limits));
                structs_are_bounded(protocol, &[protocol.field(7, WireType::String), string.clone()].concat());
                structs_are_bounded(protocol, &[protocol.field(99, WireType::String), string].concat());
            }
        }
    }
}

/// What is all there, and takes the most: each value in as few bytes as can be.
#[test]
fn small_values_take_no_more_than_their_ratio() {
    let _alone = COUNTING.lock();
    for protocol in Protocol::ALL {
        let least = |ty: WireType| protocol.list(ty, 0);
        for count in [1, 4, 5, 6, 12, 100, 3000] {
            lists_are_bounded(protocol, &protocol.to_vec(&vec![false; count]));
            lists_are_bounded(protocol, &protocol.to_vec(&vec![0i64; count]));
            lists_are_bounded(protocol, &protocol.to_vec(&vec![0.0; count]));
            lists_are_bounded(protocol, &protocol.to_vec(&vec![""; count]));
            lists_are_bounded(protocol, &protocol.to_vec(&vec!["a\n"; count]));
            lists_are_bounded(protocol, &protocol.to_vec(&vec![Empty {}; count]));
            lists_are_bounded(protocol, &protocol.to_vec(&vec![Shape::Side(0); count]));
            lists_are_bounded(protocol, &protocol.to_vec(&vec![Bytes::from_static(b"ab"); count]));
            lists_are_bounded(protocol, &protocol.to_vec(&vec![Vec::<Vec<i64>>::new(); count]));
            lists_are_bounded(protocol, &protocol.to_vec(&vec![vec![Vec::<i64>::new()]; count]));
            lists_are_bounded(protocol, &protocol.to_vec(&vec![BTreeMap::from([(0i64, "")]); count]));
            let one_flag = Everything { flag: Some(true), ..Default::default() };
            lists_are_bounded(protocol, &protocol.to_vec(&vec![one_flag; count]));
            let map: BTreeMap<i64, &str> = (0..count as i64).map(|key| (key, "")).collect();
            let map = protocol.to_vec(&map);
            is_bounded(&map, MAP_RATIO, |bytes, limits| protocol.decode::<BTreeMap<i64, String>>(bytes, limits));
            is_bounded(&map, DYNAMIC, |bytes, limits| protocol.dynamic(WireType::Map, bytes, limits));
            if protocol == Protocol::Compact {
                // Each byte is a field that is kept: a bool.
                let flags = [vec![0x11; count], vec![0]].concat();
                structs_are_bounded(protocol, &flags);
                let decode = |limits: &Limits| protocol.decode::<keeping::Empty>(&flags, limits);
                assert_eq!(decode(&Limits::default()).unwrap().unknown_fields.len(), count);
                is_charged(&flags, decode);
            }
            // The same field again and again, and one that is not known.
            let field = |id, ty, value: &[u8]| {
                let end: &[u8] = if protocol == Protocol::Json { b"]}" } else { b"" };
                let start = usize::from(protocol == Protocol::Json);
                [&protocol.field(id, ty)[start..], value, end].concat()
            };
            for id in [9, 99] {
                let fields = vec![field(id, WireType::List, &least(WireType::I32)); count];
                let message = match protocol {
                    Protocol::Json => [b"{".to_vec(), fields.join(&b","[..]), b"}".to_vec()].concat(),
                    _ => [fields.concat(), vec![0]].concat(),
                };
                structs_are_bounded(protocol, &message);
                assert!(protocol.decode::<Empty>(&message, &Limits::default()).is_ok(), "{protocol:?} {message:02x?}");
            }
        }
    }
}

/// A struct whose field is in a box though it is always there.
struct Boxed(Box<Everything>);

/// The same, of a field that may be missing, beside one that is required.
struct Late(i32, Box<Everything>);

impl<'de> Decode<'de> for Late {
    const TYPE: WireType = WireType::Struct;
    const IN_PLACE: bool = true;
    const BLANK_BYTES: usize = codegen::blank_bytes(|s: &Self| &s.0) + codegen::blank_bytes(|s: &Self| &s.1);
    fn blank() -> Self {
        Self(0, Decode::blank())
    }
    fn decode_into<P: InputProtocol<'de>>(&mut self, input: &mut P) -> codegen::Result<()> {
        codegen::decode_struct(self, input)
    }
}

impl<'de> DecodeStruct<'de> for Late {
    const NAME: &'static str = "Late";
    const REQUIRED: &'static [&'static str] = &["number"];
    type Seen = u64;
    fn fields<F: ReadFields<'de>>(&mut self, s: &mut F) -> codegen::Walk {
        s.required(0, 2, &mut self.0)?;
        s.plain(1, 3, &mut self.1)
    }
}

impl<'de> Decode<'de> for Boxed {
    const TYPE: WireType = WireType::Struct;
    const IN_PLACE: bool = true;
    const BLANK_BYTES: usize = <Box<Everything>>::BLANK_BYTES;
    fn blank() -> Self {
        Self(Decode::blank())
    }
    fn decode_into<P: InputProtocol<'de>>(&mut self, input: &mut P) -> codegen::Result<()> {
        codegen::decode_struct(self, input)
    }
}

impl<'de> DecodeStruct<'de> for Boxed {
    const NAME: &'static str = "Boxed";
    const REQUIRED: &'static [&'static str] = &["field"];
    type Seen = u64;
    fn fields<F: ReadFields<'de>>(&mut self, s: &mut F) -> codegen::Walk {
        s.required(0, 1, &mut self.0)
    }
}

#[test]
fn a_box_that_is_always_there_is_charged() {
    let _alone = COUNTING.lock();
    for protocol in Protocol::ALL {
        // Each is a field 1 with an empty struct, or has none, or has it twice.
        let (full, empty, twice): (&[u8], &[u8], &[u8]) = match protocol {
            Protocol::Binary => (&[12, 0, 1, 0, 0], &[0], &[12, 0, 1, 0, 12, 0, 1, 0, 0]),
            Protocol::Compact => (&[0x1c, 0, 0], &[0], &[0x1c, 0, 0x0c, 2, 0, 0]),
            Protocol::Json => (b",{\"1\":{\"rec\":{}}}", b",{}", b",{\"1\":{\"rec\":{}},\"1\":{\"rec\":{}}}"),
        };
        for item in [full, empty, twice] {
            let end: &[u8] = if protocol == Protocol::Json { b"]" } else { b"" };
            let bytes = [protocol.list(WireType::Struct, 300), item.repeat(300), end.to_vec()].concat();
            let ratio = 2 * size_of::<Everything>();
            // What the last one has before it is refused comes on top: the outermost value has it, too.
            let room = size_of::<Everything>();
            let decode = |bytes: &[u8], limits: &Limits| protocol.decode::<Vec<Boxed>>(bytes, limits);
            is_bounded_beside(&bytes, ratio, room, decode);
            assert_eq!(decode(&bytes, &Limits::default()).is_ok(), item != empty);
        }
    }
}

/// The walk over the fields ends at the required one, which comes behind one that is not known, and in JSON there is none.
#[test]
fn a_box_that_nothing_is_read_into_is_charged() {
    let _alone = COUNTING.lock();
    for protocol in Protocol::ALL {
        let (item, end): (&[u8], &[u8]) = match protocol {
            Protocol::Binary => (&[2, 0, 1, 0, 8, 0, 2, 0, 0, 0, 0, 0], b""),
            Protocol::Compact => (&[0x11, 0x15, 0, 0], b""),
            Protocol::Json => (b",{\"2\":{\"i32\":0}}", b"]"),
        };
        for count in [1, 300] {
            let bytes = [&protocol.list(WireType::Struct, count)[..], &item.repeat(count as usize), end].concat();
            let size = size_of::<Late>() + size_of::<Everything>();
            assert_eq!(charge(|limits| protocol.decode::<Vec<Late>>(&bytes, limits)), count as usize * size);
            is_charged(&bytes, |limits| protocol.decode::<Vec<Late>>(&bytes, limits));
            is_bounded(&bytes, size, |bytes, limits| protocol.decode::<Vec<Late>>(bytes, limits));
        }
    }
    // Generated types say what is in their boxes.
    use pointers::pointers::{Empty, Inner, Outer};
    assert!(<Outer as Decode<'_>>::BLANK_BYTES > 2 * size_of::<Inner>());
    assert_eq!(<Empty as Decode<'_>>::BLANK_BYTES, 0);
}

/// A footer as of a file with this many columns, in ten groups of rows.
fn footer(columns: i32) -> Footer {
    let element = |i: i32| Element { r#type: Some(i), ..Element::new(format!("column{i}")) };
    let chunk = |i: i32| Chunk {
        path: Some(format!("some/path/{i}")),
        statistics: Some(Statistics { max: Some(vec![b'm'; 100].into()), ..Statistics::default() }),
        ..Chunk::new(vec![0, 1, i], vec![format!("column{i}")])
    };
    let group = |rows: i64| Group::new((0..columns).map(chunk).collect(), 1 << 40, rows);
    Footer::new(1, (0..columns).map(element).collect(), 100, (0..10).map(group).collect())
}

#[test]
fn what_is_not_selected_allocates_nothing() {
    let _alone = COUNTING.lock();
    let footer = footer(100);
    let (binary, compact) = (binary::to_vec(&footer).unwrap(), compact::to_vec(&footer).unwrap());
    let allocations = |change: &Stats| change.allocations + change.reallocations;

    let (change, [one, other]) = counted(|| {
        [binary::from_slice::<FooterVersion>(&binary), compact::from_slice::<FooterVersion>(&compact)]
            .map(|version| version.unwrap().version)
    });
    assert_eq!((allocations(&change), one, other), (0, 1, 1));

    // The list alone: names stay in the message.
    let (change, summary) =
        counted(|| compact::from_slice::<selected::footer::borrowed::FooterSummary<'_>>(&compact).unwrap());
    assert_eq!((summary.schema.len(), summary.schema[99].name), (100, "column99"));
    // And the default values of two fields that are not there: the owned type has text in both.
    assert_eq!(allocations(&change), 1);
    let (change, summary) = counted(|| binary::from_slice::<FooterSummary>(&binary).unwrap());
    assert_eq!((summary.schema.len(), allocations(&change)), (100, 1 + 100 + 2));
    let (change, sizes) = counted(|| binary::from_slice::<FooterSizes>(&binary).unwrap());
    assert_eq!((sizes.groups.len(), allocations(&change)), (10, 1));

    // A whole one that is borrowed has its lists.
    let (change, _) = counted(|| binary::from_slice::<selected::footer::borrowed::Footer<'_>>(&binary).unwrap());
    assert_eq!(allocations(&change), 1 + 1 + 10 + 10 * 100 * 2);
}
