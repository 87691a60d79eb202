//! Bytes that other implementations printed, both ways.

use crate::store::Everything;
use crate::{Protocol, hex, text};
use thrift_runtime::codegen::{
    Decode, Encode, InputProtocol, OutputProtocol, Result, StructReader, StructWriter, Uuid,
};
use thrift_runtime::{DecodeErrorKind, DecodeOwned, Value, WireType, binary, compact};

/// The struct in the dynamic form and these bytes are the same.
fn check(fields: &[(i16, Value)], binary: &str, compact: &str) {
    let value = Value::Struct(fields.to_vec());
    for (protocol, bytes) in [(Protocol::Binary, binary), (Protocol::Compact, compact)] {
        assert_eq!(protocol.encoded(&value), hex(bytes), "writing {value:?}");
        assert_eq!(protocol.dynamic(&hex(bytes)).unwrap(), value, "reading {bytes}");
    }
}

#[test]
fn dynamic_values_match_other_implementations() {
    use Value::{Bool, Double, I8, I16, I32, I64, List, Map, Set, Struct, Uuid as Id};
    check(&[(1, Bool(true)), (2, Bool(false))], "02 00 01 01 02 00 02 00 00", "11 12 00");
    check(&[(1, I8(-1))], "03 00 01 ff 00", "13 ff 00");
    check(
        &[(1, I16(-2)), (2, I32(300)), (3, I64(-1))],
        "06 00 01 ff fe 08 00 02 00 00 01 2c 0a 00 03 ff ff ff ff ff ff ff ff 00",
        "14 03 15 d8 04 16 01 00",
    );
    check(&[(1, I64(i64::MIN))], "0a 00 01 80 00 00 00 00 00 00 00 00", "16 ff ff ff ff ff ff ff ff ff 01 00");
    check(&[(1, I64(i64::MAX))], "0a 00 01 7f ff ff ff ff ff ff ff 00", "16 fe ff ff ff ff ff ff ff ff 01 00");
    check(
        &[(1, I32(i32::MIN)), (2, I32(i32::MAX))],
        "08 00 01 80 00 00 00 08 00 02 7f ff ff ff 00",
        "15 ff ff ff ff 0f 15 fe ff ff ff 0f 00",
    );
    check(&[(1, Double(1.5.into()))], "04 00 01 3f f8 00 00 00 00 00 00 00", "17 00 00 00 00 00 00 f8 3f 00");
    check(
        &[(1, Double(core::f64::consts::PI.into()))],
        "04 00 01 40 09 21 fb 54 44 2d 18 00",
        "17 18 2d 44 54 fb 21 09 40 00",
    );
    check(&[(1, text("héllo"))], "0b 00 01 00 00 00 06 68 c3 a9 6c 6c 6f 00", "18 06 68 c3 a9 6c 6c 6f 00");
    check(&[(1, Value::Bytes(vec![0, 255, 16].into()))], "0b 00 01 00 00 00 03 00 ff 10 00", "18 03 00 ff 10 00");
    check(
        &[(1, Id(uuid()))],
        "10 00 01 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00",
        "1d 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00",
    );
    check(
        &[(1, I8(1)), (16, I8(2)), (17, I8(3)), (33, I8(4))],
        "03 00 01 01 03 00 10 02 03 00 11 03 03 00 21 04 00",
        "13 01 f3 02 13 03 03 42 04 00",
    );
    check(&[(16, I8(1))], "03 00 10 01 00", "03 20 01 00");
    check(&[(5, I8(1)), (3, I8(2))], "03 00 05 01 03 00 03 02 00", "53 01 03 06 02 00");
    check(&[(-1, I8(1))], "03 ff ff 01 00", "03 01 01 00");
    check(&[(0, Bool(true))], "02 00 00 01 00", "01 00 00");
    check(&[(20, Bool(false))], "02 00 14 00 00", "02 28 00");
    check(&[(32767, I8(1))], "03 7f ff 01 00", "03 fe ff 03 01 00");
    check(&[(1, List(WireType::I32, vec![]))], "0f 00 01 08 00 00 00 00 00", "19 05 00");
    check(
        &[(1, List(WireType::I32, vec![I32(1), I32(-1)]))],
        "0f 00 01 08 00 00 00 02 00 00 00 01 ff ff ff ff 00",
        "19 25 02 01 00",
    );
    check(
        &[(1, List(WireType::Bool, vec![Bool(true), Bool(false)]))],
        "0f 00 01 02 00 00 00 02 01 00 00",
        "19 21 01 02 00",
    );
    check(
        &[(1, Set(WireType::String, vec![text("a")]))],
        "0e 00 01 0b 00 00 00 01 00 00 00 01 61 00",
        "1a 18 01 61 00",
    );
    check(
        &[(1, Map(vec![(text("a"), I32(1))]))],
        "0d 00 01 0b 08 00 00 00 01 00 00 00 01 61 00 00 00 01 00",
        "1b 01 85 01 61 02 00",
    );
    check(
        &[(1, Map(vec![(I32(-1), Bool(true))]))],
        "0d 00 01 08 02 00 00 00 01 ff ff ff ff 01 00",
        "1b 01 51 01 01 00",
    );
    check(
        &[(1, Map(vec![(Bool(false), Double(0.5.into()))]))],
        "0d 00 01 02 04 00 00 00 01 00 3f e0 00 00 00 00 00 00 00",
        "1b 01 17 02 00 00 00 00 00 00 e0 3f 00",
    );
    check(
        &[(1, Struct(vec![(5, I32(1))])), (2, I32(2))],
        "0c 00 01 08 00 05 00 00 00 01 00 08 00 02 00 00 00 02 00",
        "1c 55 02 00 15 04 00",
    );
    check(
        &[(1, List(WireType::List, vec![List(WireType::I32, vec![I32(1)]), List(WireType::I32, vec![])]))],
        "0f 00 01 0f 00 00 00 02 08 00 00 00 01 00 00 00 01 08 00 00 00 00 00",
        "19 29 15 02 05 00",
    );
    check(
        &[(1, List(WireType::Struct, vec![Struct(vec![(1, Bool(true))]), Struct(vec![])]))],
        "0f 00 01 0c 00 00 00 02 02 00 01 01 00 00 00",
        "19 2c 11 00 00 00",
    );
}

