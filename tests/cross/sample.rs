//! Values that the Rust client sends. `python/sample.py` has the same `everything`.

use super::golden::cross::{Choice, Everything, Id, Level, Scalars};
use std::collections::{BTreeMap, BTreeSet};
use thrift_runtime::codegen::Bytes;

/// Characters of one to four bytes in UTF-8, joined and combining ones, controls, and the last of two planes.
pub(crate) const UNICODE: &str =
    "Grüße, мир, 你好, שלום, 🦀🏳\u{fe0f}\u{200d}🌈, e\u{301}, \u{1}, \u{7f}, \u{ffff}, \u{10ffff}";

/// Doubles that are easily got wrong.
pub(crate) const DOUBLES: [f64; 9] =
    [0.0, -0.0, 1.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324, f64::MIN_POSITIVE, f64::MAX];

/// The lowest of each type.
pub(crate) fn lowest() -> Scalars {
    Scalars::new(
        true,
        i8::MIN,
        i16::MIN,
        i32::MIN,
        i64::MIN,
        -0.0,
        UNICODE.to_owned(),
        (0..=u8::MAX).collect::<Vec<u8>>().into(),
        Level::HIGH,
    )
}

/// The highest of each type, nothing where there is none, and a number that the enum does not name.
pub(crate) fn highest() -> Scalars {
    Scalars::new(false, i8::MAX, i16::MAX, i32::MAX, i64::MAX, f64::INFINITY, String::new(), Bytes::new(), Level(77))
}

/// What `nest` answers.
pub(crate) fn nest(value: &Everything) -> BTreeMap<Id, BTreeMap<Level, Everything>> {
    let levels = [Level::LOW, Level(77)].map(|level| (level, value.clone()));
    BTreeMap::from([(-1, BTreeMap::new()), (0, BTreeMap::from(levels))])
}

/// A value with all fields.
pub(crate) fn everything() -> Everything {
    Everything {
        scalars: lowest(),
        more: Some(highest()),
        count: -1,
        numbers: Some(vec![0, 1, -1, i32::MAX, i32::MIN, 0x55 + i32::MIN]),
        words: Some(strings(["", "a", "b", "ü", "\u{ffff}", "🦀"])),
        counts: Some(BTreeMap::from([(String::new(), i64::MAX), ("one".to_owned(), 1), ("two".to_owned(), i64::MIN)])),
        deep: Some(vec![
            vec![],
            vec![BTreeMap::new(), BTreeMap::from([(-1, BTreeSet::new()), (0, strings(["x"]))])],
            vec![BTreeMap::from([(7, strings(["y", "z"]))])],
        ]),
        by_name: Some(BTreeMap::from([("high".to_owned(), highest()), ("low".to_owned(), lowest())])),
        levels: Some(vec![Level::LOW, Level::HIGH, Level(77)]),
        inner: Some(Box::new(Everything {
            inner: Some(Box::new(Everything { count: 0, ..Everything::new(lowest()) })),
            ..Everything::new(highest())
        })),
        flags: Some(vec![true, false, true]),
        ratios: Some(DOUBLES.to_vec()),
        blobs: Some(vec![Bytes::new(), Bytes::from_static(b"\x00\xff"), Bytes::from("é")]),
        choice: Some(Choice::Text("chosen".to_owned())),
        choices: Some(BTreeMap::from([
            (-1, vec![Choice::Number(i32::MIN), Choice::Scalars(lowest())]),
            (2, vec![]),
            (3, vec![Choice::Text(String::new())]),
        ])),
    }
}

/// The value with 0.0 for each −0.0.
pub(crate) fn without_minus_zero(mut value: Everything) -> Everything {
    value.scalars.ratio += 0.0;
    value.more.iter_mut().for_each(|scalars| scalars.ratio += 0.0);
    value.by_name.iter_mut().flat_map(|map| map.values_mut()).for_each(|scalars| scalars.ratio += 0.0);
    value.ratios.iter_mut().flatten().for_each(|ratio| *ratio += 0.0);
    value.inner = value.inner.map(|inner| Box::new(without_minus_zero(*inner)));
    let choices = value.choices.iter_mut().flat_map(|map| map.values_mut()).flatten().chain(&mut value.choice);
    for choice in choices {
        if let Choice::Scalars(scalars) = choice {
            scalars.ratio += 0.0;
        }
    }
    value
}

/// The value with empty ones for the fields that are missing, but for the optional ones.
pub(crate) fn filled(value: Everything) -> Everything {
    Everything {
        numbers: value.numbers.or_else(|| Some(Vec::new())),
        words: value.words.or_else(|| Some(BTreeSet::new())),
        counts: value.counts.or_else(|| Some(BTreeMap::new())),
        deep: value.deep.or_else(|| Some(Vec::new())),
        by_name: value.by_name.or_else(|| Some(BTreeMap::new())),
        levels: value.levels.or_else(|| Some(Vec::new())),
        inner: value.inner.map(|inner| Box::new(filled(*inner))),
        flags: value.flags.or_else(|| Some(Vec::new())),
        ratios: value.ratios.or_else(|| Some(Vec::new())),
        blobs: value.blobs.or_else(|| Some(Vec::new())),
        choices: value.choices.or_else(|| Some(BTreeMap::new())),
        ..value
    }
}

fn strings<const N: usize>(values: [&str; N]) -> BTreeSet<String> {
    values.map(str::to_owned).into()
}
