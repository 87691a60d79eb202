//! Properties that hold for all values.

use crate::keeping::unknown::{Empty, Older};
use crate::store::{Everything, Item};
use crate::{Protocol, text};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use thrift_runtime::{Value, WireType};

fn any_text() -> impl Strategy<Value = Value> {
    ".{0,40}".prop_map(|value| text(&value))
}

fn any_double() -> impl Strategy<Value = Value> {
    any::<u64>().prop_map(|bits| Value::Double(f64::from_bits(bits).into()))
}

fn any_uuid() -> impl Strategy<Value = Value> {
    any::<u128>().prop_map(|value| Value::Uuid(uuid::Uuid::from_u128(value)))
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i8>().prop_map(Value::I8),
        any::<i16>().prop_map(Value::I16),
        any::<i32>().prop_map(Value::I32),
        any::<i64>().prop_map(Value::I64),
        any_double(),
        any_text(),
        any_uuid(),
    ]
}

/// Those items that have the type of the first.
fn alike(items: Vec<Value>) -> (WireType, Vec<Value>) {
    let ty = items.first().map_or(WireType::Bool, Value::wire_type);
    (ty, items.into_iter().filter(|item| item.wire_type() == ty).collect())
}

fn any_value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(5, 100, 6, |inner| {
        let items = || prop::collection::vec(inner.clone(), 0..6);
        prop_oneof![
            prop::collection::vec((any::<i16>(), inner.clone()), 0..6).prop_map(Value::Struct),
            items().prop_map(|items| Value::List(alike(items.clone()).0, alike(items).1)),
            items().prop_map(|items| Value::Set(alike(items.clone()).0, alike(items).1)),
            (items(), items())
                .prop_map(|(keys, values)| { Value::Map(alike(keys).1.into_iter().zip(alike(values).1).collect()) }),
        ]
    })
}

fn any_struct() -> impl Strategy<Value = Value> {
    prop::collection::vec((any::<i16>(), any_value()), 0..8).prop_map(Value::Struct)
}

fn list(ty: WireType, item: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec(item, 0..8).prop_map(move |items| Value::List(ty, items))
}

/// A set as it is after decoding: in order, each element once.
fn set(ty: WireType, item: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec(item, 0..8)
        .prop_map(move |items| Value::Set(ty, BTreeSet::from_iter(items).into_iter().collect()))
}

/// A map as it is after decoding: in order, each key once.
fn map(key: impl Strategy<Value = Value>, value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec((key, value), 0..8)
        .prop_map(|entries| Value::Map(BTreeMap::from_iter(entries).into_iter().collect()))
}

/// Fields in ascending order.
fn fields(fields: Vec<(i16, Option<Value>)>) -> Value {
    Value::Struct(fields.into_iter().filter_map(|(id, value)| Some((id, value?))).collect())
}

/// A `Pos` with both fields, so that its order as a dynamic value is its order as a key.
fn pos() -> impl Strategy<Value = Value> {
    (any_double(), any_double()).prop_map(|(x, y)| Value::Struct(vec![(1, x), (2, y)]))
}

/// An `Item` as it is after decoding: with the defaults.
fn item() -> impl Strategy<Value = Value> {
    let i32s = || any::<i32>().prop_map(Value::I32);
    let some = |strategy: BoxedStrategy<Value>| prop::option::of(strategy);
    let leaf = Just(vec![]).boxed();
    let make = move |children: BoxedStrategy<Vec<Value>>| {
        let scalars = (any::<i64>(), some(any_text().boxed()), i32s(), i32s(), i32s(), some(any_text().boxed()));
        (scalars, children.clone(), children).prop_map(|((id, name, count, rank, kind, blob), next, items)| {
            fields(vec![
                (1, Some(Value::I64(id))),
                (2, name),
                (3, Some(count)),
                (4, Some(rank)),
                (5, next.into_iter().next()),
                (6, Some(Value::List(WireType::Struct, items))),
                (7, Some(kind)),
                (8, blob),
            ])
        })
    };
    let once = make(leaf).boxed();
    let twice = make(prop::collection::vec(once, 0..3).boxed()).boxed();
    make(prop::collection::vec(twice, 0..3).boxed())
}

/// The fields of an `Everything` as they are after decoding.
fn everything() -> impl Strategy<Value = Value> {
    let i64s = || any::<i64>().prop_map(Value::I64);
    let i32s = || any::<i32>().prop_map(Value::I32);
    let i16s = || any::<i16>().prop_map(Value::I16);
    let i8s = || any::<i8>().prop_map(Value::I8);
    let bools = || any::<bool>().prop_map(Value::Bool);
    let all = vec![
        (-1, i64s().boxed()),
        (0, bools().boxed()),
        (1, bools().boxed()),
        (2, i8s().boxed()),
        (3, i16s().boxed()),
        (4, i32s().boxed()),
        (5, i64s().boxed()),
        (6, any_double().boxed()),
        (7, any_text().boxed()),
        (8, prop::collection::vec(any::<u8>(), 0..100).prop_map(|bytes| Value::Bytes(bytes.into())).boxed()),
        (9, list(WireType::I32, i32s()).boxed()),
        (10, set(WireType::String, any_text()).boxed()),
        (11, map(any_text(), i32s()).boxed()),
        (12, item().boxed()),
        (13, i32s().boxed()),
        (14, any_uuid().boxed()),
        (15, list(WireType::Bool, bools()).boxed()),
        (16, list(WireType::I8, i8s()).boxed()),
        (17, list(WireType::I16, i16s()).boxed()),
        (18, list(WireType::I64, i64s()).boxed()),
        (19, list(WireType::Double, any_double()).boxed()),
        (20, list(WireType::List, list(WireType::I32, i32s())).boxed()),
        (21, map(any_double(), list(WireType::Double, any_double())).boxed()),
        (22, set(WireType::Double, any_double()).boxed()),
        (
            23,
            (1i16..4, item(), i32s(), any_value())
                .prop_map(|(id, item, side, unknown)| {
                    Value::Struct(vec![(id, [item, side, unknown].into_iter().nth(id as usize - 1).unwrap())])
                })
                .boxed(),
        ),
        (24, list(WireType::Struct, pos()).boxed()),
        (25, map(pos(), bools()).boxed()),
        (26, list(WireType::Uuid, any_uuid()).boxed()),
        (27, list(WireType::String, any_text()).boxed()),
    ];
    let all: Vec<_> =
        all.into_iter().map(|(id, value)| prop::option::of(value).prop_map(move |value| (id, value))).collect();
    all.prop_map(fields)
}

