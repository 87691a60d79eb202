//! Structs: requiredness, defaults, ids.

use std::collections::{BTreeMap, BTreeSet};

use thrift_runtime::{Bytes, DecodeErrorKind, binary};

use crate::golden::structs::structs::{Defaulted, Empty, Ids, Inner, Nested, Optional, Required};
use crate::golden::wide::wide::{Wide, WideDefaults};
use crate::round_trip;

/// A struct without fields on the wire.
const NOTHING: [u8; 1] = [0];

fn required() -> Required {
    Required {
        flag: true,
        tiny: -1,
        small: i16::MIN,
        medium: i32::MAX,
        large: i64::MIN,
        ratio: -0.5,
        text: "ünï\0".to_owned(),
        bytes: Bytes::from_static(b"\0\xff"),
        id: "00112233-4455-6677-8899-aabbccddeeff".parse().unwrap(),
        numbers: vec![1, -2],
        words: BTreeSet::from(["a".to_owned()]),
        counts: BTreeMap::from([("a".to_owned(), 1)]),
        nothing: Empty {},
    }
}

#[test]
fn every_type_survives() {
    assert_eq!(round_trip(&required()), required());
    let optional = Optional { flag: Some(false), text: Some(String::new()), ..Default::default() };
    assert_eq!(round_trip(&optional), optional);
    let nested = Nested {
        required: required(),
        optional: Some(optional),
        deep: Some(vec![vec![], vec![BTreeMap::from([("k".to_owned(), BTreeSet::from([1, 2]))])]]),
        by_struct: Some(BTreeMap::from([(Inner::new("k".to_owned()), vec![Inner::new("v".to_owned())])])),
        lists: Some(BTreeSet::from([vec![], vec![1]])),
        inner: Inner::new("i".to_owned()),
    };
    assert_eq!(round_trip(&nested), nested);
}

#[test]
fn absent_fields_stay_absent() {
    let nothing: Optional = binary::from_slice(&NOTHING).unwrap();
    assert_eq!(nothing, Optional::default());
    assert_eq!(binary::to_vec(&nothing).unwrap(), NOTHING);
}

#[test]
fn a_missing_required_field_is_named() {
    let error = binary::from_slice::<Required>(&NOTHING).unwrap_err();
    assert!(matches!(error.kind(), DecodeErrorKind::MissingField { .. }), "{error}");
    assert!(error.to_string().contains("flag"), "{error}");
}

#[test]
fn missing_fields_take_their_defaults() {
    // `must` alone: field 5, an i32.
    let value: Defaulted = binary::from_slice(&[8, 0, 5, 0, 0, 0, 9, 0]).unwrap();
    assert_eq!(value, Defaulted { must: 9, ..Default::default() });
    assert_eq!(value.flag, None);
    assert_eq!(value.number, 42);
    assert_eq!(value.maybe, Some(43));
    assert_eq!(value.text, "a \"quoted\" $word\n\\p {}");
    assert_eq!(value.bytes, Bytes::from_static(b"bytes"));
    assert_eq!(value.words, ["a", "b"]);
    assert_eq!(value.numbers, Some(BTreeSet::from([1, 2, 3])));
    assert_eq!(value.inner, Inner { name: "given".to_owned(), size: 7 });
    assert_eq!(value.untouched, Some(Inner { name: String::new(), size: 7 }));
}

#[test]
fn a_field_with_a_default_is_written_when_it_has_it() {
    let bytes = binary::to_vec(&Inner::new(String::new())).unwrap();
    assert_eq!(bytes, [11, 0, 1, 0, 0, 0, 0, 8, 0, 2, 0, 0, 0, 7, 0]);
}

#[test]
fn fields_are_written_by_ascending_id() {
    let ids = Ids { twenty: Some(20), three: Some(3), first: Some(-1), second: Some(-2), last: Some(7) };
    let bytes = binary::to_vec(&ids).unwrap();
    let written: Vec<i16> = bytes.chunks_exact(7).map(|field| i16::from_be_bytes([field[1], field[2]])).collect();
    assert_eq!(written, [-2, -1, 3, 20, 32767]);
    assert_eq!(round_trip(&ids), ids);
}

#[test]
fn more_fields_than_bits_in_a_word() {
    let wide = Wide { field70: 70, ..Default::default() };
    assert_eq!(round_trip(&wide), wide);
    let mut bytes = binary::to_vec(&wide).unwrap();
    // Without the last field and the stop after it.
    bytes.truncate(bytes.len() - 8);
    bytes.push(0);
    let error = binary::from_slice::<Wide>(&bytes).unwrap_err();
    assert!(error.to_string().contains("field70"), "{error}");

    let mut all_required = Vec::new();
    for id in (3..=130_i16).step_by(3) {
        all_required.push(8);
        all_required.extend(id.to_be_bytes());
        all_required.extend([0; 4]);
    }
    all_required.push(0);
    let value: WideDefaults = binary::from_slice(&all_required).unwrap();
    assert_eq!(value, WideDefaults::default());
    assert_eq!((value.field1, value.field130), (1, 130));
}