/// Up to 14 elements are counted in the byte that has their type.
#[test]
fn the_length_of_a_list_has_two_forms_in_compact() {
    for (len, compact) in [(14, "19 e3"), (15, "19 f3 0f")] {
        let items: Vec<i8> = (0..len).collect();
        let numbers: String = items.iter().map(|item| format!(" {item:02x}")).collect();
        let dynamic = Value::List(WireType::I8, items.iter().map(|item| Value::I8(*item)).collect());
        let (binary, compact) =
            (format!("0f 00 01 03 00 00 00 {len:02x}{numbers} 00"), format!("{compact}{numbers} 00"));
        check(&[(1, dynamic)], &binary, &compact);
        check_typed(items, &binary, &compact);
    }
}

/// The struct that thriftpy2 printed in compact and in JSON.
pub(crate) fn of_thriftpy2() -> Vec<(i16, Value)> {
    use Value::{Bool, Double, I8, I16, I32, I64, List, Map, Set, Struct};
    vec![
        (1, Bool(true)),
        (2, Bool(false)),
        (3, I8(-1)),
        (4, I16(-2)),
        (5, I32(300)),
        (6, I64(-1)),
        (7, Double(1.5.into())),
        (8, text("a")),
        (9, Value::Bytes(vec![0, 255].into())),
        (10, List(WireType::I32, vec![I32(1), I32(-1)])),
        (11, Set(WireType::String, vec![text("a")])),
        (12, Map(vec![(text("a"), I32(1))])),
        (13, Struct(vec![(5, I32(1))])),
        (14, I32(2)),
        (30, List(WireType::Bool, vec![Bool(true), Bool(false)])),
        (31, Map(vec![])),
    ]
}

