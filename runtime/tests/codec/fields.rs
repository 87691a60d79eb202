//! Fields in any order, repeated, unknown, of another type, missing, with defaults.

use crate::store::{Empty, Everything, Item, Kind, NotFound, Shape, Wide};
use crate::{dynamic, encoded, from_fields, hex, text};
use thrift_runtime::{DecodeErrorKind, Value, WireType, binary};

/// The fields that an item must have.
fn item_fields() -> Vec<(i16, Value)> {
    vec![(1, Value::I64(7)), (6, Value::List(WireType::Struct, vec![])), (7, Value::I32(2))]
}

/// A value of each type.
pub(crate) fn one_of_each() -> Vec<Value> {
    vec![
        Value::Bool(true),
        Value::I8(1),
        Value::I16(2),
        Value::I32(3),
        Value::I64(4),
        Value::Double(5.0.into()),
        text("six"),
        Value::Uuid(uuid::Uuid::from_u128(7)),
        Value::Struct(vec![(1, Value::Struct(vec![(-1, Value::Bool(false))])), (2, text("x"))]),
        Value::List(WireType::String, vec![text("a"), text("b")]),
        Value::List(WireType::I64, vec![Value::I64(1); 3]),
        Value::List(WireType::List, vec![Value::List(WireType::Map, vec![Value::Map(vec![])])]),
        Value::Set(WireType::Struct, vec![Value::Struct(vec![])]),
        Value::Map(vec![(text("k"), Value::Map(vec![(Value::I8(1), Value::Double(2.0.into()))]))]),
        Value::Map(vec![]),
    ]
}

#[test]
fn defaults_fill_what_is_missing() {
    let item: Item = from_fields(item_fields()).unwrap();
    assert_eq!(item, Item::new(7, vec![], Kind::BETA));
    assert_eq!((item.count, item.rank), (5, Some(7)));
    // A value on the wire is taken as it is, even when it is a blank one.
    let present = [(3, Value::I32(0)), (4, Value::I32(0))];
    let item: Item = from_fields(item_fields().into_iter().chain(present)).unwrap();
    assert_eq!((item.count, item.rank), (0, Some(0)));
}

#[test]
fn fields_come_in_any_order() {
    let item = Item {
        name: Some("name".into()),
        next: Some(Box::new(Item::new(2, vec![], Kind(40)))),
        blob: Some(vec![9; 100].into()),
        ..Item::new(1, vec![Item::default(), Item::default()], Kind::ALPHA)
    };
    let bytes = binary::to_vec(&item).unwrap();
    assert_eq!(binary::from_slice::<Item>(&bytes).unwrap(), item);
    let Value::Struct(fields) = dynamic(&bytes) else { panic!("not a struct") };
    for turn in 0..fields.len() {
        let mut turned = fields.clone();
        turned.rotate_left(turn);
        assert_eq!(from_fields::<Item>(turned.clone()).unwrap(), item, "rotated by {turn}");
        turned.reverse();
        assert_eq!(from_fields::<Item>(turned).unwrap(), item, "reversed and rotated by {turn}");
    }
}

#[test]
fn the_last_of_a_repeated_field_wins() {
    let repeat = [(1, Value::I64(8)), (2, text("first")), (2, text("second")), (7, Value::I32(1))];
    let item: Item = from_fields(item_fields().into_iter().chain(repeat)).unwrap();
    assert_eq!((item.id, item.name.as_deref(), item.kind), (8, Some("second"), Kind::ALPHA));
    // A repeated struct replaces the earlier one instead of merging with it.
    let next = |id, extra: Vec<_>| {
        Value::Struct([(1, Value::I64(id))].into_iter().chain(item_fields().split_off(1)).chain(extra).collect())
    };
    let repeat = [(5, next(1, vec![(2, text("gone"))])), (5, next(2, vec![]))];
    let item: Item = from_fields(item_fields().into_iter().chain(repeat)).unwrap();
    assert_eq!(item.next, Some(Box::new(Item::new(2, vec![], Kind::BETA))));
}

#[test]
fn unknown_fields_are_skipped() {
    for value in one_of_each() {
        for id in [-1, 0, 9, 1000, i16::MIN, i16::MAX] {
            for at in 0..=item_fields().len() {
                let mut fields = item_fields();
                fields.insert(at, (id, value.clone()));
                assert_eq!(from_fields::<Item>(fields).unwrap(), Item::new(7, vec![], Kind::BETA), "{id}: {value:?}");
            }
            assert_eq!(from_fields::<Empty>([(id, value.clone())]).unwrap(), Empty {});
        }
    }
}

