//! Whatever a message is, what it takes is within the limits and the documented ratio to its bytes.

use crate::charged::is_charged;
use crate::generated::store::{Empty, Everything, Item, Shape};
use crate::keeping::unknown as keeping;
use crate::protocol::{Protocol, TYPES};
use crate::{COUNTING, counted};
use std::collections::BTreeMap;
use thrift_runtime::{Bytes, DecodeError, DecodeOwned, Limits, UnknownField, Value, WireType};

/// Checks the formula in the documentation of `Limits::memory_bytes`, where `ratio` is the largest of these ratios; and
/// that no limit is exceeded.
pub(crate) fn is_bounded<T>(bytes: &[u8], ratio: usize, decode: impl Fn(&[u8], &Limits) -> Result<T, DecodeError>) {
    is_bounded_beside(bytes, ratio, 0, decode);
}

/// The same where the outermost value has this much in boxes.
pub(crate) fn is_bounded_beside<T>(
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