#[test]
fn a_struct_of_thriftpy2_matches() {
    let value = Value::Struct(of_thriftpy2());
    let compact = hex(
        "11 12 13 ff 14 03 15 d8 04 16 01 17 00 00 00 00 00 00 f8 3f 18 01 61 18 02 00 ff 19 25 02 01 1a 18 01 61 \
         1b 01 85 01 61 02 1c 55 02 00 15 04 09 3c 21 01 02 1b 00 00",
    );
    assert_eq!(Protocol::Compact.encoded(&value), compact);
    assert_eq!(Protocol::Compact.dynamic(&compact).unwrap(), value);
}

/// A struct with the one field 1, as generated code reads and writes it.
#[derive(Debug, PartialEq)]
struct One<T>(Option<T>);

impl<T: Encode> Encode for One<T> {
    const TYPE: WireType = WireType::Struct;
    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        let mut s = StructWriter::new(out, &[], 16);
        s.optional(1, &self.0);
        s.end();
    }
}

impl<'de, T: Decode<'de>> Decode<'de> for One<T> {
    const TYPE: WireType = WireType::Struct;
    fn blank() -> Self {
        Self(None)
    }
    fn decode<P: InputProtocol<'de>>(input: &mut P) -> Result<Self> {
        let mut value = Self(None);
        let mut s = StructReader::new(input)?.rest();
        while let Some(field) = s.next()? {
            value.0 = s.take(field)?.or(value.0);
        }
        Ok(value)
    }
}

/// The value as field 1 of a struct and these bytes are the same.
fn check_typed<T: Encode + DecodeOwned + PartialEq + core::fmt::Debug>(value: T, binary: &str, compact: &str) {
    let value = One(Some(value));
    for (protocol, bytes) in [(Protocol::Binary, binary), (Protocol::Compact, compact)] {
        assert_eq!(protocol.to_vec(&value).unwrap(), hex(bytes), "writing {value:?}");
        assert_eq!(protocol.decode::<One<T>>(&hex(bytes)).unwrap(), value, "reading {bytes}");
    }
}

#[test]
fn typed_values_match_other_implementations() {
    check_typed(true, "02 00 01 01 00", "11 00");
    check_typed(-1i8, "03 00 01 ff 00", "13 ff 00");
    check_typed(-2i16, "06 00 01 ff fe 00", "14 03 00");
    check_typed(i32::MIN, "08 00 01 80 00 00 00 00", "15 ff ff ff ff 0f 00");
    check_typed(i64::MIN, "0a 00 01 80 00 00 00 00 00 00 00 00", "16 ff ff ff ff ff ff ff ff ff 01 00");
    check_typed(1.5f64, "04 00 01 3f f8 00 00 00 00 00 00 00", "17 00 00 00 00 00 00 f8 3f 00");
    check_typed("héllo".to_owned(), "0b 00 01 00 00 00 06 68 c3 a9 6c 6c 6f 00", "18 06 68 c3 a9 6c 6c 6f 00");
    check_typed(bytes::Bytes::from_static(&[0, 255, 16]), "0b 00 01 00 00 00 03 00 ff 10 00", "18 03 00 ff 10 00");
    check_typed(
        uuid(),
        "10 00 01 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00",
        "1d 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00",
    );
    check_typed(Vec::<i32>::new(), "0f 00 01 08 00 00 00 00 00", "19 05 00");
    check_typed(vec![1i32, -1], "0f 00 01 08 00 00 00 02 00 00 00 01 ff ff ff ff 00", "19 25 02 01 00");
    check_typed(vec![true, false], "0f 00 01 02 00 00 00 02 01 00 00", "19 21 01 02 00");
    check_typed(
        vec![vec![1i32], vec![]],
        "0f 00 01 0f 00 00 00 02 08 00 00 00 01 00 00 00 01 08 00 00 00 00 00",
        "19 29 15 02 05 00",
    );
    check_typed(vec![One(Some(true)), One(None)], "0f 00 01 0c 00 00 00 02 02 00 01 01 00 00 00", "19 2c 11 00 00 00");
    check_typed(Box::new(true), "02 00 01 01 00", "11 00");
    check_typed(Box::new(Box::new("a".to_owned())), "0b 00 01 00 00 00 01 61 00", "18 01 61 00");
    check_typed(Box::new(One(Some(Box::new(1i8)))), "0c 00 01 03 00 01 01 00 00", "1c 13 01 00 00");
    type Set<T> = std::collections::BTreeSet<T>;
    type Map<K, V> = std::collections::BTreeMap<K, V>;
    check_typed(Set::from(["a".to_owned()]), "0e 00 01 0b 00 00 00 01 00 00 00 01 61 00", "1a 18 01 61 00");
    check_typed(Map::<String, i32>::new(), "0d 00 01 0b 08 00 00 00 00 00", "1b 00 00");
    check_typed(
        Map::from([("a".to_owned(), 1i32)]),
        "0d 00 01 0b 08 00 00 00 01 00 00 00 01 61 00 00 00 01 00",
        "1b 01 85 01 61 02 00",
    );
    check_typed(Map::from([(-1i32, true)]), "0d 00 01 08 02 00 00 00 01 ff ff ff ff 01 00", "1b 01 51 01 01 00");
    check_typed(
        Map::from([(false, 0.5f64)]),
        "0d 00 01 02 04 00 00 00 01 00 3f e0 00 00 00 00 00 00 00",
        "1b 01 17 02 00 00 00 00 00 00 e0 3f 00",
    );
}

