//! Structs that keep the fields which their IDL does not know: in `options-unknown`, `Older` is an older version of `Newer`.

use crate::damage::numbers;
use crate::keeping::unknown::{
    Blob, Clash, Empty, Failed, Holder, Kind, Newer, NewerChoice, Older, OlderChoice, Texts,
};
use crate::{Protocol, dynamic, encoded, from_fields, text};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use thrift_runtime::binary::BinaryWriter;
use thrift_runtime::{
    Bytes, DecodeError, DecodeErrorKind, DecodeOwned, Encode, EncodeError, Limits, UnknownFields, Value, WireType,
    binary, compact, json,
};
use uuid::Uuid;

type ToVec<T> = fn(&T) -> Result<Vec<u8>, EncodeError>;
type FromSlice<T> = fn(&[u8]) -> Result<T, DecodeError>;

/// How each protocol writes.
fn writers<T: Encode>() -> [ToVec<T>; 3] {
    [binary::to_vec, compact::to_vec, json::to_vec]
}

/// How each protocol reads, in the same order.
fn readers<T: DecodeOwned>() -> [FromSlice<T>; 3] {
    [|bytes| binary::from_slice(bytes), |bytes| compact::from_slice(bytes), |bytes| json::from_slice(bytes)]
}

/// Messages of a newer writer: each field alone, all together, and nested.
fn newer() -> Vec<Newer> {
    let minimal = || Newer::new(-1, "name".to_owned());
    let choice = NewerChoice::Kinds(vec![BTreeMap::from([("k".to_owned(), Kind(9))]), BTreeMap::new()]);
    let set: Vec<fn(&mut Newer)> = vec![
        |newer| newer.flag = Some(true),
        |newer| newer.tiny = Some(-1),
        |newer| newer.short = Some(300),
        |newer| newer.large = Some(i64::MIN),
        |newer| newer.ratio = Some(-0.0),
        |newer| newer.text = Some("h\u{e9}llo \"\n".repeat(20)),
        |newer| newer.id = Some(Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff)),
        |newer| newer.lists = Some(vec![vec![1], vec![], vec![i32::MAX; 20]]),
        |newer| newer.level = 0,
        |newer| newer.words = Some(BTreeSet::from(["a".to_owned(), String::new()])),
        |newer| newer.children = Some(BTreeMap::from([("c".to_owned(), vec![Newer::new(1, String::new())])])),
        |newer| newer.nested = Some(Box::new(Newer { flag: Some(false), far: Some(1), ..Newer::new(2, "n".into()) })),
        |newer| newer.flags = Some(vec![true, false, true]),
        |newer| newer.switches = Some(BTreeMap::from([(-1, true), (1, false)])),
        |newer| newer.off = Some(false),
        |newer| newer.kind = Some(Kind(-7)),
        |newer| newer.choice = Some(NewerChoice::Number(1)),
        |newer| newer.nothing = Some(BTreeMap::new()),
        |newer| newer.last = Some("last".to_owned()),
        |newer| newer.far = Some(400),
        |newer| newer.farther = Some(true),
    ];
    let mut messages = vec![minimal()];
    messages.extend(
        [NewerChoice::Yes(true), NewerChoice::Inner(Box::new(NewerChoice::Yes(false))), choice]
            .map(|choice| Newer { choice: Some(choice), ..minimal() }),
    );
    let mut all = minimal();
    for set in set {
        let mut one = minimal();
        set(&mut one);
        set(&mut all);
        messages.push(one);
    }
    messages.push(Newer { nested: Some(Box::new(all.clone())), ..all.clone() });
    messages.push(all);
    messages
}

#[test]
fn a_message_of_a_newer_writer_is_written_back() {
    for newer in newer() {
        for (write, (read, write_back)) in writers().into_iter().zip(readers().into_iter().zip(writers())) {
            let bytes = write(&newer).unwrap();
            let older: Older = read(&bytes).unwrap();
            assert_eq!((older.count, &older.name, older.level), (newer.count, &newer.name, newer.level));
            assert_eq!(write_back(&older).unwrap(), bytes, "{older:?}");
        }
    }
}

