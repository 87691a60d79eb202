//! The traits that a type derives: ours, and those that users want too.

use crate::model::schema::Rust;

/// What every type has; where it is not derived it is written out.
const EVERY: [&str; 8] = ["Clone", "Debug", "Default", "PartialEq", "Eq", "Hash", "PartialOrd", "Ord"];

/// The order of a type that holds no doubles.
const ORDER: [&str; 5] = ["PartialEq", "Eq", "Hash", "PartialOrd", "Ord"];

/// The list of a struct or union. `partial`: it holds doubles, so that its order is written out.
pub(super) fn of_struct(default: bool, partial: bool, rust: &Rust) -> String {
    let default: &[&str] = if default { &["Default"] } else { &[] };
    let order: &[&str] = if partial { &[] } else { &ORDER };
    with_wanted([&["Clone", "Debug"], default, order].concat(), rust)
}

/// The list of an enum, which is a number.
pub(super) fn of_enum(rust: &Rust) -> String {
    with_wanted([&["Clone", "Copy", "Default"][..], &ORDER].concat(), rust)
}

fn with_wanted<'a>(mut derives: Vec<&'a str>, rust: &'a Rust) -> String {
    for path in rust.derives() {
        if !derives.contains(&path.as_str()) && !EVERY.contains(&path.as_str()) {
            derives.push(path);
        }
    }
    derives.join(", ")
}
