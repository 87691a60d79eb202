//! What a hostile peer sends, by tables, in every protocol: other types, bombs, bytes that are no text, JSON that is none.

use crate::fields::one_of_each;
use crate::store::{Empty, Everything, Item, Shape};
use crate::{Protocol, text};
use thrift_runtime::{DecodeErrorKind, Value, WireType, json};

#[test]
fn every_field_may_be_of_another_type() {
    let ids = (-1..=28).chain([i16::MIN, i16::MAX]);
    for protocol in Protocol::ALL {
        for id in ids.clone() {
            for value in one_of_each() {
                let ty = value.wire_type();
                let around = |id, value| Value::Struct(vec![(7, text("7")), (id, value), (4, Value::I32(4))]);
                let bytes = protocol.encoded(&around(id, value.clone()));
                match protocol.decode::<Everything>(&bytes) {
                    Ok(found) => {
                        assert_eq!((found.int, id == 7 || found.text.as_deref() == Some("7")), (Some(4), true));
                    }
                    // It has the field's type, and in it is something else; or it is no base64.
                    Err(error) => assert!(
                        matches!(
                            error.kind(),
                            DecodeErrorKind::ElementType { .. }
                                | DecodeErrorKind::MissingField { .. }
                                | DecodeErrorKind::EmptyUnion { .. }
                                | DecodeErrorKind::InvalidJson
                        ),
                        "{protocol:?}, field {id} as {ty}: {error}"
                    ),
                }
                // Inside of a value that is passed over.
                let bytes = protocol.encoded(&Value::Struct(vec![(99, around(id, value))]));
                assert_eq!(protocol.decode::<Empty>(&bytes).unwrap(), Empty {});
                assert!(matches!(protocol.decode::<Shape>(&bytes).unwrap(), Shape::Unknown(_)));
            }
        }
    }
}

#[test]
fn every_truncation_is_an_unexpected_end() {
    for protocol in Protocol::ALL {
        for value in one_of_each() {
            let bytes = protocol.encoded(&Value::Struct(vec![(99, value.clone()), (98, value)]));
            for len in 0..bytes.len() {
                let kinds = [
                    protocol.decode::<Empty>(&bytes[..len]).unwrap_err().kind(),
                    protocol.decode::<Shape>(&bytes[..len]).unwrap_err().kind(),
                    protocol.dynamic(&bytes[..len]).unwrap_err().kind(),
                ];
                assert_eq!(kinds, [DecodeErrorKind::UnexpectedEnd; 3], "{protocol:?} cut at {len}: {bytes:02x?}");
            }
        }
    }
}