/// From each protocol to each, and back.
#[test]
fn what_is_kept_goes_to_other_protocols() {
    for newer in newer() {
        for (write, read_older) in writers::<Newer>().into_iter().zip(readers::<Older>()) {
            let older = read_older(&write(&newer).unwrap()).unwrap();
            for (write, (read, read_newer)) in
                writers::<Older>().into_iter().zip(readers::<Older>().into_iter().zip(readers::<Newer>()))
            {
                let bytes = write(&older).unwrap();
                assert_eq!(read_newer(&bytes).unwrap(), newer, "{older:?}");
                let again = read(&bytes).unwrap();
                for (write, read) in writers::<Older>().into_iter().zip(readers::<Newer>()) {
                    assert_eq!(read(&write(&again).unwrap()).unwrap(), newer, "{again:?}");
                }
            }
        }
    }
}

/// In JSON they differ, and nothing says which it is.
#[test]
fn strings_and_binaries_go_through_json() {
    let kept = |blob: &'static [u8], json: &str| {
        let blob = Blob { blob: Some(Bytes::from_static(blob)), text: Some("t\u{1}".into()), ..Blob::default() };
        let bytes = binary::to_vec(&blob).unwrap();
        let empty: Empty = binary::from_slice(&bytes).unwrap();
        let text = json::to_vec(&empty).unwrap();
        assert_eq!(String::from_utf8(text.clone()).unwrap(), json);
        let compact = compact::to_vec(&empty).unwrap();
        assert_eq!(compact::from_slice::<Blob>(&compact).unwrap(), blob);
        (blob, text)
    };
    // A binary that is no text is base64, and a string again from there.
    let (blob, text) = kept(b"\0\xff", r#"{"1":{"str":"AP8="},"2":{"str":"t\u0001"}}"#);
    assert_eq!(json::from_slice::<Blob>(&text).unwrap(), blob);
    let empty: Empty = json::from_slice(&text).unwrap();
    let back: Blob = binary::from_slice(&binary::to_vec(&empty).unwrap()).unwrap();
    assert_eq!((back.blob.as_deref(), back.text), (Some(&b"AP8="[..]), blob.text));
    // One that is text is a string, which no reader of a binary takes.
    kept(b"text!", r#"{"1":{"str":"text!"},"2":{"str":"t\u0001"}}"#);
}

/// The fields that an `Older` must have.
fn with(more: &[(i16, Value)]) -> Value {
    let known = [(2, Value::I32(1)), (5, text("n")), (11, Value::I32(3))];
    let mut fields: Vec<_> = known.into_iter().chain(more.iter().cloned()).collect();
    fields.sort_by_key(|(id, _)| *id);
    Value::Struct(fields)
}

#[test]
fn every_place_and_repeats_are_kept() {
    let places = [
        vec![(i16::MIN, Value::Bool(true)), (-1, Value::I8(1)), (0, Value::I8(2)), (i16::MAX, Value::I8(3))],
        vec![(3, Value::I8(1)), (3, Value::Bool(true)), (3, Value::Bool(false)), (4, text("4"))],
        vec![(12, Value::Map(vec![])), (13, Value::List(WireType::Map, vec![Value::Map(vec![])]))],
    ];
    for protocol in Protocol::BYTES {
        for places in &places {
            let bytes = protocol.encoded(&with(places));
            let older: Older = protocol.decode(&bytes).unwrap();
            assert_eq!(older.unknown_fields.iter().map(|field| field.id()).collect::<Vec<_>>(), ids(places));
            let values: Vec<Value> = older.unknown_fields.iter().filter_map(|field| field.value()).collect();
            assert_eq!(values, places.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>());
            assert_eq!(protocol.to_vec(&older).unwrap(), bytes, "{older:?}");
        }
    }
}

fn ids(fields: &[(i16, Value)]) -> Vec<i16> {
    fields.iter().map(|(id, _)| *id).collect()
}

/// Fields that do not come in the order of their ids: known ones go in that order, and the others keep theirs.
#[test]
fn another_order_becomes_stable() {
    let of = |id: i16| (id, Value::I32(id.into()));
    let written = |order: [i16; 5], expected: [i16; 5]| {
        let fields: Vec<_> = order.map(|id| if id == 5 { (5, text("n")) } else { of(id) }).into();
        let older: Older = from_fields(fields).unwrap();
        let bytes = binary::to_vec(&older).unwrap();
        let Value::Struct(fields) = dynamic(&bytes) else { panic!("not a struct") };
        assert_eq!(ids(&fields), expected);
        assert_eq!(binary::from_slice::<Older>(&bytes).unwrap(), older);
        assert_eq!(binary::to_vec(&binary::from_slice::<Older>(&bytes).unwrap()).unwrap(), bytes);
    };
    written([11, 5, 4, 3, 2], [2, 4, 3, 5, 11]);
    written([12, 3, 11, 2, 5], [2, 5, 11, 12, 3]);
    // Without a known field nothing moves.
    let bytes = encoded(&Value::Struct(vec![of(7), of(-3), of(7), of(1)]));
    assert_eq!(binary::to_vec(&binary::from_slice::<Empty>(&bytes).unwrap()).unwrap(), bytes);
}

#[test]
fn a_field_of_another_type_is_kept() {
    // Where there is a default, the field is written too.
    let texts: Texts = from_fields([(2, Value::I32(5))]).unwrap();
    assert_eq!((texts.text.as_str(), texts.unknown_fields.len()), ("none", 1));
    let bytes = binary::to_vec(&texts).unwrap();
    assert_eq!(dynamic(&bytes), Value::Struct(vec![(2, text("none")), (2, Value::I32(5))]));
    assert_eq!(binary::from_slice::<Texts>(&bytes).unwrap(), texts);
    // Of a required one there must be one of the right type.
    let error = from_fields::<Older>([(2, text("1")), (5, text("n"))]).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::MissingField { ty: "Older", field: "count" });
    let older: Older = from_fields([(2, Value::I64(1)), (2, Value::I32(2)), (5, text("n"))]).unwrap();
    assert_eq!((older.count, older.unknown_fields.len()), (2, 1));
}

