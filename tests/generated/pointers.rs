//! Fields behind a pointer: the same on the wire, and owned alone or shared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;

use crate::golden::options_pointers::pointers::{
    self, EITHER, Either, Empty, Inner, LINKS, Link, Needs, OUTER, Outer, Refused, Wrong,
};
use thrift_runtime::{Bytes, DecodeErrorKind, DecodeOwned, Encode, binary, compact, json};

fn inner(name: &str) -> Inner {
    Inner { large: Some(Arc::new(vec![1, -1, i64::MAX])), ..Inner::new(Box::new(name.to_owned())) }
}

fn outer() -> Outer {
    let shared = Arc::new(inner("shared"));
    Outer {
        boxed: Some(Box::new(inner("boxed"))),
        shared: Some(Arc::clone(&shared)),
        number: Some(Box::new(-1)),
        ratio: Box::new(-0.0),
        weights: Arc::new(BTreeMap::from([("nan".to_owned(), f64::NAN)])),
        bytes: Some(Arc::new(Bytes::from_static(b"\xff"))),
        either: Some(Arc::new(Either::Shared(Arc::new(Either::Number(Box::new(1.5)))))),
        ..Outer::new(shared, Box::default())
    }
}

fn survives<T: Encode + DecodeOwned + Ord + Debug>(value: &T) {
    assert_eq!(binary::from_slice::<T>(&binary::to_vec(value).unwrap()).unwrap(), *value);
    assert_eq!(compact::from_slice::<T>(&compact::to_vec(value).unwrap()).unwrap(), *value);
    assert_eq!(json::from_slice::<T>(&json::to_vec(value).unwrap()).unwrap(), *value);
}

#[test]
fn values_survive() {
    survives(&outer());
    survives(&*OUTER);
    survives(&*EITHER);
    survives(&Either::Inner(Arc::new(inner("i"))));
    survives(&Either::Either(Box::new(Either::Number(Box::new(0.0)))));
    survives(&Needs { either: Box::new(EITHER.clone()) });
    let link = |next| Link { value: Some(1), next, other: None };
    let chain = (0..50).fold(None, |next, _| Some(Arc::new(link(next))));
    survives(&Link { other: Some(Box::new(link(None))), ..link(chain) });
    survives(&Refused::new(Box::new("no".to_owned())));
}

/// What two fields share is there twice on the wire, and is not shared by what is decoded.
#[test]
fn what_is_shared_is_written_twice() {
    let outer = outer();
    assert!(Arc::ptr_eq(&outer.inner, outer.shared.as_ref().unwrap()));
    let apart = Outer { shared: Some(Arc::new(inner("shared"))), ..outer.clone() };
    assert_eq!(binary::to_vec(&outer).unwrap(), binary::to_vec(&apart).unwrap());
    let back = crate::round_trip(&outer);
    assert!(!Arc::ptr_eq(&back.inner, back.shared.as_ref().unwrap()));
    assert_eq!(BTreeSet::from([outer, apart, back]).len(), 1);
}

#[test]
fn defaults_and_constants() {
    let least = Outer::new(Arc::new(inner("i")), Box::new(Empty {}));
    assert_eq!((*least.given.name).as_str(), "given");
    assert_eq!((least.number.as_deref(), *least.ratio, least.weights["a"]), (Some(&7), 0.5, 1.5));
    assert!(*least.inner.flag);
    assert_eq!(crate::round_trip(&least), least);
    assert_eq!(*Outer::default().inner, Inner::default());
    assert_eq!(*LINKS.values().next().unwrap(), *OUTER);
    assert_eq!(LINKS.keys().next().unwrap().next.as_ref().unwrap().value, Some(2));

    // The required fields alone: 1, 6 and 10.
    let bytes =
        [&[12, 0, 1, 11, 0, 1, 0, 0, 0, 1, b'i', 0][..], &[4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0], &[12, 0, 10, 0, 0]];
    let read: Outer = binary::from_slice(&bytes.concat()).unwrap();
    assert_eq!((read.inner.name.as_str(), read.given, read.number), ("i", least.given, least.number));
    assert!(*read.inner.flag);
    for missing in 0..3 {
        let mut bytes = bytes.to_vec();
        bytes[missing] = if missing == 2 { &[0] } else { &[] };
        let error = binary::from_slice::<Outer>(&bytes.concat()).unwrap_err();
        assert!(matches!(error.kind(), DecodeErrorKind::MissingField { .. }), "{error}");
    }
    // In another order, and one twice: the last counts.
    let turned = [bytes[1], &bytes[2][..4], bytes[0], &[4, 0, 6, 0x40, 0, 0, 0, 0, 0, 0, 0, 0]].concat();
    let turned: Outer = binary::from_slice(&turned).unwrap();
    assert_eq!((turned.inner.name.as_str(), *turned.ratio), ("i", 2.0));
}

#[test]
fn errors_say_their_message() {
    assert_eq!(Wrong { message: Some(Arc::new("wrong".to_owned())) }.to_string(), "wrong");
    assert_eq!(Wrong::default().to_string(), "Wrong");
    assert_eq!(Refused::new(Box::new("refused".to_owned())).to_string(), "refused");
}

/// What is borrowed is not behind a pointer; what holds no text is of the owned type.
#[test]
fn borrowed_types_have_none() {
    let outer = outer();
    let bytes = binary::to_vec(&outer).unwrap();
    let borrowed: pointers::borrowed::Outer<'_> = binary::from_slice(&bytes).unwrap();
    let (name, either): (&str, &Arc<Vec<i64>>) = (borrowed.inner.name, borrowed.inner.large.as_ref().unwrap());
    assert_eq!((name, either.len(), *borrowed.ratio), ("shared", 3, -0.0));
    assert_eq!(binary::to_vec(&borrowed).unwrap(), bytes);
    assert_eq!(Outer::from(borrowed), outer);
    let bytes = binary::to_vec(&Wrong { message: Some(Arc::new("w".to_owned())) }).unwrap();
    let wrong: pointers::borrowed::Wrong<'_> = binary::from_slice(&bytes).unwrap();
    assert_eq!((wrong.to_string(), Wrong::from(wrong).to_string()), ("w".to_owned(), "w".to_owned()));
}
