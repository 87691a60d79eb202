//! Types that borrow from the message.

use crate::golden::options_borrowed::borrowed::{self as owned, borrowed};
use crate::golden::options_borrowed::parts::parts;
use std::collections::BTreeMap;
use std::fmt::Debug;
use thrift_runtime::{Decode, DecodeErrorKind, DecodeOwned, Encode, OrderedDouble, binary, compact, json};

/// What the IDL of `options-borrowed` does not generate, with text of its own.
pub(crate) type Told = owned::ToldHere;
pub(crate) type Label = String;
pub(crate) type Heavy = BTreeMap<String, f64>;

fn item() -> owned::Item {
    let named = parts::Named { name: "named".to_owned(), at: Some(parts::Point::new(3)) };
    owned::Item {
        data: Some("data".into()),
        copied: Some(b"copied".to_vec()),
        blobs: Some(vec!["a".into(), "b".into()]),
        lists: Some(vec![vec!["x".to_owned()], vec![]]),
        words: Some(["one".to_owned(), "two".to_owned()].into()),
        weights: Some([("w".to_owned(), f64::NAN)].into()),
        named: Some([(named.clone(), [(OrderedDouble(-0.0), "zero".to_owned())].into())].into()),
        flats: Some([owned::Flat::new(1)].into()),
        levels: Some([("level".to_owned(), vec![parts::Level::HIGH])].into()),
        elsewhere: Some(crate::options::Mine::default()),
        next: Some(Box::new(owned::Item { name: "next".to_owned(), ..owned::Item::default() })),
        items: Some(vec![owned::Item::default()]),
        at: Some(named),
        tables: Some(vec![[(1, "table".into())].into()]),
        keys: Some([("key".into(), true)].into()),
        flag: Some(true),
        numbers: Some(vec![[3, 4].into()]),
        deep: Some([vec![[(OrderedDouble(1.0), "deep".to_owned())].into()]].into()),
        node: Some(owned::Node { number: 1, label: Some("label".to_owned()), ..owned::Node::default() }),
        either: Some(owned::Either::Item(Box::default())),
        ..owned::Item::new("name".to_owned(), owned::Flat { level: Some(parts::Level::LOW), ..owned::Flat::new(7) })
    }
}

/// Decodes `value`'s bytes as the twin that `$twin` is, encodes that again, and makes the owned type of it.
macro_rules! survives {
    ($value:expr, $twin:ty) => {{
        let value = $value;
        let bytes = [binary::to_vec(&value).unwrap(), compact::to_vec(&value).unwrap()];
        let twin: $twin = binary::from_slice(&bytes[0]).unwrap();
        let other: $twin = compact::from_slice(&bytes[1]).unwrap();
        assert_eq!(twin, other);
        assert_eq!([binary::to_vec(&twin).unwrap(), compact::to_vec(&twin).unwrap()], bytes);
        same(value, twin.into());
    }};
}

fn same<T: PartialEq + Debug>(one: T, other: T) {
    assert_eq!(one, other);
}

