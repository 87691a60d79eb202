//! Constants have the values that the IDL gives them.

use std::collections::BTreeMap;

use crate::golden::constants::constants::*;
use crate::golden::includes::{includes_common, shared_common};
use crate::golden::typedefs::typedefs::{DEFAULT_KIND, EPOCH, FOUNDERS, Kind};

#[test]
fn scalars() {
    assert_eq!((YES, NO, TINY, BYTE, SMALL, MEDIUM, LARGE), (true, false, -128, 127, i16::MIN, i32::MAX, i64::MIN));
    assert_eq!((RATIO, WHOLE, BIG), (0.1, 3.0, 1e300));
    assert_eq!(TEXT, "quotes \" and ' and $dollar \\p {braces}\nnewline ünïcode");
    assert_eq!(BYTES, "bytes \" ünï".as_bytes());
    assert_eq!(ID.to_string(), "00112233-4455-6677-8899-aabbccddeeff");
}

#[test]
fn containers() {
    assert_eq!(*NUMBERS, [1, 2, 3]);
    assert_eq!(WORDS.iter().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(TABLE["two"], [1, 2]);
    assert_eq!(HALVES[&0.5.into()], 0.25);
    assert_eq!(DEEP.len(), 2);
    assert_eq!(VECTORS.len(), 2);
    assert!(NOTHING.is_empty() && NO_NUMBERS.is_empty());
}

#[test]
fn references() {
    assert_eq!((COPY, LATER), (12, 12));
    assert_eq!(*SAME, *NUMBERS);
    assert_eq!(*WIDER, [1_i64, 2, 3]);
    assert_eq!(BY_NAME["numbers"], *NUMBERS);
    assert_eq!((LEVEL, BY_NUMBER, BY_CONSTANT), (Level::HIGH, Level::LOW, Level::HIGH));
    assert_eq!(*LEVELS, [Level::LOW, Level::HIGH]);
    assert_eq!(LEVEL_NAMES[&Level::LOW], "low");
}

#[test]
fn structs() {
    assert_eq!(*ORIGIN, Point { x: 0, y: 0, label: None, weight: 1 });
    assert_eq!(*LABELLED, Point { x: 1, y: 2, label: Some("here".to_owned()), weight: 3 });
    assert_eq!(*CORNERS, [ORIGIN.clone(), Point::new(1, 1)]);
    assert_eq!(*CHOICE, Choice::Point(Point::new(5, 0)));
    assert_eq!(*CHOICES, BTreeMap::from([(Point::new(1, 1), Choice::Name("one".to_owned()))]));
    let defaults = UsesConstants::default();
    assert_eq!((defaults.later, defaults.text.as_str()), (12, TEXT));
    assert_eq!((defaults.origin, defaults.choice), (ORIGIN.clone(), Some(CHOICE.clone())));
}

#[test]
fn names_of_types_are_free_for_constants() {
    assert_eq!((SHARED, Shared { a: Some(1) }.a, E_, E::A.0), (1, Some(1), 2, 0));
}

#[test]
fn constants_of_other_files() {
    use crate::golden::includes::app::api::root::{DEFAULT, LIMIT, Root};
    assert_eq!((LIMIT, shared_common::LIMIT), (10, 10));
    assert_eq!(*DEFAULT, shared_common::Shared::new("default".to_owned()));
    let root = Root::new(DEFAULT.clone());
    assert_eq!((root.fallback, root.level), (Some(DEFAULT.clone()), shared_common::Level::HIGH));
    assert_eq!(includes_common::Local::default().a, None);
}

#[test]
fn typedefs() {
    assert_eq!((EPOCH, DEFAULT_KIND), (0, Kind::A));
    assert_eq!(*FOUNDERS, ["Ada", "Grace"]);
}
