//! How deep values may nest.

use crate::store::{Empty, Item, Kind, Shape};
use crate::{encoded, text};
use std::collections::BTreeMap;
use thrift_runtime::binary::{self, BinaryReader, BinaryWriter};
use thrift_runtime::{DecodeErrorKind, DecodeOwned, Encode, EncodeError, Limits, Value, WireType};

/// Items in each other, so many levels deep.
fn chain(levels: usize) -> Item {
    let link = |next| Item { next: Some(Box::new(next)), ..Item::new(1, vec![], Kind::ALPHA) };
    (1..levels).fold(Item::new(0, vec![], Kind::ALPHA), |next, _| link(next))
}

/// Lists in each other, so many levels deep, as the unknown field 99 of a struct.
fn nested_lists(levels: usize) -> Vec<u8> {
    let mut bytes = vec![WireType::List as u8, 0, 99];
    for _ in 1..levels {
        bytes.extend([WireType::List as u8, 0, 0, 0, 1]);
    }
    bytes.extend([WireType::I8 as u8, 0, 0, 0, 0, 0]);
    bytes
}

const TOO_DEEP: DecodeErrorKind = DecodeErrorKind::Depth { limit: 64 };

#[test]
fn structs_nest_64_deep() {
    let bytes = binary::to_vec(&chain(64)).unwrap();
    assert_eq!(binary::from_slice::<Item>(&bytes).unwrap(), chain(64));
    assert_eq!(binary::to_vec(&chain(65)), Err(EncodeError::Depth { limit: 64 }));
    let deeper = binary::to_vec_with(&chain(65), &Limits::default().depth(65)).unwrap();
    assert_eq!(binary::from_slice::<Item>(&deeper).unwrap_err().kind(), TOO_DEEP);
    assert_eq!(binary::from_slice_with::<Item>(&deeper, &Limits::default().depth(65)).unwrap(), chain(65));
    // As unknown data, which counts in the same way.
    assert!(binary::from_slice::<Empty>(&bytes).is_ok());
    assert_eq!(binary::from_slice::<Empty>(&deeper).unwrap_err().kind(), TOO_DEEP);
    assert_eq!(binary::from_slice::<Shape>(&deeper).unwrap_err().kind(), TOO_DEEP);
}

#[test]
fn the_budget_is_given_back() {
    let wide = Item { items: vec![chain(63); 100], ..Default::default() };
    let bytes = binary::to_vec(&wide).unwrap();
    assert_eq!(binary::from_slice::<Item>(&bytes).unwrap(), wide);
    assert!(binary::from_slice::<Empty>(&bytes).is_ok());
}

#[test]
fn containers_in_containers_count() {
    // A struct is one level, and each list but the outermost one.
    assert!(binary::from_slice::<Empty>(&nested_lists(64)).is_ok());
    assert_eq!(binary::from_slice::<Empty>(&nested_lists(65)).unwrap_err().kind(), TOO_DEEP);
    let known = |levels: u32| {
        let value = vec![BTreeMap::from([(vec![1i32], vec![vec![1i32]])])];
        let bytes = binary::to_vec(&value).unwrap();
        let result =
            binary::from_slice_with::<Vec<BTreeMap<Vec<i32>, Vec<Vec<i32>>>>>(&bytes, &Limits::default().depth(levels));
        let mut input = BinaryReader::new(&bytes, &Limits::default().depth(levels));
        assert_eq!(Value::decode(&mut input, WireType::List).is_ok(), result.is_ok());
        assert_eq!(binary::to_vec_with(&value, &Limits::default().depth(levels)).is_ok(), result.is_ok());
        result.map(|decoded| assert_eq!(decoded, value))
    };
    assert_eq!(known(2).unwrap_err().kind(), DecodeErrorKind::Depth { limit: 2 });
    assert!(known(3).is_ok());
}

#[test]
fn an_empty_container_is_no_level() {
    let list = |ty| Value::List(ty, vec![]);
    for value in [list(WireType::List), list(WireType::Struct), Value::Map(vec![]), list(WireType::I8)] {
        let bytes = encoded(&(1..64).fold(Value::Struct(vec![(9, value)]), |inner, _| Value::Struct(vec![(5, inner)])));
        assert_eq!(binary::from_slice::<Empty>(&bytes).unwrap(), Empty {});
        assert!(Value::decode(&mut BinaryReader::new(&bytes, &Limits::default()), WireType::Struct).is_ok());
    }
    // The items of the innermost one of a full chain are an empty list of structs.
    assert!(binary::to_vec(&chain(64)).is_ok());
    // Not so a struct, even an empty one.
    let full = Value::List(WireType::Struct, vec![Value::Struct(vec![])]);
    let value = (1..64).fold(Value::Struct(vec![(9, full)]), |inner, _| Value::Struct(vec![(5, inner)]));
    let mut out = BinaryWriter::new(Vec::new(), &Limits::default().depth(65));
    value.encode(&mut out);
    let bytes = out.finish().unwrap();
    assert_eq!(binary::from_slice::<Empty>(&bytes).unwrap_err().kind(), TOO_DEEP);
    let mut out = BinaryWriter::new(Vec::new(), &Limits::default());
    value.encode(&mut out);
    assert_eq!(out.finish(), Err(EncodeError::Depth { limit: 64 }));
}