#[test]
fn known_fields_of_another_type_are_skipped() {
    for value in one_of_each() {
        for id in [1, 2, 3, 4, 5, 6, 7, 8] {
            let right = [(1, WireType::I64), (2, WireType::String), (3, WireType::I32), (4, WireType::I32)];
            let right = right.into_iter().chain([(5, WireType::Struct), (6, WireType::List), (7, WireType::I32)]);
            if right.chain([(8, WireType::String)]).any(|right| right == (id, value.wire_type())) {
                continue;
            }
            let mut fields = item_fields();
            fields.insert(0, (id, value.clone()));
            assert_eq!(from_fields::<Item>(fields).unwrap(), Item::new(7, vec![], Kind::BETA), "{id}: {value:?}");
            let mut fields = item_fields();
            fields.push((id, value.clone()));
            assert_eq!(from_fields::<Item>(fields).unwrap(), Item::new(7, vec![], Kind::BETA), "{id}: {value:?}");
        }
        assert_eq!(
            from_fields::<NotFound>([(1, value.clone())]).unwrap().message.is_some(),
            value.wire_type() == WireType::String
        );
    }
}

#[test]
fn a_missing_required_field_is_named() {
    for (id, name) in [(1, "id"), (6, "items"), (7, "kind")] {
        let fields = item_fields().into_iter().filter(|field| field.0 != id);
        let error = from_fields::<Item>(fields).unwrap_err();
        assert_eq!(error.kind(), DecodeErrorKind::MissingField { ty: "Item", field: name });
    }
    // A field of another type does not count.
    let mut fields = item_fields();
    fields[0].1 = Value::I32(7);
    let error = from_fields::<Item>(fields).unwrap_err();
    assert_eq!(error.to_string(), "the required field `id` of `Item` is missing at byte 23");
}

#[test]
fn more_than_64_fields_are_tracked() {
    let fields = || (1..=130).map(|id| (id, if id % 3 == 0 { text("text") } else { Value::I32(id.into()) }));
    let wide: Wide = from_fields(fields()).unwrap();
    assert_eq!((wide.f1, wide.f3.as_str(), wide.f130), (1, "text", 130));
    assert_eq!(from_fields::<Wide>(fields().collect::<Vec<_>>().into_iter().rev()).unwrap(), wide);
    for missing in 1..=130 {
        let error = from_fields::<Wide>(fields().filter(|field| field.0 != missing)).unwrap_err();
        let DecodeErrorKind::MissingField { ty: "Wide", field } = error.kind() else { panic!("{error:?}") };
        assert_eq!(field, format!("f{missing}"));
    }
}

#[test]
fn elements_of_another_type_are_an_error() {
    let check = |id, value, expected, found| {
        let kind = from_fields::<Everything>([(id, value)]).unwrap_err().kind();
        assert_eq!(kind, DecodeErrorKind::ElementType { expected, found });
    };
    check(9, Value::List(WireType::I64, vec![Value::I64(1)]), WireType::I32, WireType::I64);
    check(10, Value::Set(WireType::I64, vec![Value::I64(1)]), WireType::String, WireType::I64);
    check(11, Value::Map(vec![(Value::I8(1), Value::I32(1))]), WireType::String, WireType::I8);
    check(11, Value::Map(vec![(text("a"), Value::I8(1))]), WireType::I32, WireType::I8);
}

#[test]
fn an_error_out_of_order_names_its_field() {
    let bytes = |text: &str| hex(&format!("08 00 04 00 00 00 01 {text} 00"));
    let error = binary::from_slice::<Everything>(&bytes("0b 00 07 00 00 00 01 ff")).unwrap_err();
    assert_eq!((error.kind(), error.offset(), error.field()), (DecodeErrorKind::InvalidUtf8, 15, None));
    let error = binary::from_slice::<Everything>(&bytes("0b 00 01 00 00 00 00 0b 00 07 00 00 00 01 ff")).unwrap_err();
    assert_eq!(error.field(), Some(("Everything", 7)));
    assert_eq!(error.to_string(), "a string is not valid UTF-8 at byte 22, in field 7 of `Everything`");
    // The innermost field is the one that is named.
    let error =
        binary::from_slice::<Everything>(&hex("0b 00 01 00 00 00 00 0c 00 0c 0b 00 63 00 00 00 01")).unwrap_err();
    assert_eq!(error.field(), Some(("Item", 99)));
}

