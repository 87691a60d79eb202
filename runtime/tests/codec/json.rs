//! The JSON protocol: what other implementations printed, what they accept, and what nobody should.

use crate::store::{Everything, Item, Kind, Pos, Shape};
use crate::vectors::of_thriftpy2;
use crate::{encoded, text};
use std::collections::{BTreeMap, BTreeSet};
use thrift_runtime::json::{self, JsonReader, JsonWriter};
use thrift_runtime::{DecodeErrorKind, EncodeError, Limits, UnknownField, Value, WireType, binary, compact};

fn written(value: &Value) -> Result<String, EncodeError> {
    let mut out = JsonWriter::new(Vec::new(), &Limits::default());
    value.encode(&mut out);
    out.finish().map(|bytes| String::from_utf8(bytes).unwrap())
}

/// The struct in the dynamic form and this text are the same.
fn check(fields: &[(i16, Value)], json: &str) {
    let value = Value::Struct(fields.to_vec());
    assert_eq!(written(&value).unwrap(), json, "writing {value:?}");
    let mut input = JsonReader::new(json.as_bytes(), &Limits::default());
    assert_eq!(Value::decode(&mut input, WireType::Struct).unwrap(), value, "reading {json}");
    assert_eq!(input.remaining(), b"");
}

#[test]
fn dynamic_values_match_other_implementations() {
    use Value::{Bool, Double, I8, I16, I32, I64, List, Map, Set, Struct, Uuid};
    check(&[], "{}");
    check(&[(1, Bool(true)), (2, Bool(false))], r#"{"1":{"tf":1},"2":{"tf":0}}"#);
    check(&[(1, I8(-1)), (-1, I8(1))], r#"{"1":{"i8":-1},"-1":{"i8":1}}"#);
    check(&[(0, Bool(true))], r#"{"0":{"tf":1}}"#);
    check(&[(1, Double(1.5.into())), (2, Double((-0.0).into()))], r#"{"1":{"dbl":1.5},"2":{"dbl":-0}}"#);
    check(&[(1, List(WireType::Bool, vec![Bool(true), Bool(false)]))], r#"{"1":{"lst":["tf",2,1,0]}}"#);
    check(&[(1, Map(vec![(text("a"), I32(1))]))], r#"{"1":{"map":["str","i32",1,{"a":1}]}}"#);
    check(&[(1, text("héllo"))], r#"{"1":{"str":"héllo"}}"#);
    check(&[(1, I16(-2)), (2, I64(i64::MIN))], r#"{"1":{"i16":-2},"2":{"i64":-9223372036854775808}}"#);
    check(&[(1, Double(core::f64::consts::PI.into()))], r#"{"1":{"dbl":3.1415926535897931}}"#);
    check(&[(1, Double(f64::NEG_INFINITY.into()))], r#"{"1":{"dbl":"-Infinity"}}"#);
    check(&[(1, text("h\u{e9}llo \"\\/\n\u{1}"))], "{\"1\":{\"str\":\"h\u{e9}llo \\\"\\\\/\\n\\u0001\"}}");
    check(
        &[(1, Uuid(uuid::Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff)))],
        r#"{"1":{"uid":"00112233-4455-6677-8899-aabbccddeeff"}}"#,
    );
    check(&[(1, List(WireType::I32, vec![]))], r#"{"1":{"lst":["i32",0]}}"#);
    check(&[(1, List(WireType::I32, vec![I32(1), I32(-1)]))], r#"{"1":{"lst":["i32",2,1,-1]}}"#);
    check(&[(1, Set(WireType::String, vec![text("a")]))], r#"{"1":{"set":["str",1,"a"]}}"#);
    check(
        &[(1, Map(vec![(text("a"), I32(1)), (text("b"), I32(2))]))],
        r#"{"1":{"map":["str","i32",2,{"a":1,"b":2}]}}"#,
    );
    check(&[(1, Map(vec![(I32(-1), Bool(true))]))], r#"{"1":{"map":["i32","tf",1,{"-1":1}]}}"#);
    check(&[(1, Map(vec![(Bool(false), Double(0.5.into()))]))], r#"{"1":{"map":["tf","dbl",1,{"0":0.5}]}}"#);
    check(&[(1, Map(vec![(Double(0.5.into()), I32(1))]))], r#"{"1":{"map":["dbl","i32",1,{"0.5":1}]}}"#);
    check(&[(1, Struct(vec![(5, I32(1))])), (2, I32(2))], r#"{"1":{"rec":{"5":{"i32":1}}},"2":{"i32":2}}"#);
    let lists = [List(WireType::I32, vec![I32(1)]), List(WireType::I32, vec![])];
    check(&[(1, List(WireType::List, lists.into()))], r#"{"1":{"lst":["lst",2,["i32",1,1],["i32",0]]}}"#);
    let structs = vec![Struct(vec![(1, Bool(true))]), Struct(vec![])];
    check(&[(1, List(WireType::Struct, structs))], r#"{"1":{"lst":["rec",2,{"1":{"tf":1}},{}]}}"#);
    let inner = Map(vec![(text("k"), List(WireType::I8, vec![I8(1)]))]);
    check(
        &[(1, Map(vec![(I8(1), inner.clone()), (I8(2), inner)]))],
        r#"{"1":{"map":["i8","map",2,{"1":["str","lst",1,{"k":["i8",1,1]}],"2":["str","lst",1,{"k":["i8",1,1]}]}]}}"#,
    );
}

/// Of the two that JSON cannot tell without an IDL, the binary is its base64, and the empty map has the types of thriftpy2.
#[test]
fn a_struct_of_thriftpy2_matches() {
    let json = r#"{"1":{"tf":1},"2":{"tf":0},"3":{"i8":-1},"4":{"i16":-2},"5":{"i32":300},"6":{"i64":-1},"7":{"dbl":1.5},"8":{"str":"a"},"9":{"str":"AP8="},"10":{"lst":["i32",2,1,-1]},"11":{"set":["str",1,"a"]},"12":{"map":["str","i32",1,{"a":1}]},"13":{"rec":{"5":{"i32":1}}},"14":{"i32":2},"30":{"lst":["tf",2,1,0]},"31":{"map":["i32","tf",0,{}]}}"#;
    let mut fields = of_thriftpy2();
    assert_eq!(written(&Value::Struct(fields.clone())).unwrap(), json.replace(r#""i32","tf",0"#, r#""tf","tf",0"#));
    fields[8].1 = text("AP8=");
    let mut input = JsonReader::new(json.as_bytes(), &Limits::default());
    assert_eq!(Value::decode(&mut input, WireType::Struct).unwrap(), Value::Struct(fields));
}

#[test]
fn typed_values_match_other_implementations() {
    let value = Everything {
        flag: Some(true),
        double: Some(0.1),
        text: Some("a".into()),
        blob: Some(vec![0xfa, 0xfb, 0xfc, 0xfd].into()),
        kind: Some(Kind(2)),
        points: Some([0.5.into()].into()),
        ..Default::default()
    };
    let text = r#"{"1":{"tf":1},"6":{"dbl":0.10000000000000001},"7":{"str":"a"},"8":{"str":"+vv8/Q=="},"13":{"i32":2},"22":{"set":["dbl",1,0.5]}}"#;
    assert_eq!(String::from_utf8(json::to_vec(&value).unwrap()).unwrap(), text);
    assert_eq!(json::from_slice::<Everything>(text.as_bytes()).unwrap(), value);
}

/// A value in every field that JSON has.
fn everything() -> Everything {
    let item = Item { name: Some("\u{1f600} \" \\ \u{0}".into()), ..Item::new(1, vec![Item::default()], Kind::BETA) };
    Everything {
        back: Some(i64::MIN),
        zero: Some(true),
        flag: Some(false),
        byte: Some(i8::MIN),
        short: Some(i16::MAX),
        int: Some(i32::MIN),
        long: Some(i64::MAX),
        double: Some(f64::MIN_POSITIVE),
        text: Some("h\u{f6}chstens".into()),
        blob: Some(vec![0, 255].into()),
        list: Some(vec![1, 2, 3]),
        set: Some(BTreeSet::from(["a".to_owned(), "b\"".to_owned()])),
        map: Some(BTreeMap::from([("a".to_owned(), 1), (String::new(), 2)])),
        item: Some(item.clone()),
        uuid: Some(uuid::Uuid::from_u128(1 << 77)),
        flags: Some(vec![true, false]),
        bytes: Some(vec![-1, 1]),
        shorts: Some(vec![-2, 2]),
        longs: Some(vec![-3, 3]),
        doubles: Some(vec![-0.0, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN]),
        lists: Some(vec![vec![1], vec![]]),
        table: Some([(f64::INFINITY.into(), vec![1.0]), (0.5.into(), vec![])].into()),
        shape: Some(Shape::Item(item)),
        positions: Some(vec![Pos { x: Some(1e300), y: None }, Pos::default()]),
        uuids: Some(vec![uuid::Uuid::from_u128(2)]),
        blobs: Some(vec![vec![1].into(), vec![].into()]),
        ..Default::default()
    }
}

#[test]
fn a_value_survives() {
    let value = everything();
    let bytes = json::to_vec(&value).unwrap();
    assert_eq!(json::from_slice::<Everything>(&bytes).unwrap(), value);
    assert_eq!(json::from_bytes::<Everything>(bytes.into()).unwrap(), value);
}

#[test]
fn white_space_and_other_spellings_are_read() {
    let spaced =
        b" { \"1\" : { \"tf\" : 1 } , \"11\":{\"map\":[ \"str\" , \"i32\" , 2 , { \"a\" : 1 , \"b\" : 2 } ]}\n} ";
    let value: Everything = json::from_slice(spaced).unwrap();
    assert_eq!((value.flag, value.map.map(|map| map.len())), (Some(true), Some(2)));
    let double = |text: &str| {
        json::from_slice::<Everything>(format!("{{\"6\":{{\"dbl\":{text}}}}}").as_bytes()).unwrap().double.unwrap()
    };
    for (text, expected) in [("\"1.5\"", 1.5), ("1", 1.0), ("-inf", f64::NEG_INFINITY), ("\"Infinity\"", f64::INFINITY)]
    {
        assert_eq!(double(text), expected, "{text}");
    }
    for text in ["nan", "-nan", "+NaN", "\"NaN\"", "\"-NaN\""] {
        // As it is written again: without a sign.
        assert_eq!(double(text).to_bits(), f64::NAN.to_bits(), "{text}");
    }
    for text in ["+g", "+g==", "+g="] {
        let json = format!("{{\"8\":{{\"str\":\"{text}\"}}}}");
        assert_eq!(json::from_slice::<Everything>(json.as_bytes()).unwrap().blob.unwrap(), [0xfa][..], "{text}");
    }
}

#[test]
fn a_binary_may_be_a_vector() {
    let bytes = json::to_vec(&vec![0xfau8, 0xfb]).unwrap();
    assert_eq!(bytes, b"\"+vs=\"");
    assert_eq!(json::from_slice::<Vec<u8>>(&bytes).unwrap(), [0xfa, 0xfb]);
    assert_eq!(json::from_slice::<Vec<Vec<u8>>>(br#"["str",2,"","+vs"]"#).unwrap(), [vec![], vec![0xfa, 0xfb]]);
}

#[test]
fn unknown_fields_are_passed_over() {
    let known = r#""4":{"i32":7}"#;
    for unknown in [
        r#""99":{"tf":1}"#,
        r#""99":{"str":"}]\"{"}"#,
        r#""99":{"rec":{"1":{"lst":["rec",2,{},{"1":{"uid":"00112233-4455-6677-8899-aabbccddeeff"}}]}}}"#,
        r#""99":{"map":["i32","map",1,{"1":["str","dbl",2,{"a":1.5,"b":"NaN"}]}]}"#,
        // A known field with another type.
        r#""1":{"str":"true"}"#,
    ] {
        for text in [format!("{{{unknown},{known}}}"), format!("{{{known},{unknown}}}")] {
            let value: Everything = json::from_slice(text.as_bytes()).unwrap();
            assert_eq!(value, Everything { int: Some(7), ..Default::default() }, "{text}");
        }
    }
}

#[test]
fn what_json_cannot_say_is_an_error() {
    let keyed = Everything { by_pos: Some([(Pos::default(), true)].into()), ..Default::default() };
    assert_eq!(json::to_vec(&keyed), Err(EncodeError::JsonKey { ty: WireType::Struct }));
    let lists = Value::Map(vec![(Value::List(WireType::I8, vec![]), Value::I8(1))]);
    assert_eq!(written(&lists), Err(EncodeError::JsonKey { ty: WireType::List }));
    assert_eq!(json::from_slice::<&str>(br#""a\n""#).unwrap_err().kind(), DecodeErrorKind::NotBorrowed);
    assert_eq!(json::from_slice::<&str>(br#""plain""#).unwrap(), "plain");
}

#[test]
fn unknown_variants_go_where_they_can() {
    let number = br#"{"77":{"i32":5}}"#;
    let shape: Shape = json::from_slice(number).unwrap();
    assert!(matches!(&shape, Shape::Unknown(field) if field.id() == 77 && *field != UnknownField::empty()));
    assert_eq!(json::to_vec(&shape).unwrap(), number);
    assert_eq!(compact::to_vec(&shape).unwrap(), [0x05, 0x9a, 0x01, 0x0a, 0x00]);
    let read: Shape = binary::from_slice(&binary::to_vec(&shape).unwrap()).unwrap();
    assert_eq!(json::to_vec(&read).unwrap(), number);
    let string = br#"{"77":{"lst":["str",1,"a\u0041 "]}}"#;
    let shape: Shape = json::from_slice(string).unwrap();
    assert_eq!(json::to_vec(&shape).unwrap(), string);
    let list = Value::List(WireType::String, vec![text("aA ")]);
    assert_eq!(binary::to_vec(&shape).unwrap(), encoded(&Value::Struct(vec![(77, list)])));
}

#[test]
fn every_truncation_is_an_unexpected_end() {
    let bytes = json::to_vec(&everything()).unwrap();
    for len in 0..bytes.len() {
        let cut = bytes[..len].to_vec();
        let error = json::from_slice::<Everything>(&cut).unwrap_err();
        assert_eq!(error.kind(), DecodeErrorKind::UnexpectedEnd, "{}: {error}", String::from_utf8_lossy(&cut));
    }
}

#[test]
fn bad_json_is_refused() {
    use DecodeErrorKind::{Depth, InvalidFieldId, InvalidJson, InvalidUtf8, NegativeSize, TrailingBytes};
    let kind = |text: &[u8]| json::from_slice::<Everything>(text).unwrap_err().kind();
    for text in [
        "[]",
        "null",
        "x",
        r#"{"1":1}"#,
        r#"{"1":{"xx":1}}"#,
        r#"{"1":{"tf":2}}"#,
        r#"{"1":{"tf":true}}"#,
        r#"{"4":{"i32":1.5}}"#,
        r#"{"4":{"i32":2147483648}}"#,
        r#"{"4":{"i32":}}"#,
        r#"{"5":{"i64":9223372036854775808}}"#,
        r#"{"7":{"str":"\x"}}"#,
        r#"{"7":{"str":"\ud800"}}"#,
        r#"{"8":{"str":"a"}}"#,
        r#"{"8":{"str":"ab!="}}"#,
        r#"{"9":{"lst":["i32",1]}}     "#,
        r#"{"9":{"lst":["i32",1,2,3]}}"#,
        r#"{"9":{"lst":["i32",0,1]}}"#,
        r#"{"11":{"map":["str","i32",1,{"a":1,"b":2}]}}"#,
        r#"{"14":{"uid":"0011"}}"#,
        r#"{"1":{"tf":1},}"#,
        r#"{"1":{"tf":1}"2":{"i8":1}}"#,
        r#"{"9":{"lst":["i32",4294967296,1]}}  "#,
    ] {
        let kind = kind(text.as_bytes());
        assert!(matches!(kind, InvalidJson | InvalidFieldId), "{text}: {kind:?}");
    }
    assert_eq!(kind(b"{\"7\":{\"str\":\"\xff\"}}"), InvalidUtf8);
    assert_eq!(kind(br#"{"x":{"tf":1}}"#), InvalidFieldId);
    assert_eq!(kind(br#"{"32768":{"tf":1}}"#), InvalidFieldId);
    assert_eq!(kind(br#"{"9":{"lst":["i32",-1]}}"#), NegativeSize(-1));
    assert_eq!(kind(br#"{"9":{"lst":["i32",2147483647,1]}}"#), DecodeErrorKind::MessageTooLarge { limit: 100 << 20 });
    assert_eq!(kind(br#"{"9":{"lst":["i32",1000,1]}}"#), DecodeErrorKind::UnexpectedEnd);
    assert_eq!(kind(b"{}{}"), TrailingBytes { count: 2 });
    let deep = format!("{}{}", r#"{"99":{"rec":"#.repeat(70), "{}".to_owned() + &"}}".repeat(70));
    assert_eq!(kind(deep.as_bytes()), Depth { limit: 64 });
    let lists = format!("{{\"99\":{{\"lst\":{}", r#"["lst",1,"#.repeat(100_000));
    assert_eq!(kind(lists.as_bytes()), Depth { limit: 64 });
}

#[test]
fn random_damage_never_panics() {
    let sample = json::to_vec(&everything()).unwrap();
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % below
    };
    for _ in 0..10_000 {
        let mut bytes = sample.clone();
        for _ in 0..=random(3) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes[at] = b"{}[],:\"\\0-e"[random(11)],
                1 => bytes[at] = random(256) as u8,
                2 => bytes.truncate(at + 1),
                _ => {
                    bytes.remove(at);
                }
            }
            bytes.push(b' ');
        }
        if let Ok(value) = json::from_slice::<Everything>(&bytes) {
            let again = json::to_vec(&value).unwrap();
            assert_eq!(json::from_slice::<Everything>(&again).unwrap(), value);
        }
    }
}
