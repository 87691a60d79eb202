//! Unions: one variant, the last of several, unknown ones, none.

use thrift_runtime::{DecodeErrorKind, binary};

use crate::golden::unions::unions::{Circle, Clash, Empty, Holder, Numbers, Shape};
use crate::round_trip;

#[test]
fn variants_survive() {
    let circle = Shape::Circle(Circle { radius: 1.5 });
    let holder = Holder {
        shape: Shape::Shapes(vec![circle.clone(), Shape::Name("n".to_owned()), Shape::Nothing(true)]),
        maybe: None,
        shapes: Some(vec![circle.clone()]),
        by_name: Some([("c".to_owned(), circle)].into()),
    };
    assert_eq!(round_trip(&holder), holder);
}

#[test]
fn the_last_of_several_wins() {
    // 5: true, then 3: "a"
    let shape: Shape = binary::from_slice(&[2, 0, 5, 1, 11, 0, 3, 0, 0, 0, 1, b'a', 0]).unwrap();
    assert_eq!(shape, Shape::Name("a".to_owned()));
}

#[test]
fn an_unknown_variant_is_kept_and_written_back() {
    // A holder whose shape is 99: {1: i64 1}.
    let bytes = [12, 0, 1, 12, 0, 99, 10, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];
    let holder: Holder = binary::from_slice(&bytes).unwrap();
    assert!(matches!(&holder.shape, Shape::Unknown(field) if field.id() == 99));
    assert_eq!(binary::to_vec(&holder).unwrap(), bytes);
}

#[test]
fn a_known_variant_of_another_type_is_passed_over() {
    // 3 is a string, here an i32; then 5: true.
    let shape: Shape = binary::from_slice(&[8, 0, 3, 0, 0, 0, 1, 2, 0, 5, 1, 0]).unwrap();
    assert_eq!(shape, Shape::Nothing(true));
}

#[test]
fn none_is_an_error() {
    let error = binary::from_slice::<Shape>(&[0]).unwrap_err();
    assert!(matches!(error.kind(), DecodeErrorKind::EmptyUnion { .. }), "{error}");
    assert!(error.to_string().contains("Shape"), "{error}");
    assert!(binary::from_slice::<Empty>(&[0]).is_err());
}

#[test]
fn a_field_called_unknown_keeps_its_name() {
    assert_ne!(Clash::Unknown(1), Clash::Unknown_(1));
    assert!(matches!(binary::from_slice(&[2, 0, 9, 1, 0]).unwrap(), Clash::Unknown__(_)));
}

#[test]
fn doubles_in_variants_have_an_order() {
    let nan = Numbers::Ratio(f64::NAN);
    assert_eq!(nan, nan.clone());
    assert_ne!(Numbers::Ratio(0.0), Numbers::Ratio(-0.0));
    assert!(Numbers::Ratio(1.0) < Numbers::Count(0));
}