#[test]
fn a_struct_of_many_types_matches() {
    let value = Everything {
        back: Some(-1),
        zero: Some(true),
        flag: Some(true),
        byte: Some(-1),
        short: Some(-2),
        int: Some(300),
        long: Some(-1),
        double: Some(1.5),
        text: Some("a".into()),
        blob: Some(vec![0, 255].into()),
        ..Default::default()
    };
    let bytes = hex(
        "0a ff ff ff ff ff ff ff ff ff ff 02 00 00 01 02 00 01 01 03 00 02 ff 06 00 03 ff fe 08 00 04 00 00 01 2c \
         0a 00 05 ff ff ff ff ff ff ff ff 04 00 06 3f f8 00 00 00 00 00 00 0b 00 07 00 00 00 01 61 \
         0b 00 08 00 00 00 02 00 ff 00",
    );
    assert_eq!(binary::to_vec(&value).unwrap(), bytes);
    assert_eq!(binary::from_slice::<Everything>(&bytes).unwrap(), value);
    let bytes = hex("06 01 01 11 11 13 ff 14 03 15 d8 04 16 01 17 00 00 00 00 00 00 f8 3f 18 01 61 18 02 00 ff 00");
    assert_eq!(compact::to_vec(&value).unwrap(), bytes);
    assert_eq!(compact::from_slice::<Everything>(&bytes).unwrap(), value);
}

/// The forms that no writer here uses, as Apache's readers take them.
#[test]
fn other_forms_of_compact_are_read() {
    fn read<T: DecodeOwned>(bytes: &str) -> Option<T> {
        compact::from_slice::<One<T>>(&hex(bytes)).unwrap().0
    }
    assert_eq!(read::<i8>("03 02 07 00"), Some(7), "an id in its long form");
    assert_eq!(read::<Vec<i8>>("19 f3 02 07 08 00"), Some(vec![7, 8]), "a count in its long form");
    assert_eq!(read::<Vec<bool>>("19 22 01 02 00"), Some(vec![true, false]), "the other number of bool");
    assert_eq!(read::<Vec<bool>>("19 31 00 02 01 00"), Some(vec![false, false, true]), "0 for false");
    assert_eq!(read::<i32>("15 82 80 00 00"), Some(1), "a longer varint than need be");
    assert_eq!(read::<i32>("15 82 80 80 80 00 00"), Some(1), "as long as one of 32 bits may be");
    assert_eq!(read::<i16>("14 82 80 80 80 00 00"), Some(1), "as is one of 16 bits");
    assert_eq!(read::<i64>("16 82 80 80 80 80 80 80 80 80 00 00"), Some(1), "as long as one of 64 bits may be");
    assert_eq!(read::<i8>("13 05 70"), Some(5), "a stop with something in its upper half");
    assert_eq!(read::<Vec<i32>>("19 00 00"), Some(vec![]), "no element type");
    assert_eq!(read::<std::collections::BTreeMap<i8, i8>>("1b 00 00"), Some(Default::default()), "no types");
}