/// What a bomb begins with, and what each of its levels begins with.
fn bombs(protocol: Protocol) -> Vec<(&'static [u8], &'static [u8])> {
    match protocol {
        Protocol::Binary => vec![
            // Structs in a field that is known, and in one that is not.
            (b"", &[12, 0, 5]),
            (b"", &[12, 0, 99]),
            // Lists, sets, maps by their keys and by their values, in each other.
            (&[15, 0, 99], &[15, 0, 0, 0, 1]),
            (&[14, 0, 99], &[14, 0, 0, 0, 1]),
            (&[13, 0, 99], &[13, 3, 0, 0, 0, 1]),
            (&[13, 0, 99], &[3, 13, 0, 0, 0, 1, 0]),
            // Items in a list of items; structs in lists.
            (b"", &[15, 0, 6, 12, 0, 0, 0, 1]),
            (b"", &[15, 0, 99, 12, 0, 0, 0, 1]),
            // An item of a union.
            (&[12, 0, 1], &[12, 0, 5]),
        ],
        Protocol::Compact => vec![
            (b"", &[0x5c]),
            (b"", &[0x0c, 0xc6, 0x01]),
            (&[0x09, 0xc6, 0x01], &[0x19]),
            (&[0x0a, 0xc6, 0x01], &[0x1a]),
            (&[0x0b, 0xc6, 0x01], &[1, 0xb3]),
            (&[0x0b, 0xc6, 0x01], &[1, 0x3b, 0]),
            (b"", &[0x69, 0x1c]),
            (b"", &[0x09, 0xc6, 0x01, 0x1c]),
            (&[0x1c], &[0x5c]),
        ],
        Protocol::Json => vec![
            (b"", br#"{"5":{"rec":"#),
            (b"", br#"{"99":{"rec":"#),
            (br#"{"99":{"lst":"#, br#"["lst",1,"#),
            (br#"{"99":{"set":"#, br#"["set",1,"#),
            (br#"{"99":{"map":"#, br#"["map","i8",1,{"#),
            (br#"{"99":{"map":"#, br#"["i8","map",1,{"0":"#),
            (b"", br#"{"6":{"lst":["rec",1,"#),
            (b"", br#"{"99":{"lst":["rec",1,"#),
            (br#"{"1":{"rec":"#, br#"{"5":{"rec":"#),
        ],
    }
}

#[test]
fn a_bomb_is_refused_at_the_limit() {
    for protocol in Protocol::ALL {
        for (start, level) in bombs(protocol) {
            for levels in [70, 100_000] {
                let bytes = [start, &level.repeat(levels)].concat();
                let errors = [
                    protocol.decode::<Item>(&bytes).map(drop),
                    protocol.decode::<Shape>(&bytes).map(drop),
                    protocol.decode::<Everything>(&bytes).map(drop),
                    protocol.decode::<Empty>(&bytes).map(drop),
                    protocol.dynamic(&bytes).map(drop),
                ];
                for error in errors.map(Result::unwrap_err) {
                    let kind = error.kind();
                    assert_eq!(kind, DecodeErrorKind::Depth { limit: 64 }, "{protocol:?} {start:02x?} {level:02x?}");
                }
            }
        }
    }
}

#[test]
fn what_is_no_utf8_is_refused_everywhere() {
    let bad: [&[u8]; 24] = [
        // Without what they go on with, or only that.
        b"\xc3",
        b"\xe2\x82",
        b"\xe2",
        b"\xf0\x9f\x98",
        b"\xf0\x9f",
        b"\xf0",
        b"\x80",
        b"\xbf",
        // Longer than they need be.
        b"\xc0\x80",
        b"\xc1\xbf",
        b"\xe0\x80\x80",
        b"\xe0\x9f\xbf",
        b"\xf0\x80\x80\x80",
        b"\xf0\x8f\xbf\xbf",
        // Halves of pairs.
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
        b"\xed\xa0\x80\xed\xb0\x80",
        // Beyond the last character.
        b"\xf4\x90\x80\x80",
        b"\xf5\x80\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xfc\x84\x80\x80\x80\x80",
        b"\xfe",
        b"\xff",
        b"\xff\xfe",
    ];
    const MARK: &str = "\u{1}MARK";
    for protocol in Protocol::BYTES {
        for bad in bad {
            for before in (0..40).chain([100]) {
                for after in [0, 1, 40] {
                    let content = [&vec![b'a'; before], bad, &vec![b'z'; after]].concat();
                    let content = || Value::Bytes(content.clone().into());
                    for field in [
                        (7, content()),
                        (10, Value::Set(WireType::String, vec![content()])),
                        (11, Value::Map(vec![(content(), Value::I32(1))])),
                    ] {
                        let bytes = protocol.encoded(&Value::Struct(vec![field.clone()]));
                        let error = protocol.decode::<Everything>(&bytes).unwrap_err();
                        assert_eq!(error.kind(), DecodeErrorKind::InvalidUtf8, "{protocol:?} {bad:02x?}");
                        // Nobody looks at it where it is not read, and a binary may have it.
                        assert!(protocol.decode::<Empty>(&bytes).is_ok());
                    }
                    let binary = protocol.encoded(&Value::Struct(vec![(8, content())]));
                    assert!(protocol.decode::<Everything>(&binary).is_ok());
                }
            }
        }
    }
    for bad in bad {
        for field in [
            r#"{"7":{"str":"MARK"}}"#,
            r#"{"10":{"set":["str",1,"MARK"]}}"#,
            r#"{"11":{"map":["str","i32",1,{"MARK":1}]}}"#,
            r#"{"8":{"str":"MARK"}}"#,
        ] {
            let (before, after) = field.split_once(&MARK[1..]).unwrap();
            let bytes = [before.as_bytes(), bad, after.as_bytes()].concat();
            let error = json::from_slice::<Everything>(&bytes).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::InvalidUtf8, "{field} with {bad:02x?}");
        }
    }
}

/// What JSON has in this field.
fn in_json(id: i16, tag: &str, value: &str) -> Result<Everything, DecodeErrorKind> {
    let text = format!(r#"{{"{id}":{{"{tag}":{value}}}}}"#);
    json::from_slice(text.as_bytes()).map_err(|error| error.kind())
}

#[test]
fn bad_numbers_are_refused() {
    let no_numbers = [
        "",
        "-",
        "+",
        "--1",
        "1-",
        "1-1",
        "-+1",
        "e",
        "e5",
        "1e",
        "1e+",
        "1e5e5",
        ".",
        "-.",
        "1.2.3",
        "1,5",
        "0x10",
        "1_000",
        "0b1",
        "0o7",
        "1f",
        "1f32",
        "true",
        "false",
        "null",
        "undefined",
        "nil",
        "infinit",
        "naan",
        "١",
        "１",
        "½",
        "1 2",
        "- 1",
        "[1]",
        "{}",
        "'1'",
        "1/*c*/",
        "1//c",
        "\"",
        "\"1",
        "1\"",
        "\"\"",
        "\" 1\"",
        "\"1 \"",
        "\"\\u0031\"",
        "\u{feff}1",
    ];
    for (id, tag) in [(1, "tf"), (2, "i8"), (3, "i16"), (4, "i32"), (5, "i64"), (6, "dbl")] {
        for text in no_numbers {
            let kind = in_json(id, tag, text).unwrap_err();
            let expected = matches!(kind, DecodeErrorKind::InvalidJson | DecodeErrorKind::UnexpectedEnd);
            assert!(expected, "{tag} {text}: {kind:?}");
        }
    }
    for text in ["1.0", "1.5", "1e0", "1E0", "inf", "nan", "9".repeat(100_000).as_str()] {
        for (id, tag) in [(1, "tf"), (2, "i8"), (3, "i16"), (4, "i32"), (5, "i64")] {
            assert_eq!(in_json(id, tag, text).unwrap_err(), DecodeErrorKind::InvalidJson, "{tag} {text}");
        }
    }
    for (id, tag, bits) in [(2, "i8", 8), (3, "i16", 16), (4, "i32", 32), (5, "i64", 64)] {
        let (low, high) = (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1);
        for (number, is_good) in [(low, true), (high, true), (low - 1, false), (high + 1, false), (1 << 64, false)] {
            assert_eq!(in_json(id, tag, &number.to_string()).is_ok(), is_good, "{tag} {number}");
        }
    }
}

#[test]
fn doubles_of_any_length_are_read_or_refused() {
    let double = |text: &str| in_json(6, "dbl", text).unwrap().double.unwrap();
    let (nines, zeros) = ("9".repeat(100_000), "0".repeat(100_000));
    for (text, expected) in [
        // As C reads them: what is too large is infinite, what is too small is zero.
        ("1e999", f64::INFINITY),
        ("-1e999", f64::NEG_INFINITY),
        ("1e99999999999999999999", f64::INFINITY),
        ("1e-999", 0.0),
        ("1e-99999999999999999999", 0.0),
        (&nines, f64::INFINITY),
        (&format!("0.{zeros}1"), 0.0),
        (&format!("{zeros}1.5"), 1.5),
        (&format!("1.5{zeros}"), 1.5),
        (&format!("1{zeros}e-100000"), 1.0),
        ("2.2250738585072011e-308", 2.225_073_858_507_201e-308),
        ("5e-324", 5e-324),
        ("2e-324", 0.0),
        ("007", 7.0),
        ("+1", 1.0),
    ] {
        assert_eq!(double(text).to_bits(), expected.to_bits(), "{}", &text[..text.len().min(40)]);
    }
    assert_eq!(double("-0").to_bits(), (-0.0f64).to_bits());
}

#[test]
fn bad_strings_are_refused() {
    let read = |content: &str| in_json(7, "str", &format!("\"{content}\"")).map(|value| value.text.unwrap());
    for bad in [
        r"\",
        r"\a",
        r"\v",
        r"\0",
        r"\'",
        r"\x41",
        r"\U0041",
        r"\u",
        r"\u1",
        r"\u12",
        r"\u123",
        r"\u 123",
        r"\u+123",
        r"\u-123",
        r"\u00g0",
        r"\u００４１",
        r"\ud800",
        r"\udbff",
        r"\udc00",
        r"\udfff",
        r"\ud800x",
        r"\ud800\n",
        r"\ud800\u",
        r"\ud800\ud800",
        r"\udc00\ud800",
        r"\ud800\u0041",
        r"\ud800\\udc00",
        r#"""#,
    ] {
        let kind = read(bad).unwrap_err();
        let expected = matches!(kind, DecodeErrorKind::InvalidJson | DecodeErrorKind::UnexpectedEnd);
        assert!(expected, "{bad}: {kind:?}");
        let skipped = json::from_slice::<Empty>(format!(r#"{{"7":{{"str":"{bad}"}}}}"#).as_bytes());
        assert_eq!(skipped.unwrap_err().kind(), kind, "{bad}");
    }
    assert_eq!(read("\u{0}\n\t\u{7f}\u{feff}").unwrap(), "\u{0}\n\t\u{7f}\u{feff}", "Python's writer leaves them");
    assert_eq!(read(r"\u0000\ud7ff\ue000\uffff\udbff\udfff").unwrap(), "\0\u{d7ff}\u{e000}\u{ffff}\u{10ffff}");
    for bad in ["=", "A", "A=", "AA=A", "A===", "====", "AAAA=", "AA AA", "AA-_", "AB", "AAB", r"AA\n"] {
        assert_eq!(in_json(8, "str", &format!("\"{bad}\"")).unwrap_err(), DecodeErrorKind::InvalidJson, "{bad}");
    }
}

#[test]
fn what_is_no_json_is_refused() {
    for text in [
        "",
        " ",
        "\u{feff}{}",
        "{}\u{feff}",
        "{}\0",
        "{}}",
        "{},",
        "{}//",
        "/**/{}",
        "{/**/}",
        "#\n{}",
        "{,}",
        "{]",
        "[]",
        "()",
        "{:}",
        "{1}",
        "{\"1\"}",
        "{\"1\":}",
        "{\"1\":{}}",
        "{\"1\":{\"tf\"}}",
        "{\"1\":{\"tf\":}}",
        "{\"1\":{\"tf\":1}",
        "{\"1\":{\"tf\":1,}}",
        "{\"1\":{\"tf\":1}}}",
        "{\"1\":{\"tf\":1},,}",
        "{,\"1\":{\"tf\":1}}",
        "{'1':{'tf':1}}",
        "{1:{tf:1}}",
        "{\"1\":{\"tf\":1,\"tf\":1}}",
        "{\"1\":[\"tf\",1]}",
        "{\"1\":{\"TF\":1}}",
        "{\"1\":{\"\":1}}",
        "{\"\":{\"tf\":1}}",
        "{\" 1\":{\"tf\":1}}",
        "{\"1.0\":{\"tf\":1}}",
        "{\"1e0\":{\"tf\":1}}",
        "{\"-32769\":{\"tf\":1}}",
        "{\"99\":{\"lst\":[]}}",
        "{\"99\":{\"lst\":[\"i8\"]}}",
        "{\"99\":{\"lst\":[\"i8\",]}}",
        "{\"99\":{\"lst\":[\"i8\",0,]}}",
        "{\"99\":{\"lst\":[\"i8\",1.0,1]}}",
        "{\"99\":{\"lst\":[\"i8\",1e0,1]}}",
        "{\"99\":{\"lst\":[\"i8\",-1]}}",
        "{\"99\":{\"map\":[\"i8\",\"i8\",0]}}",
        "{\"99\":{\"map\":[\"i8\",\"i8\",0,[]]}}",
        "{\"99\":{\"map\":[\"i8\",\"i8\",1,{\"1\",1}]}}",
        "{\"99\":{\"map\":[\"i8\",\"i8\",1,{\"1\":1,}]}}",
        "{\"99\":{\"map\":[\"i8\",\"i8\",1,{:}]}}",
        "{\"99\":{\"map\":[\"i8\",\"i8\",1,{}]}}",
    ] {
        assert!(json::from_slice::<Empty>(text.as_bytes()).is_err(), "{text}");
        assert!(json::from_slice::<Everything>(text.as_bytes()).is_err(), "{text}");
    }
    // The last of what is there twice counts.
    let twice = r#"{"4":{"i32":1},"4":{"i32":2},"11":{"map":["str","i32",2,{"a":1,"a":2}]}}"#;
    let value: Everything = json::from_slice(twice.as_bytes()).unwrap();
    assert_eq!((value.int, value.map), (Some(2), Some([("a".to_owned(), 2)].into())));
    let white = " \t\r\n".repeat(100_000);
    let spaced =
        format!("{white}{{{white}\"4\"{white}:{white}{{{white}\"i32\"{white}:{white}1{white}}}{white}}}{white}");
    assert_eq!(json::from_slice::<Everything>(spaced.as_bytes()).unwrap().int, Some(1));
    assert!(json::from_slice::<Everything>(white.as_bytes()).is_err());
}