#[test]
fn duplicates_in_maps_and_sets_collapse() {
    let map = Value::Map(vec![(text("a"), Value::I32(1)), (text("b"), Value::I32(2)), (text("a"), Value::I32(3))]);
    let set = Value::Set(WireType::String, vec![text("x"), text("x"), text("y")]);
    let value: Everything = from_fields([(11, map), (10, set)]).unwrap();
    assert_eq!(value.map.unwrap(), [("a".to_owned(), 3), ("b".to_owned(), 2)].into());
    assert_eq!(value.set.unwrap(), ["x".to_owned(), "y".to_owned()].into());
}

#[test]
fn a_union_keeps_what_it_does_not_know() {
    for value in one_of_each() {
        let bytes = encoded(&Value::Struct(vec![(9, value.clone())]));
        let shape: Shape = binary::from_slice(&bytes).unwrap();
        let Shape::Unknown(field) = &shape else { panic!("{shape:?}") };
        assert_eq!((field.id(), field.wire_type()), (9, Some(value.wire_type())));
        assert_eq!(binary::to_vec(&shape).unwrap(), bytes);
        // Inside of another struct, too, and shared with the frame.
        let bytes = encoded(&Value::Struct(vec![(23, Value::Struct(vec![(9, value)])), (25, Value::Map(vec![]))]));
        let outer: Everything = binary::from_bytes(bytes.clone().into()).unwrap();
        assert_eq!(outer.shape, Some(shape));
        assert_eq!(dynamic(&binary::to_vec(&outer).unwrap()), dynamic(&bytes));
    }
}

#[test]
fn the_last_known_member_of_a_union_wins() {
    let unknown = || (3, Value::I8(1));
    let side = |side| (2, Value::I32(side));
    assert_eq!(from_fields::<Shape>([side(1), side(2)]).unwrap(), Shape::Side(2));
    assert_eq!(from_fields::<Shape>([side(1), unknown()]).unwrap(), Shape::Side(1));
    assert_eq!(from_fields::<Shape>([unknown(), side(1)]).unwrap(), Shape::Side(1));
    let item = (1, Value::Struct(item_fields()));
    assert_eq!(from_fields::<Shape>([side(1), item]).unwrap(), Shape::Item(Item::new(7, vec![], Kind::BETA)));
}

#[test]
fn a_union_without_a_value_is_an_error() {
    let error = from_fields::<Shape>([]).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::EmptyUnion { ty: "Shape" });
    let error = from_fields::<Shape>([(2, Value::I64(1))]).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::EmptyUnion { ty: "Shape" });
}

#[test]
fn an_empty_unknown_field_writes_nothing() {
    let shape = <Shape as thrift_runtime::Decode>::blank();
    let Shape::Unknown(field) = &shape else { panic!("{shape:?}") };
    assert_eq!((field.id(), field.wire_type()), (0, None));
    assert_eq!(binary::to_vec(&shape).unwrap(), hex("00"));
}

#[test]
fn enums_show_their_name_and_keep_unknown_numbers() {
    let item = Item { kind: Kind(7), ..Default::default() };
    assert_eq!(binary::from_slice::<Item>(&binary::to_vec(&item).unwrap()).unwrap().kind, Kind::from(7));
    assert_eq!(format!("{} {:?} {}", Kind::ALPHA, Kind::BETA, Kind(7)), "ALPHA BETA Kind(7)");
    assert_eq!(i32::from(Kind::BETA), 2);
}

#[test]
fn binaries_share_the_frame() {
    let value = Everything {
        blob: Some(vec![1; 64].into()),
        blobs: Some(vec![vec![2; 1].into(), vec![3; 1000].into()]),
        ..Default::default()
    };
    let frame = bytes::Bytes::from(binary::to_vec(&value).unwrap());
    let decoded: Everything = binary::from_bytes(frame.clone()).unwrap();
    assert_eq!(decoded, value);
    let shared = |bytes: &bytes::Bytes| frame.as_ptr_range().contains(&bytes.as_ptr());
    assert!(shared(decoded.blob.as_ref().unwrap()));
    assert_eq!(decoded.blobs.unwrap().iter().map(shared).collect::<Vec<_>>(), [true, true]);
    // Without a frame everything is copied.
    let copied: Everything = binary::from_slice(&frame).unwrap();
    assert!(!shared(&copied.blob.unwrap()));
}
