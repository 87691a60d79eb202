//! Names that clash: each IDL name has one of its own in Rust.

use crate::golden::names::names;
use crate::round_trip;

#[test]
fn names_of_the_prelude() {
    let result = names::Result {
        option: Some(names::Option { string: Some(names::String::default()), vec: Some(vec![names::Vec::default()]) }),
        ok: Some("text".to_owned()),
    };
    assert_eq!(round_trip(&result), result);
    assert_eq!(names::Ok::NONE.name(), Some("None"));
}

#[test]
fn folding_names() {
    let folding = names::Folding {
        foo_bar_: Some(1),
        foo_bar: Some(2),
        foo_bar__: Some(3),
        ___: Some(4),
        __: Some(5),
        _1: Some(6),
        x: Some(7),
        x_: Some(8),
    };
    assert_eq!(round_trip(&folding), folding);
    let keywords = names::Keywords { r#type: Some(1), self_: Some(2), self__: Some(3), ..Default::default() };
    assert_eq!(round_trip(&keywords), keywords);
}
