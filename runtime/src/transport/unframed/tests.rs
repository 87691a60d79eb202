//! The scanner against the decoders' own way of passing over values.

use super::decoder::skip;
use super::*;
use crate::message::{MessageHeader, MessageKind, Protocol};
use crate::protocol::binary::BinaryWriter;
use crate::protocol::compact::CompactWriter;
use crate::value::Value as Dynamic;
use uuid::Uuid;

const PROTOCOLS: &[Protocol] = &[
    Protocol::Binary,
    Protocol::Compact,
    #[cfg(feature = "json")]
    Protocol::Json,
];

/// A generator of numbers that look random, the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        // SplitMix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    /// Of any length on the wire.
    fn number(&mut self) -> i64 {
        let shift = self.below(64);
        (self.below(u64::MAX) as i64) >> shift
    }

    fn bytes(&mut self, count: u64) -> Vec<u8> {
        (0..count).map(|_| self.below(256) as u8).collect()
    }

    fn wire_type(&mut self, depth: u32) -> WireType {
        use WireType::*;
        const TYPES: [WireType; 12] = [Bool, I8, Double, I16, I32, I64, String, Uuid, Struct, Map, Set, List];
        TYPES[self.below(if depth == 0 { 8 } else { 12 }) as usize]
    }

    /// A value of that type, nested at most so deep.
    fn value(&mut self, ty: WireType, depth: u32) -> Dynamic {
        let inner = depth.saturating_sub(1);
        match ty {
            WireType::Bool => Dynamic::Bool(self.below(2) == 0),
            WireType::I8 => Dynamic::I8(self.number() as i8),
            WireType::I16 => Dynamic::I16(self.number() as i16),
            WireType::I32 => Dynamic::I32(self.number() as i32),
            WireType::I64 => Dynamic::I64(self.number()),
            WireType::Double => Dynamic::Double(f64::from_bits(self.number() as u64).into()),
            WireType::Uuid => Dynamic::Uuid(Uuid::from_u64_pair(self.below(u64::MAX), self.below(u64::MAX))),
            WireType::String => {
                let length = self.below(20) * self.below(20);
                Dynamic::Bytes(match self.below(2) {
                    0 => self.bytes(length).into(),
                    _ => (0..length / 3)
                        .map(|_| ['"', '\\', '[', '}', '\n', 'é'][self.below(6) as usize])
                        .collect::<String>()
                        .into(),
                })
            }
            WireType::Struct => Dynamic::Struct(
                (0..self.below(4))
                    .map(|_| {
                        let ty = self.wire_type(inner);
                        (self.number() as i16, self.value(ty, inner))
                    })
                    .collect(),
            ),
            WireType::List | WireType::Set => {
                let (item, count) = (self.wire_type(inner), self.below(5) * self.below(5));
                let items = (0..count).map(|_| self.value(item, inner)).collect();
                if ty == WireType::List { Dynamic::List(item, items) } else { Dynamic::Set(item, items) }
            }
            WireType::Map => {
                // JSON cannot write others as keys.
                let (key, value) = (self.wire_type(0), self.wire_type(inner));
                Dynamic::Map((0..self.below(4)).map(|_| (self.value(key, 0), self.value(value, inner))).collect())
            }
        }
    }

    /// A message, and where its body begins.
    fn message(&mut self, protocol: Protocol) -> (Vec<u8>, usize) {
        let value = self.value(WireType::Struct, 6);
        let (name, limits) = ("m".repeat(self.below(30) as usize), Limits::default());
        let mut message = match protocol {
            Protocol::Binary if self.below(3) == 0 => {
                let length = (name.len() as u32).to_be_bytes();
                [&length, name.as_bytes(), b"\x01", &self.bytes(4)].concat()
            }
            Protocol::Binary => {
                let mut head = Vec::new();
                let sequence_id = self.number() as i32;
                Protocol::Binary
                    .write_header(MessageHeader { name: &name, kind: MessageKind::Call, sequence_id }, &mut head);
                head
            }
            Protocol::Compact => {
                let sequence_id = [&b"\x01"[..], b"\xff\xff\xff\xff\x0f"][self.below(2) as usize];
                [&b"\x82\x21"[..], sequence_id, &[name.len() as u8], name.as_bytes()].concat()
            }
            #[cfg(feature = "json")]
            Protocol::Json => format!("[1,\"{name}\",1,{},", self.number() as i32).into_bytes(),
        };
        let body = message.len();
        macro_rules! write {
            ($writer:ty) => {{
                let mut out = <$writer>::new(message, &limits);
                value.encode(&mut out);
                message = out.finish().unwrap();
            }};
        }
        match protocol {
            Protocol::Binary => write!(BinaryWriter),
            Protocol::Compact => write!(CompactWriter),
            #[cfg(feature = "json")]
            Protocol::Json => {
                write!(crate::json::JsonWriter);
                message.push(b']');
            }
        }
        (message, body)
    }
}