#[test]
fn every_kind_of_struct_keeps() {
    let unknown = (7, Value::I64(7));
    let kept = |fields: UnknownFields| fields.iter().filter_map(|field| field.value()).collect::<Vec<_>>();
    let failed: Failed = from_fields([(1, text("m")), unknown.clone()]).unwrap();
    assert_eq!((failed.to_string().as_str(), kept(failed.unknown_fields)), ("m", vec![Value::I64(7)]));
    let clash: Clash = from_fields([(1, Value::I32(1)), (2, Value::I32(2)), unknown.clone()]).unwrap();
    assert_eq!((clash.unknown_fields, clash.unknown_fields_), (Some(1), Some(2)));
    assert_eq!(kept(clash.unknown_fields__), [Value::I64(7)]);
    let choice = Value::Struct(vec![(3, Value::Bool(true))]);
    let holder: Holder = from_fields([(1, choice), unknown]).unwrap();
    assert!(matches!(&holder.choice, OlderChoice::Unknown(field) if field.value() == Some(Value::Bool(true))));
    assert_eq!(kept(holder.unknown_fields), [Value::I64(7)]);
    let made = Holder::new(OlderChoice::Number(1));
    assert!(made.unknown_fields.is_empty());
}

#[test]
fn what_is_kept_counts_where_values_are_compared() {
    let empty = |fields: &[(i16, Value)]| from_fields::<Empty>(fields.to_vec()).unwrap();
    let (none, one, two) = (empty(&[]), empty(&[(1, Value::I8(1))]), empty(&[(1, Value::I8(1)), (2, Value::I8(2))]));
    assert_eq!(none, Empty::default());
    assert_ne!(none, one);
    assert!(none < one && one < two && one < empty(&[(1, Value::I8(2))]));
    assert_eq!(one.clone(), one);
    assert_eq!(HashSet::from([none.clone(), one.clone(), two.clone(), one.clone()]).len(), 3);
    assert_eq!(format!("{none:?}"), "Empty { unknown_fields: [] }");
    assert!(format!("{one:?}").starts_with("Empty { unknown_fields: [UnknownField { id: 1, ty: I8, "), "{one:?}");
    // They can be handed on, in part or as a whole, and forgotten.
    let some = two.unknown_fields.iter().filter(|field| field.id() == 1).cloned().collect();
    assert_eq!(Empty { unknown_fields: some }, one);
    let mut forgets = two;
    forgets.unknown_fields.clear();
    assert_eq!(forgets, none);
    assert_eq!(none.unknown_fields.iter().cloned().collect::<UnknownFields>(), UnknownFields::new());
}

