//! Bytes that are cut off, damaged or forged: always an error or a value, never a panic.

use crate::store::{Empty, Everything, Item, Kind, NotFound, Pos, Shape, Wide};
use crate::{Protocol, hex};
use thrift_runtime::binary::{self, BinaryReader};
use thrift_runtime::codec::StructWriter;
use thrift_runtime::protocol::OutputProtocol;
use thrift_runtime::{DecodeErrorKind, DecodeOwned, Encode, EncodeError, Limits, WireType};

/// A value in every field.
fn everything() -> Everything {
    let item = Item {
        name: Some("name".into()),
        next: Some(Box::new(Item::default())),
        blob: Some(vec![7; 70].into()),
        ..Item::new(1, vec![Item::default()], Kind::BETA)
    };
    let pos = || Pos { x: Some(1.0), y: None };
    Everything {
        back: Some(-1),
        zero: Some(true),
        flag: Some(false),
        byte: Some(1),
        short: Some(2),
        int: Some(3),
        long: Some(4),
        double: Some(f64::NAN),
        text: Some("höchstens dreißig Zeichen".into()),
        blob: Some(vec![0, 255].into()),
        list: Some(vec![1, 2, 3]),
        set: Some(["a".to_owned(), "b".to_owned()].into()),
        map: Some([("a".to_owned(), 1)].into()),
        item: Some(item.clone()),
        kind: Some(Kind::ALPHA),
        uuid: Some(uuid::Uuid::from_u128(1 << 77)),
        flags: Some(vec![true, false]),
        bytes: Some(vec![-1, 1]),
        shorts: Some(vec![-2, 2]),
        longs: Some(vec![-3, 3]),
        doubles: Some(vec![-0.0, 0.5]),
        lists: Some(vec![vec![1], vec![]]),
        table: Some([(f64::INFINITY.into(), vec![1.0])].into()),
        points: Some([0.0.into(), (-0.0).into()].into()),
        shape: Some(Shape::Item(item)),
        positions: Some(vec![pos(), Pos::default()]),
        by_pos: Some([(pos(), true)].into()),
        uuids: Some(vec![uuid::Uuid::from_u128(2)]),
        blobs: Some(vec![vec![1].into()]),
    }
}

fn wide() -> Wide {
    Wide { f3: "three".into(), f130: 130, ..Default::default() }
}

/// Decodes as all types there are, typed and dynamic.
fn decode_all(bytes: &[u8]) {
    fn decode<T: DecodeOwned + Encode + PartialEq + core::fmt::Debug>(protocol: Protocol, bytes: &[u8]) {
        // What can be decoded can be encoded and is then the same.
        if let Ok(value) = protocol.decode::<T>(bytes) {
            let again = protocol.to_vec(&value).unwrap();
            assert_eq!(protocol.decode::<T>(&again).unwrap(), value);
        }
    }
    for protocol in Protocol::BYTES {
        decode::<Everything>(protocol, bytes);
        decode::<Item>(protocol, bytes);
        decode::<Shape>(protocol, bytes);
        decode::<NotFound>(protocol, bytes);
        decode::<Empty>(protocol, bytes);
        decode::<Wide>(protocol, bytes);
        let _ = protocol.dynamic(bytes);
    }
}

/// The numbers of a small generator (xorshift), the same in every run.
pub(crate) fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % below
    }
}

#[test]
fn every_truncation_is_an_unexpected_end() {
    fn check<T: DecodeOwned + Encode + core::fmt::Debug>(value: &T) {
        for protocol in Protocol::BYTES {
            let bytes = protocol.to_vec(value).unwrap();
            for len in 0..bytes.len() {
                let cut = bytes[..len].to_vec();
                let error = protocol.decode::<T>(&cut).unwrap_err();
                assert_eq!(error.kind(), DecodeErrorKind::UnexpectedEnd, "{protocol:?} cut at {len}: {error}");
                assert!(error.offset() <= len);
                assert_eq!(protocol.decode::<Empty>(&cut).unwrap_err().kind(), DecodeErrorKind::UnexpectedEnd);
            }
        }
    }
    check(&everything());
    check(&wide());
    check(&Shape::Side(1));
}