#[test]
fn random_messages_end_where_the_decoder_says_however_they_are_cut() {
    let mut random = Random(1);
    let limits = Limits::default();
    for &protocol in PROTOCOLS {
        let mut lengths = 0;
        for _ in 0..300 {
            let (message, body) = random.message(protocol);
            lengths += message.len();
            assert_eq!(skip(protocol, &message, body, &limits), Ok(Some(message.len())));
            let mut stream = message.clone();
            stream.extend(random.bytes(10));
            for cut in 0..message.len() {
                let mut scanner = Scanner::new(limits);
                assert_eq!(scanner.scan(&stream[..cut]), Ok(None), "cut at {cut}");
                assert!(scanner.least_length() <= message.len());
                assert_eq!(scanner.scan(&stream), Ok(Some(0..message.len())), "cut at {cut}");
            }
            // Byte by byte, and then the next message.
            let mut scanner = Scanner::new(limits);
            for _ in 0..2 {
                let end = (0..=stream.len()).find(|&end| scanner.scan(&stream[..end]).unwrap().is_some());
                assert_eq!(end, Some(message.len()));
            }
        }
        assert!(lengths > 300 * 50, "the messages are too small to say anything: {lengths}");
    }
}

#[test]
fn damaged_messages_never_end_beyond_what_the_decoder_reads() {
    let mut random = Random(2);
    let limits = Limits::default().message_bytes(5000).depth(6);
    for &protocol in PROTOCOLS {
        let (mut ends, mut errors, mut open) = (0, 0, 0);
        for _ in 0..10_000 {
            let (mut message, body) = random.message(protocol);
            for _ in 0..random.below(4) {
                let at = body + random.below((message.len() - body) as u64) as usize;
                message[at] = match random.below(3) {
                    0 => random.below(17) as u8,
                    1 => b"[]{}\"\\,: "[random.below(9) as usize],
                    _ => random.below(256) as u8,
                };
            }
            let decoded = skip(protocol, &message, body, &limits);
            let mut scanner = Scanner::new(limits);
            match scanner.scan(&message) {
                Ok(Some(found)) => {
                    ends += 1;
                    assert!(found.start == 0 && found.end <= message.len() && found.end <= limits.message_bytes);
                    match protocol {
                        Protocol::Binary | Protocol::Compact => {
                            assert_eq!(decoded, Ok(Some(found.end)), "{message:x?}")
                        }
                        // What is between the brackets is not looked at.
                        #[cfg(feature = "json")]
                        Protocol::Json => {
                            assert!(
                                !matches!(decoded, Ok(Some(end)) if end != found.end),
                                "{}",
                                message.escape_ascii()
                            );
                        }
                    }
                }
                Ok(None) => {
                    open += 1;
                    assert!(scanner.least_length() <= limits.message_bytes);
                    assert!(scanner.walk.open.len() <= 2 * limits.depth as usize + 1);
                    assert!(!matches!(decoded, Ok(Some(_))), "{}", message.escape_ascii());
                }
                Err(_) => {
                    errors += 1;
                    // A count that the limit does not allow, the decoder finds by the bytes that remain.
                    let too_large = message.len() > limits.message_bytes;
                    assert!(too_large || !matches!(decoded, Ok(Some(_))), "{}", message.escape_ascii());
                }
            }
        }
        assert!(ends > 1000 && errors > 1000 && open > 100, "{protocol:?}: {ends} {errors} {open}");
    }
}

