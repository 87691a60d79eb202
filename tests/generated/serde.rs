//! Types in serde's formats: JSON, for people, and postcard, which has every field in its place.

use crate::golden::options_serde::json::{Color, Empty, Everything, Kept, ManyShapes, Point, Rest, Shape};
use crate::round_trip as through_thrift;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Debug;
use thrift_runtime::codegen::{Uuid, serde};
use thrift_runtime::{Bytes, OrderedDouble, binary};

fn everything() -> Everything {
    let id = Uuid::from_u128(0x1234);
    Everything {
        the_required: 1,
        maybe: Some("maybe".to_owned()),
        big: i64::MAX,
        color: Some(Color::RED),
        bytes: vec![Bytes::from_static(b"\0\xff"), Bytes::new()],
        id: Some(id),
        number: Some(f64::NEG_INFINITY),
        colors: Some(BTreeMap::from([(Color::GREEN, 1), (Color(7), 2)])),
        numbers: Some(BTreeMap::from([(-1, "a".to_owned())])),
        points: Some(BTreeMap::from([(Point { x: 1, y: 2 }, Point { x: 3, y: 4 })])),
        doubles: Some([1.5, f64::NAN].map(OrderedDouble).into()),
        nested: Some(BTreeMap::from([("k".to_owned(), vec![BTreeMap::from([(Bytes::from_static(b"key"), id)])])])),
        shape: Some(Shape::Shapes(vec![Shape::Point(Point { x: 5, y: 6 }), Shape::Type(Color::RED)])),
        inner: Some(Box::new(Everything::new(2))),
        by_double: Some(BTreeMap::from([(OrderedDouble(0.5), true)])),
        r#type: Some(8),
        lists: Some(BTreeMap::from([(vec![1, 2], 3)])),
    }
}

#[track_caller]
fn round_trip<T: serde::Serialize + for<'de> serde::Deserialize<'de> + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value, "{text}");
    let tree = serde_json::to_value(value).unwrap();
    assert_eq!(&serde_json::from_value::<T>(tree).unwrap(), value, "{text}");
    let bytes = postcard::to_stdvec(value).unwrap();
    assert_eq!(&postcard::from_bytes::<T>(&bytes).unwrap(), value);
}

#[test]
fn values_survive() {
    round_trip(&everything());
    round_trip(&Everything::new(0));
    round_trip(&Empty {});
    round_trip(&Rest::new(BTreeMap::from([(Shape::Name("a".to_owned()), Empty {})])));
    for color in [Color::RED, Color(-9), Color(i32::MIN)] {
        round_trip(&color);
    }
    round_trip(&vec![Shape::Name(String::new()), Shape::Shapes(Vec::new())]);
}

#[test]
fn json_is_for_people() {
    assert_eq!(
        serde_json::to_value(everything()).unwrap(),
        json!({
            "theRequired": 1,
            "maybe": "maybe",
            "big": i64::MAX,
            "color": "RED",
            "bytes": ["AP8=", ""],
            "id": "00000000-0000-0000-0000-000000001234",
            "number": "-Infinity",
            "colors": {"GREEN": 1, "7": 2},
            "numbers": {"-1": "a"},
            "points": [[{"x": 1, "y": 2}, {"x": 3, "y": 4}]],
            "doubles": [1.5, "NaN"],
            "nested": {"k": [{"a2V5": "00000000-0000-0000-0000-000000001234"}]},
            "shape": {"shapes": [{"point": {"x": 5, "y": 6}}, {"type": "RED"}]},
            "inner": {"theRequired": 2, "big": 5, "color": "GREEN", "bytes": ["YQ=="]},
            "byDouble": {"0.5": true},
            "type": 8,
            "lists": [[[1, 2], 3]],
        })
    );
}

/// What is missing is as on the wire, what is unknown is ignored, enums may be numbers.
#[test]
fn json_is_read_leniently() {
    let read = |value| serde_json::from_value::<Everything>(value);
    assert_eq!(read(json!({"theRequired": 3})).unwrap(), Everything::new(3));
    let given = json!({"x": [{}], "color": 1, "maybe": null, "theRequired": 3, "number": 2, "colors": {"ALSO_RED": 1}});
    let expected = Everything {
        color: Some(Color::RED),
        number: Some(2.0),
        colors: Some(BTreeMap::from([(Color::RED, 1)])),
        ..Everything::new(3)
    };
    assert_eq!(read(given).unwrap(), expected);
    for (given, message) in [
        (json!({}), "missing field `theRequired`"),
        (json!({"theRequired": null}), "invalid type: null, expected i32"),
        (json!({"theRequired": 1, "color": "PINK"}), "the name or the number of an enum's value"),
        (json!({"theRequired": 1, "bytes": ["?"]}), "bytes in Base64"),
        (json!({"theRequired": 1, "id": "x"}), "a uuid"),
        (json!({"theRequired": 1, "number": "x"}), "a number"),
        (json!({"theRequired": 1, "shape": {"circle": 1}}), "unknown variant `circle`"),
        (json!({"theRequired": 1, "shape": {}}), "map with a single key"),
        (json!({"theRequired": 1, "points": {}}), "a list of pairs"),
        (json!([1]), "every field of the struct"),
    ] {
        let error = read(given.clone()).unwrap_err().to_string();
        assert!(error.contains(message), "{given}: {error}");
    }
}

/// A union's field that the IDL does not know has no name.
#[test]
fn what_is_unknown_cannot_be_written() {
    let bytes = binary::to_vec(&ManyShapes::More(1)).unwrap();
    let unknown: Shape = binary::from_slice(&bytes).unwrap();
    assert_eq!(through_thrift(&unknown), unknown);
    let error = serde_json::to_string(&unknown).unwrap_err().to_string();
    assert!(error.contains("the union Shape has a field that its IDL does not know"), "{error}");
    assert!(postcard::to_stdvec(&unknown).is_err());
    let more = postcard::to_stdvec(&ManyShapes::More(1)).unwrap();
    assert!(postcard::from_bytes::<Shape>(&more).is_err());
}

/// What the IDL does not know is for Thrift alone.
#[test]
fn unknown_fields_stay_behind() {
    let kept: Kept = binary::from_slice(&[8, 0, 1, 0, 0, 0, 5, 2, 0, 9, 1, 0]).unwrap();
    assert_eq!(kept.unknown_fields.len(), 1);
    let value = serde_json::to_value(&kept).unwrap();
    assert_eq!(value, json!({ "number": 5, "text": "none" }));
    assert_eq!(serde_json::from_value::<Kept>(value).unwrap(), Kept::new(5));
    round_trip(&Kept::new(5));
}
