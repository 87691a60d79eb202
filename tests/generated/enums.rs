//! Enums: names, numbers without a name, several names for one number.

use thrift_runtime::binary;

use crate::golden::enums::enums::{Color, FAVOURITE, NUMBER, Painted, Spelling};
use crate::round_trip;

#[test]
fn numbers_are_counted_on() {
    assert_eq!((Color::GREEN.0, Color::BLUE.0, Color::NEGATIVE.0, Color::AFTER.0), (2, 16, -3, -2));
    assert_eq!(Color::BLUE, Color::CYAN);
    assert_eq!((FAVOURITE, NUMBER), (Color::BLUE, 16));
}

#[test]
fn names_are_shown() {
    assert_eq!(format!("{:?} {}", Color::RED, Color::AFTER), "RED AFTER");
    assert_eq!(Color::CYAN.name(), Some("BLUE"));
    assert_eq!(Color(7).name(), None);
    assert_eq!(format!("{:?} {}", Color(7), Color(7)), "Color(7) Color(7)");
    assert_eq!(Spelling::CAMEL_CASE.name(), Some("camelCase"));
    assert_eq!(Spelling::CAMEL_CASE_.name(), Some("camel_case"));
}

#[test]
fn values_match() {
    let text = match Color(2) {
        Color::RED => "red",
        Color::GREEN => "green",
        _ => "other",
    };
    assert_eq!(text, "green");
}

#[test]
fn unknown_numbers_survive() {
    let painted = Painted { color: Color(99), colors: vec![Color(-1)], ..Default::default() };
    assert_eq!(round_trip(&painted), painted);
}

#[test]
fn defaults_are_values() {
    let painted: Painted = binary::from_slice(&[8, 0, 1, 0, 0, 0, 1, 0]).unwrap();
    assert_eq!(painted.fallback, Some(Color::GREEN));
    assert_eq!(painted.plain, Color::BLUE);
    assert_eq!(painted.colors, [Color::RED, Color::RED, Color::GREEN]);
}