#[test]
fn random_damage_never_panics() {
    let samples = Protocol::BYTES.map(|protocol| [protocol.to_vec(&everything()), protocol.to_vec(&wide())]);
    let samples: Vec<_> = samples.into_iter().flatten().map(Result::unwrap).collect();
    let mut random = numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..5_000 {
        let mut bytes = samples[random(samples.len())].clone();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            match random(5) {
                0 => bytes[at] = 0xff,
                1 => bytes[at] = random(17) as u8,
                2 => bytes[at] = random(256) as u8,
                3 => bytes.truncate(at + 1),
                _ => bytes.insert(at, random(256) as u8),
            }
        }
        decode_all(&bytes);
    }
}

#[test]
fn random_bytes_never_panic() {
    let mut random = numbers(1);
    for _ in 0..20_000 {
        // Small numbers are type codes and counts.
        let below = [17, 256][random(2)];
        let bytes: Vec<u8> = (0..random(60)).map(|_| random(below) as u8).collect();
        decode_all(&bytes);
    }
}

#[test]
fn lengths_are_checked() {
    let kind = |bytes: &str| binary::from_slice::<Everything>(&hex(bytes)).unwrap_err().kind();
    assert_eq!(kind("0b 00 07 ff ff ff ff 00"), DecodeErrorKind::NegativeSize(-1));
    assert_eq!(kind("0b 00 63 80 00 00 00 00"), DecodeErrorKind::NegativeSize(i32::MIN));
    assert_eq!(kind("0f 00 09 08 ff ff ff ff 00"), DecodeErrorKind::NegativeSize(-1));
    assert_eq!(kind("0d 00 0b 0b 08 ff ff ff ff 00"), DecodeErrorKind::NegativeSize(-1));
    assert_eq!(kind("0b 00 07 00 00 00 09 00"), DecodeErrorKind::UnexpectedEnd);
    // Eight bytes cannot hold three numbers of four.
    assert_eq!(kind("0f 00 09 08 00 00 00 03 00 00 00 01 00 00 00 02"), DecodeErrorKind::UnexpectedEnd);
    // More than a message may have: no further byte will help.
    let limit = Limits::default().message_bytes;
    assert_eq!(kind("0f 00 09 08 7f ff ff ff"), DecodeErrorKind::MessageTooLarge { limit });
    assert_eq!(kind("0b 00 07 7f ff ff ff"), DecodeErrorKind::MessageTooLarge { limit });
}

#[test]
fn unknown_types_are_an_error() {
    let kind = |bytes: &str| binary::from_slice::<Everything>(&hex(bytes)).unwrap_err().kind();
    for code in ["01", "05", "07", "09", "11", "ff"] {
        let expected = DecodeErrorKind::UnknownType(u8::from_str_radix(code, 16).unwrap());
        assert_eq!(kind(&format!("{code} 00 01 00 00")), expected);
        assert_eq!(kind(&format!("0f 00 63 {code} 00 00 00 01 00 00")), expected);
        assert_eq!(kind(&format!("0d 00 63 {code} 08 00 00 00 01 00 00 00 00 00 00 00")), expected);
        assert_eq!(kind(&format!("0d 00 63 08 {code} 00 00 00 01 00 00 00 00 00 00 00")), expected);
    }
}

#[test]
fn text_must_be_utf8() {
    // Of every length around those that are checked in a way of their own, broken at every place.
    for len in (0..70).chain([1000]) {
        let good = Everything { text: Some("a".repeat(len)), ..Default::default() };
        let bytes = binary::to_vec(&good).unwrap();
        assert_eq!(binary::from_slice::<Everything>(&bytes).unwrap(), good);
        for at in 0..len {
            let mut bytes = bytes.clone();
            bytes[7 + at] = 0x80;
            let error = binary::from_slice::<Everything>(&bytes).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::InvalidUtf8);
        }
    }
    let umlauts = Everything { text: Some("ü".repeat(100)), ..Default::default() };
    assert_eq!(binary::from_slice::<Everything>(&binary::to_vec(&umlauts).unwrap()).unwrap(), umlauts);
}