#[test]
fn nesting_is_bounded_as_the_decoder_bounds_it() {
    let limits = Limits::default().depth(5);
    let check = |protocol, head: &[u8], open: &[u8], again: &[u8], inner: &[u8], close: &[u8], end: &[u8]| {
        for depth in 1..12 {
            let (again, close) = (again.repeat(depth - 1), close.repeat(depth - 1));
            let message = [head, open, &again, inner, &close, end].concat();
            let scanned = Scanner::new(limits).scan(&message).map(|found| found.map(|found| found.end));
            let skipped = skip(protocol, &message, head.len(), &limits);
            match protocol {
                Protocol::Binary | Protocol::Compact => {
                    assert_eq!(scanned.map_err(drop), skipped, "depth {depth}: {}", message.escape_ascii());
                    assert_eq!(skipped.is_ok(), depth <= 5, "depth {depth}: {}", message.escape_ascii());
                }
                // The scanner counts brackets, of which not all are levels.
                #[cfg(feature = "json")]
                Protocol::Json => {
                    assert!(skipped.is_err() || scanned.map_err(drop) == skipped, "{}", message.escape_ascii());
                    assert_eq!(skipped.is_ok(), depth <= 5, "depth {depth}: {}", message.escape_ascii());
                }
            }
        }
    };
    let head = b"\x80\x01\0\x01\0\0\0\0\0\0\0\0";
    check(Protocol::Binary, head, b"", b"\x0c\0\x01", b"\0", b"\0", b"");
    check(Protocol::Binary, head, b"\x0f\0\x01", b"\x0f\0\0\0\x01", b"\x0f\0\0\0\0", b"", b"\0");
    check(Protocol::Binary, head, b"\x0d\0\x01", b"\x08\x0d\0\0\0\x01\0\0\0\x07", b"\x08\x08\0\0\0\0", b"", b"\0");
    let head = b"\x82\x21\0\0";
    check(Protocol::Compact, head, b"", b"\x1c", b"\0", b"\0", b"");
    check(Protocol::Compact, head, b"\x19", b"\x19", b"\x09", b"", b"\0");
    check(Protocol::Compact, head, b"\x1b", b"\x01\x5b\x07", b"\0", b"", b"\0");
    #[cfg(feature = "json")]
    {
        let (json, head) = (Protocol::Json, b"[1,\"\",1,0,");
        check(json, head, b"", br#"{"1":{"rec":"#, b"{}", b"}}", b"]");
        check(json, head, br#"{"1":{"lst":"#, br#"["lst",1,"#, br#"["lst",0]"#, b"]", b"}}]");
        check(json, head, br#"{"1":{"map":"#, br#"["i8","map",1,{"1":"#, br#"["i8","i8",0,{}]"#, b"}]", b"}}]");
        check(json, head, b"", br#"{"1":{"map":["str","rec",1,{"":"#, b"{}", b"}]}}", b"]");
    }
}

#[test]
fn work_is_bounded_by_the_bytes() {
    // Two billion empty structs, which take no room but the stop byte each: the count is refused at once.
    for message in [
        &b"\x80\x01\0\x01\0\0\0\0\0\0\0\0\x0f\0\x01\x0c\x7f\xff\xff\xff"[..],
        b"\x82\x21\0\0\x19\xfc\xff\xff\xff\xff\x07",
    ] {
        assert!(Scanner::new(Limits::default()).scan(message).is_err());
    }
}

#[test]
fn a_stream_may_change_its_protocol() {
    let mut random = Random(3);
    let mut scanner = Scanner::new(Limits::default());
    for turn in 0..100 {
        let (first, _) = random.message(PROTOCOLS[turn % PROTOCOLS.len()]);
        let (second, _) = random.message(PROTOCOLS[(turn + 1) % PROTOCOLS.len()]);
        let stream = [&first[..], &second].concat();
        assert_eq!(scanner.scan(&stream), Ok(Some(0..first.len())));
        assert_eq!(scanner.scan(&stream[first.len()..]), Ok(Some(0..second.len())));
    }
}

#[test]
fn what_is_no_message_is_an_error_at_once() {
    let messages: &[&[u8]] = &[
        b"\x81\x01\0\x01",
        b"\x82\x22\0\0",
        b"\x82\xa1\0\0",
        b"\x82\x21\xff\xff\xff\xff\xff",
        b"\x82\x21\0\xff\xff\xff\xff\x0f",
        b"\x82\x21\0\0\x1e",
        b"GET / HTTP/1.1",
    ];
    for message in messages {
        assert!(Scanner::new(Limits::default()).scan(message).is_err(), "{}", message.escape_ascii());
    }
}

#[cfg(feature = "json")]
#[test]
fn json_may_have_white_space_around_and_between() {
    let (first, second) = (b" \r\n[ 1 , \"a\\\"]\" ,\t1, 2 , { } ]", b"\n[1,\"\\\\\",1,3,{}]");
    let stream = [&first[..], second].concat();
    let mut scanner = Scanner::new(Limits::default());
    for cut in 0..first.len() {
        assert_eq!(scanner.scan(&stream[..cut]), Ok(None), "cut at {cut}");
    }
    assert_eq!(scanner.scan(&stream), Ok(Some(3..first.len())));
    assert_eq!(scanner.scan(&stream[first.len()..]), Ok(Some(1..second.len())));
    assert_eq!(scanner.scan(b" "), Ok(None));
}

#[cfg(feature = "json")]
#[test]
fn json_is_bounded_and_its_brackets_match() {
    let scan = |text: &[u8], limits: Limits| {
        Scanner::new(limits).scan(text).map_err(|error| match error {
            MessageError::Body(error) => error.kind(),
            other => panic!("{other}"),
        })
    };
    let limits = Limits::default().message_bytes(20).depth(2);
    for text in [&b"[}"[..], b"[{]", b" {", b" x", b"[1,\x80", b"[;"] {
        assert_eq!(scan(text, limits), Err(DecodeErrorKind::InvalidJson), "{}", text.escape_ascii());
    }
    assert_eq!(scan(b"[[[[[[[[[", limits), Ok(None));
    assert_eq!(scan(b"[[[[[[[[[[", limits), Err(DecodeErrorKind::Depth { limit: 2 }));
    let too_large = Err(DecodeErrorKind::MessageTooLarge { limit: 20 });
    assert_eq!(scan(&[b' '; 20], limits), Ok(None));
    assert_eq!(scan(&[b' '; 21], limits), too_large);
    assert_eq!(scan(b"[\"                  ", limits), Ok(None));
    assert_eq!(scan(b"[\"                   ", limits), too_large);
    assert_eq!(scan(b"[                   ]", limits), too_large);
}