#[test]
fn limits_hold_for_what_is_kept() {
    let nested = |levels| (0..levels).fold(Value::Bool(true), |inner, _| Value::Struct(vec![(1, inner)]));
    let limit = |levels| Limits::default().depth(levels);
    for levels in [1, 2, 10, 64] {
        let bytes = encoded(&nested(levels));
        let empty: Empty = binary::from_slice_with(&bytes, &limit(levels)).unwrap();
        assert_eq!(binary::to_vec_with(&empty, &limit(levels)).unwrap(), bytes);
        if let Some(less) = levels.checked_sub(1).map(limit) {
            let error = binary::from_slice_with::<Empty>(&bytes, &less).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::Depth { limit: less.depth });
            for written in [
                binary::to_vec_with(&empty, &less),
                compact::to_vec_with(&empty, &less),
                json::to_vec_with(&empty, &less),
            ] {
                assert_eq!(written, Err(EncodeError::Depth { limit: less.depth }), "{levels} levels");
            }
        }
    }
    // Many small fields take more memory than bytes.
    let bytes = encoded(&Value::Struct((0..10_000).map(|_| (1, Value::Bool(true))).collect()));
    let memory = 1_000_000;
    assert!(binary::from_slice_with::<Empty>(&bytes, &Limits::default().memory_bytes(memory)).is_ok());
    let limit = 100_000;
    let error = binary::from_slice_with::<Empty>(&bytes, &Limits::default().memory_bytes(limit)).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::Memory { limit });
}

/// From one protocol to another they are those of the writer.
#[test]
fn limits_hold_for_what_is_carried() {
    let nested = |levels| (0..levels).fold(Value::Bool(true), |inner, _| Value::Struct(vec![(1, inner)]));
    let deep = Limits::default().depth(101);
    let empty: Empty = binary::from_slice_with(&encoded_with(&nested(101), &deep), &deep).unwrap();
    for depth in [2, 64, 100] {
        let error = Err(EncodeError::Depth { limit: depth });
        assert_eq!(compact::to_vec_with(&empty, &deep.depth(depth)), error);
        assert_eq!(json::to_vec_with(&empty, &deep.depth(depth)), error);
    }
    let bytes = compact::to_vec_with(&empty, &deep).unwrap();
    let back: Empty = compact::from_slice_with(&bytes, &deep).unwrap();
    assert_eq!(json::to_vec_with(&back, &deep), json::to_vec_with(&empty, &deep));
    // Empty structs are one byte each on the wire.
    let many = Value::List(WireType::Struct, vec![Value::Struct(vec![]); 10_000]);
    let limits = Limits::default().memory_bytes(100_000);
    let empty: Empty = binary::from_slice_with(&encoded(&Value::Struct(vec![(9, many)])), &limits).unwrap();
    assert!(binary::to_vec_with(&empty, &limits).is_ok() && compact::to_vec(&empty).is_ok());
    for written in [compact::to_vec_with(&empty, &limits), json::to_vec_with(&empty, &limits)] {
        assert_eq!(written, Err(EncodeError::UnknownField { id: 9 }));
    }
}

fn encoded_with(value: &Value, limits: &Limits) -> Vec<u8> {
    let mut out = BinaryWriter::new(Vec::new(), limits);
    value.encode(&mut out);
    out.finish().unwrap()
}

#[test]
fn a_broken_field_is_an_error() {
    let bytes = binary::to_vec(&newer().pop().unwrap()).unwrap();
    for len in 0..bytes.len() {
        let error = binary::from_slice::<Older>(&bytes[..len]).unwrap_err();
        assert_eq!(error.kind(), DecodeErrorKind::UnexpectedEnd);
    }
}