#[test]
fn strings_of_every_length_are_written_whole() {
    let letters: String = ('a'..='z').cycle().take(2000).collect();
    for len in (0..100).chain([1000, 2000]) {
        let text = &letters[..len];
        let value =
            Everything { text: Some(text.to_owned()), blob: Some(text.to_owned().into()), ..Default::default() };
        let mut bytes = hex("0b 00 07");
        bytes.extend((len as u32).to_be_bytes());
        bytes.extend(text.bytes());
        bytes.extend(hex("0b 00 08"));
        bytes.extend((len as u32).to_be_bytes());
        bytes.extend(text.bytes());
        bytes.push(0);
        assert_eq!(binary::to_vec(&value).unwrap(), bytes);
    }
}

#[test]
fn a_message_has_an_end() {
    let error = binary::from_slice::<Empty>(&hex("00 01 02")).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::TrailingBytes { count: 2 });
    assert_eq!(error.to_string(), "the value is followed by 2 more bytes at byte 1");
    // A reader leaves what follows to its caller.
    let bytes = hex("00 01 02");
    let mut input = BinaryReader::new(&bytes, &Limits::default());
    <Empty as thrift_runtime::Decode>::decode(&mut input).unwrap();
    assert_eq!(input.remaining(), [1, 2]);
}

#[test]
fn a_message_has_a_limit() {
    let limits = Limits::default().message_bytes(10);
    let error = binary::from_slice_with::<Empty>(&[0; 11], &limits).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::MessageTooLarge { limit: 10 });
    assert_eq!(binary::to_vec_with("123456", &limits).unwrap().len(), 10);
    assert_eq!(binary::to_vec_with("1234567", &limits), Err(EncodeError::MessageTooLarge { size: 11, limit: 10 }));
}

#[test]
fn doubles_keep_their_bits_and_can_be_keys() {
    let nan = f64::from_bits(0x7ff8_0000_0000_1234);
    let value = Everything {
        double: Some(nan),
        points: Some([nan, -0.0, 0.0, f64::NAN, -f64::NAN, 1.0].map(Into::into).into()),
        table: Some([(0.0.into(), vec![nan, -0.0]), ((-0.0).into(), vec![])].into()),
        by_pos: Some([(Pos { x: Some(nan), y: None }, true), (Pos { x: Some(-0.0), y: Some(0.0) }, false)].into()),
        ..Default::default()
    };
    assert_eq!(value.points.as_ref().unwrap().len(), 6);
    let decoded: Everything = binary::from_slice(&binary::to_vec(&value).unwrap()).unwrap();
    assert_eq!(decoded, value);
    assert_eq!(decoded.double.map(f64::to_bits), Some(nan.to_bits()));
    assert_ne!(decoded, Everything { double: Some(f64::NAN), ..value.clone() });
    let set = std::collections::HashSet::from([value.clone()]);
    assert!(set.contains(&decoded));
    let zero = |zero| Pos { x: Some(zero), y: None };
    assert!(zero(-0.0) < zero(0.0) && Pos::default() < zero(-f64::NAN));
}

#[test]
fn what_the_wire_cannot_count_is_not_written() {
    const LEN: usize = 1 << 31;
    let error = Err(EncodeError::TooLong { len: LEN });
    // Zeroed memory that is never touched takes no space, nor do elements without a size.
    let bytes = vec![0u8; LEN];
    assert_eq!(binary::to_vec(bytes.as_slice()), error);
    assert_eq!(binary::to_vec(&OneField(&bytes)), error);
    assert_eq!(binary::to_vec([Nothing; LEN].as_slice()), error);
    assert_eq!(binary::to_vec(&[Nothing; LEN - 1][..]).unwrap().len(), 5);
}

#[derive(Clone, Copy)]
struct Nothing;

impl Encode for Nothing {
    const TYPE: WireType = WireType::Bool;
    fn encode<P: OutputProtocol>(&self, _: &mut P) {}
    fn encode_slice<P: OutputProtocol>(_: &[Self], _: &mut P) {}
}

struct OneField<'a>(&'a [u8]);

impl Encode for OneField<'_> {
    const TYPE: WireType = WireType::Struct;
    fn encode<P: OutputProtocol>(&self, out: &mut P) {
        let mut s = StructWriter::new(out, &[], 8);
        s.field(1, self.0);
        s.end();
    }
}