#[test]
fn what_is_no_compact_is_refused() {
    use DecodeErrorKind::{InvalidBool, InvalidFieldId, InvalidVarint, NegativeSize, UnexpectedEnd, UnknownType};
    let kind = |bytes: &str| compact::from_slice::<Everything>(&hex(bytes)).unwrap_err().kind();
    // Field 4 is an i32, 3 an i16, 5 an i64, 7 a string, 9 a list of i32, 15 one of bool.
    assert_eq!(kind("45 80 80 80 80 80 80 80 80 80 80 80 00"), InvalidVarint);
    assert_eq!(kind("45 ff ff ff ff 1f 00"), InvalidVarint);
    assert_eq!(kind("34 80 80 04 00"), InvalidVarint);
    assert_eq!(kind("56 80 80 80 80 80 80 80 80 80 02 00"), InvalidVarint);
    assert_eq!(kind("56 ff ff ff ff ff ff ff ff ff"), UnexpectedEnd);
    // More than five bytes for 32 bits or less, of a field, an element, a length and an id; near the end and far from it.
    let long = "82 80 80 80 80 00";
    for place in ["45", "34", "78", "99 15", "99 f5", "b9 14", "05", "bb"] {
        assert_eq!(kind(&format!("{place} {long} 00")), InvalidVarint, "{place}");
        assert_eq!(kind(&format!("{place} {long} {}", "00 ".repeat(60))), InvalidVarint, "{place}");
    }
    assert_eq!(kind("78 ff ff ff ff 0f 00"), NegativeSize(-1));
    assert_eq!(kind("99 f5 ff ff ff ff 0f 00"), NegativeSize(-1));
    assert_eq!(kind("99 35 00 00"), UnexpectedEnd);
    assert_eq!(kind("1e 00"), UnknownType(14));
    assert_eq!(kind("99 10 00"), UnknownType(0));
    assert_eq!(kind("f9 21 01 03 00"), InvalidBool(3));
    assert_eq!(kind("03 fe ff 03 00 13 00 00"), InvalidFieldId);
    assert_eq!(kind("03 80 80 04 00"), InvalidFieldId);
}

#[test]
fn any_nonzero_byte_is_true() {
    assert_eq!(binary::from_slice::<One<bool>>(&hex("02 00 01 ff 00")).unwrap(), One(Some(true)));
    let list = binary::from_slice::<One<Vec<bool>>>(&hex("0f 00 01 02 00 00 00 03 02 00 80 00")).unwrap();
    assert_eq!(list, One(Some(vec![true, false, true])));
}

#[test]
fn an_empty_container_needs_no_types() {
    type Map = std::collections::BTreeMap<String, i32>;
    assert_eq!(binary::from_slice::<One<Map>>(&hex("0d 00 01 00 00 00 00 00 00 00")).unwrap(), One(Some(Map::new())));
    assert_eq!(binary::from_slice::<One<Vec<i32>>>(&hex("0f 00 01 00 00 00 00 00 00")).unwrap(), One(Some(vec![])));
    // Another element type does not matter either as long as there is no element.
    assert_eq!(binary::from_slice::<One<Vec<i32>>>(&hex("0f 00 01 0b 00 00 00 00 00")).unwrap(), One(Some(vec![])));
}

fn uuid() -> Uuid {
    Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff)
}