/// What is kept is written back as it is, so it must be a value by the letter.
#[test]
fn only_what_is_json_is_kept() {
    let kept = |value: &str| json::from_slice::<Empty>(format!(r#"{{"99":{{{value}}}}}"#).as_bytes());
    for good in [
        r#""i32": -7"#,
        r#""i32":"7""#,
        r#""dbl":1.5e-7"#,
        r#""dbl":"NaN""#,
        r#""str":"\u0041\ud83d\ude00\n""#,
        r#""uid":"00112233-4455-6677-8899-aabbccddeeff""#,
        r#""map":["i32","lst",1,{"1":["dbl",2,0.5,"-Infinity"]}]"#,
    ] {
        let text = json::to_vec(&kept(good).unwrap()).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), format!(r#"{{"99":{{{good}}}}}"#));
    }
    for bad in [
        r#""i32":abc"#,
        r#""i32":nan"#,
        r#""i32":"abc""#,
        r#""i32":1.5"#,
        r#""i8":128"#,
        r#""tf":2"#,
        r#""str":"\x""#,
        r#""str":"\ud83d""#,
        r#""uid":"0011""#,
        r#""lst":["i32",1,abc]"#,
        r#""rec":{"1":{"i16":40000}}"#,
        r#""map":["str","i8",1,{"\x":1}]"#,
    ] {
        assert_eq!(kept(bad).map_err(|error| error.kind()), Err(DecodeErrorKind::InvalidJson), "{bad}");
    }
    let error = json::from_slice::<Empty>(b"{\"99\":{\"str\":\"\xff\"}}").unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::InvalidUtf8);
    // What Python writes, and other numbers of Rust's.
    for (read, written) in [
        (r#""lst":["dbl",3,nan,-inf,1.]"#, r#""lst":["dbl",3,"nan","-inf","1."]"#),
        ("\"str\":\"\n\\n\"", r#""str":"\u000a\n""#),
        (r#""i32":+07"#, r#""i32":"+07""#),
    ] {
        let read = kept(read).unwrap();
        let text = json::to_vec(&read).unwrap();
        assert_eq!(String::from_utf8(text.clone()).unwrap(), format!(r#"{{"99":{{{written}}}}}"#));
        assert_eq!(json::from_slice::<Empty>(&text).unwrap(), read);
    }
    let controls = format!("{{\"99\":{{\"str\":\"{}\"}}}}", "\u{1}".repeat(1000));
    let limited = |memory| json::from_slice_with::<Empty>(controls.as_bytes(), &Limits::default().memory_bytes(memory));
    assert_eq!(limited(5_000).unwrap_err().kind(), DecodeErrorKind::Memory { limit: 5_000 });
    assert!(limited(7_000).is_ok(), "an escape has six bytes");
}

#[test]
fn bools_that_are_kept_are_bools() {
    for (byte, expected) in [(0, None), (1, None), (2, None), (3, Some(DecodeErrorKind::InvalidBool(3)))] {
        for bytes in [[0x19, 0x21, 1, byte, 0], [0x1b, 1, 0x13, byte, 0]] {
            let mut bytes = bytes.to_vec();
            if bytes[0] == 0x1b {
                // A map from bool to i8.
                bytes.insert(4, 7);
            }
            let kept = compact::from_slice::<Empty>(&bytes);
            assert_eq!(kept.err().map(|error| error.kind()), expected, "{bytes:x?}");
        }
    }
}

#[test]
fn a_large_field_shares_the_frame() {
    let frame = Bytes::from(encoded(&Value::Struct(vec![(1, Value::Bytes(vec![7; 1000].into()))])));
    let empty: Empty = binary::from_bytes(frame.clone()).unwrap();
    let Some(Value::Bytes(kept)) = empty.unknown_fields.iter().next().and_then(|field| field.value()) else {
        panic!("nothing is kept")
    };
    assert!(frame.as_ptr_range().contains(&kept.as_ptr()), "it is a copy");
}

/// What is decoded is written and read again as the same, in each protocol; in another one it may be that it cannot be.
#[test]
fn damaged_messages_are_kept_or_refused() {
    let samples = newer();
    let (mut random, mut kept) = (numbers(0x9e37_79b9_7f4a_7c15), 0);
    for _ in 0..3_000 {
        let protocol = random(3);
        let (write, read) = (writers::<Newer>()[protocol], readers::<Older>()[protocol]);
        let mut bytes = write(&samples[random(samples.len())]).unwrap();
        for _ in 0..=random(2) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes[at] = random(17) as u8,
                1 => bytes[at] = random(256) as u8,
                2 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"0\x01\"\x7f"[random(4)]),
            }
        }
        let Ok(older) = read(&bytes) else { continue };
        for (other, (write, read)) in writers::<Older>().into_iter().zip(readers::<Older>()).enumerate() {
            match write(&older) {
                Ok(bytes) => {
                    let again = read(&bytes).unwrap_or_else(|error| panic!("{error} after {bytes:x?} of {older:?}"));
                    assert_eq!(write(&again).unwrap(), bytes);
                    assert!(other != protocol || again == older, "{again:?} is not {older:?}");
                    kept += usize::from(!again.unknown_fields.is_empty());
                }
                Err(error) => assert_ne!(other, protocol, "{error}: {older:?}"),
            }
        }
    }
    assert!(kept > 900, "{kept}");
}