proptest! {
    #[test]
    fn a_dynamic_value_survives(value in any_struct()) {
        for protocol in Protocol::BYTES {
            prop_assert_eq!(&protocol.dynamic(&protocol.encoded(&value)).unwrap(), &value, "{:?}", protocol);
        }
    }

    #[test]
    fn a_typed_value_survives(value in everything()) {
        let mut seen: Option<Everything> = None;
        for protocol in Protocol::BYTES {
            let bytes = protocol.encoded(&value);
            let typed: Everything = protocol.decode(&bytes).unwrap();
            let again = protocol.to_vec(&typed).unwrap();
            prop_assert_eq!(protocol.dynamic(&again).unwrap(), protocol.dynamic(&bytes).unwrap(), "{:?}", protocol);
            prop_assert_eq!(&protocol.decode_frame::<Everything>(again.into()).unwrap(), &typed, "{:?}", protocol);
            // What one protocol's unknown union variant kept is written as the same value by the other.
            for other in Protocol::BYTES {
                let carried = other.dynamic(&other.to_vec(&typed).unwrap()).unwrap();
                prop_assert_eq!(carried, protocol.dynamic(&bytes).unwrap(), "{:?} to {:?}", protocol, other);
            }
            let same = seen.get_or_insert_with(|| typed.clone());
            prop_assert_eq!(without_shape(same), without_shape(&typed));
        }
    }

    #[test]
    fn order_and_unknown_fields_do_not_matter(
        value in item(),
        unknown in prop::collection::vec((9i16.., any_value()), 0..4),
        order in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        for protocol in Protocol::BYTES {
            let typed: Item = protocol.decode(&protocol.encoded(&value)).unwrap();
            let Value::Struct(known) = value.clone() else { unreachable!() };
            let mut fields: Vec<_> = known.into_iter().chain(unknown.clone()).collect();
            let turn = order.index(fields.len());
            fields.rotate_left(turn);
            fields.sort_by_key(|(id, _)| (i64::from(*id) as u64).wrapping_mul(seed | 1));
            let mixed = protocol.encoded(&Value::Struct(fields));
            prop_assert_eq!(protocol.decode::<Item>(&mixed).unwrap(), typed, "{:?}", protocol);
        }
    }

    /// As they came where none is known, and where some are if they came in the order of their ids.
    #[test]
    fn unknown_fields_that_are_kept_are_written_back(
        value in any_struct(),
        unknown in prop::collection::vec((any::<i16>(), any_value()), 0..8),
        known in (any::<i32>(), any_text()),
    ) {
        let of_older = |id: &i16| [2, 5, 10, 11, 14, 19, 40].contains(id);
        let mut fields = vec![(2, Value::I32(known.0)), (5, known.1), (11, Value::I32(1))];
        fields.extend(unknown.into_iter().filter(|(id, _)| !of_older(id)));
        fields.sort_by_key(|(id, _)| *id);
        for protocol in Protocol::BYTES {
            let bytes = protocol.encoded(&value);
            let empty: Empty = protocol.decode_frame(bytes.clone().into()).unwrap();
            prop_assert_eq!(protocol.to_vec(&empty).unwrap(), bytes, "{:?}", protocol);
            for other in Protocol::BYTES {
                let carried = other.dynamic(&other.to_vec(&empty).unwrap()).unwrap();
                prop_assert_eq!(&carried, &value, "{:?} to {:?}", protocol, other);
            }
            let bytes = protocol.encoded(&Value::Struct(fields.clone()));
            let older: Older = protocol.decode(&bytes).unwrap();
            prop_assert_eq!(older.unknown_fields.len(), fields.len() - 3);
            prop_assert_eq!(protocol.to_vec(&older).unwrap(), bytes, "{:?}", protocol);
        }
    }

    #[test]
    fn any_bytes_are_a_value_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for protocol in Protocol::BYTES {
            if let Ok(value) = protocol.decode::<Empty>(&bytes) {
                let again = protocol.to_vec(&value).unwrap();
                prop_assert_eq!(protocol.decode::<Empty>(&again).unwrap(), value, "{:?}", protocol);
            }
            if let Ok(value) = protocol.decode::<Everything>(&bytes) {
                let again = protocol.to_vec(&value).unwrap();
                prop_assert_eq!(protocol.decode::<Everything>(&again).unwrap(), value, "{:?}", protocol);
            }
        }
    }
}

/// All but the union, whose unknown variant keeps the bytes of its protocol.
fn without_shape(value: &Everything) -> Everything {
    Everything { shape: None, ..value.clone() }
}
