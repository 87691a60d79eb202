//! Numbers, strings, and values made of them.

use super::{constant, messages, slice};
use crate::syntax::ast::{ConstKind, ConstValue};

fn value(text: &str) -> ConstKind {
    constant(&format!("const T A = {text}")).value.kind
}

fn integer(value: i64) -> ConstKind {
    ConstKind::Integer(value)
}

fn string(value: &str) -> ConstKind {
    ConstKind::String(value.to_owned())
}

#[test]
fn integers() {
    for (text, expected) in [
        ("0", 0),
        ("-0", 0),
        ("010", 10),
        ("+7", 7),
        ("-7", -7),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        ("0x0", 0),
        ("0xfF", 255),
        ("-0x10", -16),
        ("+0x10", 16),
        ("0x7FFFFFFFFFFFFFFF", i64::MAX),
        ("true", 1),
        ("false", 0),
    ] {
        assert_eq!(value(text), integer(expected), "{text}");
    }
    for text in ["9223372036854775808", "-9223372036854775809", "0x8000000000000000", "-0x8000000000000000"] {
        assert_eq!(messages(&format!("const T A = {text}")), [format!("the integer {text} does not fit into 64 bits")]);
    }
}

#[test]
fn doubles() {
    for (text, expected) in [
        ("1.5", 1.5),
        (".5", 0.5),
        ("-.5", -0.5),
        ("+.5", 0.5),
        ("1e5", 1e5),
        ("1.5E-3", 1.5e-3),
        (".5e+2", 50.0),
        ("00.50", 0.5),
        ("1e-999", 0.0),
    ] {
        assert_eq!(value(text), ConstKind::Double(expected), "{text}");
    }
    for text in ["5.", "1.e5", "-e5", "+", "-", "+-1", "1e400", "0x", "0X10", "1_000"] {
        assert_eq!(messages(&format!("const T A = {text}")).len(), 1, "{text}");
    }
}

#[test]
fn strings() {
    for (text, expected) in [
        (r#""""#, ""),
        ("''", ""),
        (r#""it's""#, "it's"),
        (r#"'say "x"'"#, "say \"x\""),
        (r#""\n\r\t\"\'\\""#, "\n\r\t\"'\\"),
        (r#"'\n\r\t\"\'\\'"#, "\n\r\t\"'\\"),
        (r#""\\n""#, "\\n"),
        ("\"a\tb\rc\"", "a\tb\rc"),
        ("\"// no comment /* */ #\"", "// no comment /* */ #"),
        ("\"größer 日本語\"", "größer 日本語"),
    ] {
        assert_eq!(value(text), string(expected), "{text}");
    }
}

#[test]
fn bad_escapes_are_all_told_at_once() {
    let text = r#"const T A = "\x41 \q" const T B = '\0'"#;
    assert_eq!(messages(text), [r"`\x` is not an escape", r"`\q` is not an escape", r"`\0` is not an escape"]);
}

#[test]
fn containers() {
    let kinds = |values: Vec<ConstValue>| values.into_iter().map(|value| value.kind).collect::<Vec<_>>();
    for text in ["[1,2;3 4]", "[ 1 , 2 ; 3 4 , ]", "[/* a */1 // b\n2 3 4;]"] {
        let ConstKind::List(values) = value(text) else { panic!("{text}") };
        assert_eq!(kinds(values), [integer(1), integer(2), integer(3), integer(4)], "{text}");
    }
    for text in ["{1:'a',2:'b'}", "{ 1 : 'a' 2 : 'b' ; }"] {
        let ConstKind::Map(entries) = value(text) else { panic!("{text}") };
        let (keys, values) = entries.into_iter().unzip();
        assert_eq!(kinds(keys), [integer(1), integer(2)], "{text}");
        assert_eq!(kinds(values), [string("a"), string("b")], "{text}");
    }
    assert_eq!(value("[]"), ConstKind::List(Vec::new()));
    assert_eq!(value("{ }"), ConstKind::Map(Vec::new()));
}

#[test]
fn references() {
    for name in ["a", "_", "file.E.V", "true.x", "e5", "uuid", "listing", "a.1b"] {
        assert_eq!(value(name), ConstKind::Reference(name.to_owned()));
    }
}

#[test]
fn spans_of_values() {
    let text = "const T A = [ 1, {'k' : X.y } ] ;";
    let value = constant(text).value;
    assert_eq!(slice(text, value.span), "[ 1, {'k' : X.y } ]");
    let ConstKind::List(values) = value.kind else { panic!("a list") };
    assert_eq!(slice(text, values[0].span), "1");
    assert_eq!(slice(text, values[1].span), "{'k' : X.y }");
    let ConstKind::Map(entries) = &values[1].kind else { panic!("a map") };
    assert_eq!((slice(text, entries[0].0.span), slice(text, entries[0].1.span)), ("'k'", "X.y"));
}
