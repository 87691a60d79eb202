//! Simple JSON: what Apache's Python library prints, and what is JSON where that prints none.

use crate::store::{Everything, Item, Kind, NotFound, Pos, Shape};
use crate::{encoded, text};
use thrift_runtime::simple_json::{self, SimpleJsonWriter, to_string};
use thrift_runtime::{ApplicationError, ApplicationErrorKind, EncodeError, Limits, Value, WireType, binary, json};
use uuid::Uuid;

#[test]
fn every_type_has_its_form() {
    let value = Everything {
        back: Some(-1),
        zero: Some(false),
        flag: Some(true),
        byte: Some(-8),
        short: Some(i16::MIN),
        int: Some(32),
        long: Some(i64::MAX),
        double: Some(1e16),
        text: Some("h\u{e9} \"\\/\n".into()),
        blob: Some(vec![0xfa, 0xfb, 0xfc, 0xfd].into()),
        list: Some(vec![1, -1]),
        set: Some(["a".to_owned(), "b".to_owned()].into()),
        map: Some([("k".to_owned(), 1), ("l".to_owned(), 2)].into()),
        item: Some(Item { name: Some("n".into()), ..Item::new(1, vec![Item::new(2, vec![], Kind(9))], Kind::BETA) }),
        kind: Some(Kind::ALPHA),
        uuid: Some(Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff)),
        flags: Some(vec![true, false]),
        lists: Some(vec![vec![1], vec![], vec![2, 3]]),
        table: Some([(0.5.into(), vec![1.0, -0.0]), (2.0.into(), vec![])].into()),
        shape: Some(Shape::Side(4)),
        positions: Some(vec![Pos { x: Some(1.5), y: None }, Pos::default()]),
        blobs: Some(vec![vec![].into()]),
        ..Everything::default()
    };
    let expected = concat!(
        r#"{"back":-1,"zero":0,"flag":1,"byte":-8,"short":-32768,"int":32,"long":9223372036854775807,"double":1e+16,"#,
        "\"text\":\"h\u{e9} \\\"\\\\/\\n\",",
        r#""blob":"+vv8/Q==","list":[1,-1],"set":["a","b"],"map":{"k":1,"l":2},"#,
        r#""item":{"id":1,"name":"n","count":5,"rank":7,"items":[{"id":2,"count":5,"rank":7,"items":[],"kind":9}],"kind":2},"#,
        r#""kind":1,"uuid":"00112233-4455-6677-8899-aabbccddeeff","flags":[1,0],"lists":[[1],[],[2,3]],"#,
        r#""table":{"0.5":[1.0,-0.0],"2.0":[]},"shape":{"side":4},"positions":[{"x":1.5},{}],"blobs":[""]}"#,
    );
    assert_eq!(to_string(&value).unwrap(), expected);
    assert_eq!(to_string(&NotFound { message: Some("m".into()) }).unwrap(), r#"{"message":"m"}"#);
    let error = ApplicationError::new(ApplicationErrorKind::INTERNAL_ERROR, "m");
    assert_eq!(to_string(&error).unwrap(), r#"{"message":"m","type":6}"#);
    assert_eq!(to_string(&[true, false][..]).unwrap(), "[1,0]");
    assert_eq!(to_string("text").unwrap(), r#""text""#);
}

#[test]
fn all_is_json() {
    let value = Everything {
        double: Some(f64::NAN),
        text: Some("\0\u{1f}\u{7f}".into()),
        doubles: Some(vec![f64::INFINITY, f64::NEG_INFINITY]),
        points: Some([f64::NAN.into()].into()),
        by_pos: Some([(Pos::default(), true), (Pos { x: Some(1.0), y: None }, false)].into()),
        ..Everything::default()
    };
    let expected = concat!(
        "{\"double\":\"nan\",\"text\":\"\\u0000\\u001f\u{7f}\",",
        r#""doubles":["inf","-inf"],"points":["nan"],"by_pos":[[{},1],[{"x":1.0},0]]}"#,
    );
    assert_eq!(to_string(&value).unwrap(), expected);
    let empty = Everything { by_pos: Some([].into()), ..Everything::default() };
    assert_eq!(to_string(&empty).unwrap(), r#"{"by_pos":[]}"#);
}

/// Maps whose keys are maps and lists, as dynamic values; their structs have no names.
#[test]
fn keys_of_every_type_are_written() {
    let written = |value: Value| {
        let mut out = SimpleJsonWriter::new(b"> ".to_vec(), &Limits::default());
        value.encode(&mut out);
        out.finish().map(|bytes| String::from_utf8(bytes).unwrap())
    };
    let map = |key: Value| Value::Map(vec![(key, Value::I8(1))]);
    assert_eq!(written(map(Value::Bool(true))).unwrap(), r#"> {"1":1}"#);
    assert_eq!(written(map(Value::Double(1.0.into()))).unwrap(), r#"> {"1.0":1}"#);
    assert_eq!(written(map(map(map(text("k"))))).unwrap(), r#"> [[[[{"k":1},1]],1]]"#);
    let lists = vec![
        (Value::List(WireType::I8, vec![]), map(Value::I8(3))),
        (Value::List(WireType::I8, vec![Value::I8(1)]), map(Value::Struct(vec![(7, Value::Bool(true))]))),
    ];
    assert_eq!(written(Value::Map(lists)).unwrap(), r#"> [[[],{"3":1}],[[1],[[{"7":1},1]]]]"#);
}

#[test]
fn unknown_variants_have_their_ids_for_names() {
    let inside = Value::Struct(vec![(-1, Value::Bool(true)), (2, Value::Map(vec![(text("k"), text("v"))]))]);
    let shape: Shape = binary::from_slice(&encoded(&Value::Struct(vec![(77, inside)]))).unwrap();
    assert_eq!(to_string(&shape).unwrap(), r#"{"77":{"-1":1,"2":{"k":"v"}}}"#);
    let shape: Shape = json::from_slice(br#"{"78":{"tf":1}}"#).unwrap();
    assert_eq!(to_string(&shape).unwrap(), r#"{"78":1}"#);
}

#[test]
fn limits_hold() {
    let item = Item { next: Some(Box::default()), ..Item::default() };
    let with = |limits: Limits| simple_json::to_string_with(&item, &limits);
    assert_eq!(with(Limits::default().depth(1)), Err(EncodeError::Depth { limit: 1 }));
    let text = with(Limits::default().depth(2)).unwrap();
    let (size, limit) = (text.len(), text.len() - 1);
    assert_eq!(with(Limits::default().message_bytes(limit)), Err(EncodeError::MessageTooLarge { size, limit }));
    assert_eq!(with(Limits::default().message_bytes(size)).unwrap(), text);
}
