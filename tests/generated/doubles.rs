//! Doubles as keys, as elements, and inside of what is compared.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::golden::doubles::doubles::{Either, Everywhere, Keys, Point};
use crate::round_trip;

#[test]
fn not_a_number_equals_itself() {
    let point = Point { x: f64::NAN, y: Some(-0.0), z: None };
    assert_eq!(point, point.clone());
    assert_ne!(Point::new(0.0), Point::new(-0.0));
    assert!(Point::new(f64::NEG_INFINITY) < Point::new(f64::NAN));
    let set: HashSet<Point> = [point.clone(), point].into();
    assert_eq!(set.len(), 1);
}

#[test]
fn bits_survive() {
    let back = round_trip(&Point { x: -0.0, y: Some(f64::NAN), z: Some(f64::MIN_POSITIVE) });
    assert_eq!(back.x.to_bits(), (-0.0_f64).to_bits());
    assert!(back.y.unwrap().is_nan());
}

#[test]
fn keys_survive() {
    let everywhere = Everywhere {
        list: vec![1.0, f64::NAN],
        set: Some(BTreeSet::from([f64::NAN.into(), 0.0.into(), (-0.0).into()])),
        map: Some(BTreeMap::from([(1.5.into(), 2.5)])),
        vectors: Some(BTreeSet::from([vec![1.0.into(), 2.0.into()]])),
        nested: Some(BTreeMap::from([(BTreeMap::from([(1.0.into(), "one".to_owned())]), 1.0)])),
        points: Some(BTreeSet::from([Point::new(1.0)])),
        ..Default::default()
    };
    assert_eq!(everywhere.set.as_ref().unwrap().len(), 3);
    // A missing `z` decodes to its default.
    let mut back = everywhere.clone();
    back.points = Some(BTreeSet::from([Point { x: 1.0, y: None, z: Some(1.5) }]));
    assert_eq!(round_trip(&everywhere), back);

    let keys = Keys { by_either: Some(BTreeMap::from([(Either::Number(1.0), everywhere)])), wrongs: None };
    assert_eq!(round_trip(&round_trip(&keys)), round_trip(&keys));
}