#[test]
fn the_outermost_value_may_be_a_container() {
    let deep = vec![chain(64)];
    let bytes = binary::to_vec(&deep).unwrap();
    assert_eq!(binary::from_slice::<Vec<Item>>(&bytes).unwrap(), deep);
    assert_eq!(binary::to_vec(&vec![chain(65)]), Err(EncodeError::Depth { limit: 64 }));
}

#[test]
fn a_bomb_is_refused_and_not_followed() {
    for depth in [1_000, 100_000] {
        assert_eq!(binary::from_slice::<Empty>(&nested_lists(depth)).unwrap_err().kind(), TOO_DEEP);
        assert_eq!(binary::from_slice::<Shape>(&nested_lists(depth)).unwrap_err().kind(), TOO_DEEP);
        let mut input = BinaryReader::new(&[], &Limits::default());
        assert!(Value::decode(&mut input, WireType::Struct).is_err());
        let bytes = nested_lists(depth);
        let mut input = BinaryReader::new(&bytes, &Limits::default());
        assert_eq!(Value::decode(&mut input, WireType::Struct).unwrap_err().kind(), TOO_DEEP);
        // Structs in field 5, where an item expects one, and in field 9, where it does not.
        for id in [5, 9] {
            let bytes = [WireType::Struct as u8, 0, id].repeat(depth);
            assert_eq!(binary::from_slice::<Item>(&bytes).unwrap_err().kind(), TOO_DEEP);
        }
        let maps = [WireType::Map as u8, 0, 9].into_iter().chain([13, 13, 0, 0, 0, 1].repeat(depth));
        assert_eq!(binary::from_slice::<Item>(&maps.collect::<Vec<_>>()).unwrap_err().kind(), TOO_DEEP);
    }
}

#[test]
fn writing_ends_at_the_limit() {
    // The first error is kept, the buffer is cut back, and the writer can go on with the next message.
    let mut out = BinaryWriter::new(b"before".to_vec(), &Limits::default());
    thrift_runtime::Encode::encode(&chain(1000), &mut out);
    thrift_runtime::Encode::encode("after the error", &mut out);
    assert_eq!(out.finish_message(), Err(EncodeError::Depth { limit: 64 }));
    assert_eq!(out.buffer(), b"before");
    thrift_runtime::Encode::encode("x", &mut out);
    assert_eq!(out.finish().unwrap(), b"before\0\0\0\x01x");

    let lists = |levels| {
        (1..levels).fold(Value::List(WireType::I8, vec![]), |inner, _| Value::List(WireType::List, vec![inner]))
    };
    let fields = |levels| Value::Struct(vec![(1, lists(levels))]);
    assert_eq!(encoded(&fields(64)).len(), 64 * 5 + 4);
    let mut out = BinaryWriter::new(Vec::new(), &Limits::default());
    fields(65).encode(&mut out);
    assert_eq!(out.finish(), Err(EncodeError::Depth { limit: 64 }));
}

/// Checks that with each limit this can be written if and only if it can be read.
fn limits_agree<T: Encode + DecodeOwned>(value: &T) {
    let bytes = binary::to_vec(value).unwrap();
    for depth in 0..66 {
        let limits = Limits::default().depth(depth);
        let written = binary::to_vec_with(value, &limits);
        let read = binary::from_slice_with::<T>(&bytes, &limits);
        match (written, read) {
            (Ok(written), Ok(_)) => assert_eq!(written, bytes),
            (Err(EncodeError::Depth { limit }), Err(error)) => {
                assert_eq!((limit, error.kind()), (depth, DecodeErrorKind::Depth { limit }));
            }
            (written, read) => panic!("limit {depth}: {written:?}, {:?}", read.map(drop)),
        }
    }
}

#[test]
fn writing_and_reading_have_the_same_limit() {
    limits_agree(&1i32);
    limits_agree(&vec![1i32]);
    limits_agree(&vec![vec![1i32]]);
    limits_agree(&Empty {});
    limits_agree(&vec![Empty {}]);
    limits_agree(&chain(1));
    limits_agree(&vec![chain(20)]);
}

#[test]
fn an_unknown_field_is_written_back_within_the_limit() {
    let structs = |levels| (1..levels).fold(Value::Struct(vec![]), |inner, _| Value::Struct(vec![(5, inner)]));
    let lists = (1..30).fold(Value::List(WireType::I8, vec![]), |inner, _| Value::List(WireType::List, vec![inner]));
    let map = Value::Map(vec![(Value::I8(1), lists.clone())]);
    for unknown in [Value::Bool(true), Value::I32(1), structs(1), structs(2), structs(63), lists, map] {
        let shape = binary::from_slice::<Shape>(&encoded(&Value::Struct(vec![(9, unknown)]))).unwrap();
        assert!(matches!(shape, Shape::Unknown(_)));
        limits_agree(&shape);
        limits_agree(&vec![shape]);
    }
}

#[test]
fn a_writer_without_levels_refuses_each_message() {
    let mut out = BinaryWriter::new(Vec::new(), &Limits::default().depth(0));
    for _ in 0..2 {
        Empty {}.encode(&mut out);
        assert_eq!(out.finish_message(), Err(EncodeError::Depth { limit: 0 }));
        assert_eq!(out.buffer(), b"");
    }
}

#[test]
fn a_value_with_mixed_elements_is_not_written() {
    let mixed = Value::List(WireType::I8, vec![Value::I8(1), text("x")]);
    let mut out = BinaryWriter::new(Vec::new(), &Limits::default());
    mixed.encode(&mut out);
    assert_eq!(out.finish(), Err(EncodeError::MixedTypes { expected: WireType::I8, found: WireType::String }));
}