#[test]
fn twins_have_the_bytes_and_the_values_of_owned_types() {
    survives!(item(), borrowed::Item<'_>);
    survives!(owned::Item::default(), borrowed::Item<'_>);
    survives!(owned::Defaults::default(), borrowed::Defaults<'_>);
    survives!(owned::Either::Text("text".to_owned()), borrowed::Either<'_>);
    survives!(owned::Either::Weights([("w".to_owned(), -0.0)].into()), borrowed::Either<'_>);
    survives!(owned::NotFound { message: Some("gone".to_owned()), code: None }, borrowed::NotFound<'_>);
    // What has no text has no twin: it is the same type.
    survives!(owned::Flat::new(3), owned::Flat);
    survives!(owned::Flat::new(3), borrowed::Flat);
    survives!(owned::Number::Small(1), borrowed::Number);
}

#[test]
fn text_stays_in_the_message() {
    let bytes = compact::to_vec(&item()).unwrap();
    let twin: borrowed::Item<'_> = compact::from_slice(&bytes).unwrap();
    let message = bytes.as_ptr_range();
    let is_inside = |part: &[u8]| message.contains(&part.as_ptr());
    assert!(is_inside(twin.name.as_bytes()));
    assert!(is_inside(twin.data.unwrap()) && is_inside(twin.blobs.as_ref().unwrap()[1]));
    let weight = twin.weights.as_ref().and_then(|weights| weights.get("w"));
    assert!(weight.is_some_and(|weight| weight.is_nan()));
    // It outlives the struct that it was in.
    let name: &str = { twin }.name;
    assert_eq!(name, "name");
}

fn from_nothing<'a, T: Decode<'a>>() -> T {
    binary::from_slice(&[11, 0, 15, 0, 0, 0, 5, b'g', b'i', b'v', b'e', b'n', 0]).unwrap()
}

#[test]
fn defaults_are_those_of_the_owned_type() {
    let twin: borrowed::Defaults<'_> = from_nothing();
    assert_eq!((twin.text, twin.data, twin.words.as_slice()), ("text", b"data\n".as_slice(), &["a", "b"][..]));
    assert_eq!(twin, borrowed::Defaults::default());
    assert_eq!(owned::Defaults::from(twin), from_nothing::<owned::Defaults>());
    assert_eq!(owned::Defaults::from(borrowed::Defaults::default()), owned::Defaults::default());
}

#[test]
fn a_union_keeps_what_it_does_not_know() {
    // Field 9, an i32.
    let bytes = [8, 0, 9, 0, 0, 0, 5, 0];
    let twin: borrowed::Either<'_> = binary::from_slice(&bytes).unwrap();
    assert!(matches!(&twin, borrowed::Either::Unknown(field) if field.id() == 9));
    assert_eq!(binary::to_vec(&twin).unwrap(), bytes);
    assert_eq!(owned::Either::from(twin), binary::from_slice(&bytes).unwrap());
}

#[test]
fn exceptions_are_errors() {
    let error = borrowed::NotFound { message: Some("gone"), code: None };
    let as_error: &dyn std::error::Error = &error;
    assert_eq!(as_error.to_string(), "gone");
    assert_eq!(borrowed::Refused::new("why").to_string(), "why");
    assert_eq!(borrowed::NotFound::default().to_string(), "NotFound");
    // The text is of a type of its own, which is not borrowed.
    let lost = borrowed::Lost { message: Some("lost".to_owned()), text: Some("text") };
    assert_eq!(lost.to_string(), "lost");
    assert_eq!(borrowed::Lost::default().to_string(), "Lost");
    assert_eq!(borrowed::Gone::new("gone".to_owned()).to_string(), "gone");
}

/// JSON has escapes in text, and digits for binaries.
#[test]
fn from_json_only_plain_text_is_borrowed() {
    fn refused<'a, T: Decode<'a> + Debug>(text: &'a [u8]) -> DecodeErrorKind {
        json::from_slice::<T>(text).unwrap_err().kind()
    }
    let text = json::to_vec(&owned::Either::Text("plain ä".to_owned())).unwrap();
    assert_eq!(json::from_slice::<borrowed::Either<'_>>(&text).unwrap(), borrowed::Either::Text("plain ä"));
    let text = json::to_vec(&owned::Either::Text("line\n".to_owned())).unwrap();
    assert_eq!(refused::<borrowed::Either<'_>>(&text), DecodeErrorKind::NotBorrowed);
    let text = json::to_vec(&owned::Item { data: Some("data".into()), ..owned::Item::default() }).unwrap();
    assert_eq!(refused::<borrowed::Item<'_>>(&text), DecodeErrorKind::NotBorrowed);
}

#[test]
fn twins_have_what_owned_types_have() {
    fn is_key<T: Ord + std::hash::Hash + Clone + Encode>() {}
    fn is_owned<T: DecodeOwned>() {}
    is_key::<borrowed::Item<'_>>();
    is_key::<borrowed::Either<'_>>();
    is_owned::<borrowed::Number>();
    let node = borrowed::Node::new(1);
    assert_eq!((node.number, node.label), (1, None));
    // Other files' types: with text the twin, without it the same.
    let named = parts::borrowed::Named { name: "n", at: Some(parts::Point::new(1)) };
    assert_eq!(borrowed::Item { at: Some(named.clone()), ..borrowed::Item::default() }.at, Some(named));
    assert_eq!((borrowed::NUMBERS.len(), owned::NUMBERS.len()), (2, 2));
}

/// They are the same in both, and go over to the owned type.
#[test]
fn twins_keep_unknown_fields() {
    let bytes = [8, 0, 1, 0, 0, 0, 1, 11, 0, 4, 0, 0, 0, 1, b'n', 2, 0, 9, 1, 0];
    let twin: borrowed::Node<'_> = binary::from_slice(&bytes).unwrap();
    assert_eq!((twin.label, twin.unknown_fields.len()), (Some("n"), 1));
    assert_eq!(binary::to_vec(&twin).unwrap(), bytes);
    assert_eq!(owned::Node::from(twin), binary::from_slice(&bytes).unwrap());
}
