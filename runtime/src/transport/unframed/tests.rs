//! The scanner against the decoder's own way of skipping values.

use super::*;
use crate::message::{MessageHeader, MessageKind};
use crate::protocol::InputProtocol;
use crate::protocol::binary::BinaryReader;
use crate::wire::Field;

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

    fn bytes(&mut self, count: u64) -> Vec<u8> {
        (0..count).map(|_| self.below(256) as u8).collect()
    }

    fn wire_type(&mut self, depth: u32) -> WireType {
        use WireType::*;
        const TYPES: [WireType; 12] = [Bool, I8, Double, I16, I32, I64, String, Uuid, Struct, Map, Set, List];
        TYPES[self.below(if depth == 0 { 8 } else { 12 }) as usize]
    }

    /// A value of that type, nested at most so deep.
    fn value(&mut self, ty: WireType, depth: u32, out: &mut Vec<u8>) {
        let inner = depth.saturating_sub(1);
        match ty {
            WireType::Struct => {
                for _ in 0..self.below(4) {
                    let ty = self.wire_type(inner);
                    out.push(ty as u8);
                    out.extend(self.bytes(2));
                    self.value(ty, inner, out);
                }
                out.push(0);
            }
            WireType::String => {
                let length = self.below(20) * self.below(20);
                out.extend((length as u32).to_be_bytes());
                out.extend(self.bytes(length));
            }
            WireType::List | WireType::Set => {
                let (item, count) = (self.wire_type(inner), self.below(5));
                out.push(item as u8);
                out.extend((count as u32).to_be_bytes());
                (0..count).for_each(|_| self.value(item, inner, out));
            }
            WireType::Map => {
                let (key, value, count) = (self.wire_type(inner), self.wire_type(inner), self.below(4));
                out.extend([key as u8, value as u8]);
                out.extend((count as u32).to_be_bytes());
                for _ in 0..count {
                    self.value(key, inner, out);
                    self.value(value, inner, out);
                }
            }
            fixed => out.extend(self.bytes(fixed_size(fixed).unwrap())),
        }
    }

    fn message(&mut self) -> Vec<u8> {
        let name = "m".repeat(self.below(30) as usize);
        let mut message = Vec::new();
        if self.below(3) == 0 {
            message.extend((name.len() as u32).to_be_bytes());
            message.extend(name.as_bytes());
            message.push(1);
            message.extend(self.bytes(4));
        } else {
            let sequence_id = self.below(1 << 32) as i32;
            MessageHeader { name: &name, kind: MessageKind::Call, sequence_id }.write_binary(&mut message);
        }
        self.value(WireType::Struct, 8, &mut message);
        message
    }
}

/// What the decoder says of a message: its length, or whether it only lacks bytes.
fn skip(input: &[u8], limits: &Limits) -> Result<Option<usize>, ()> {
    let body = match MessageHeader::read_binary(input) {
        Ok((_, body)) => body,
        Err(MessageError::Truncated) => return Ok(None),
        Err(_) => return Err(()),
    };
    let mut reader = BinaryReader::new(&input[body..], limits);
    match reader.skip(Field { id: 0, ty: WireType::Struct, flag: false }) {
        Ok(()) => Ok(Some(input.len() - reader.remaining().len())),
        Err(error) if error.kind() == DecodeErrorKind::UnexpectedEnd => Ok(None),
        Err(_) => Err(()),
    }
}

#[test]
fn random_messages_end_where_the_decoder_says_however_they_are_cut() {
    let mut random = Random(1);
    let limits = Limits::default();
    let mut lengths = 0;
    for _ in 0..2000 {
        let message = random.message();
        lengths += message.len();
        assert_eq!(skip(&message, &limits), Ok(Some(message.len())));
        let mut stream = message.clone();
        stream.extend(random.bytes(10));
        for cut in 0..message.len() {
            let mut scanner = Scanner::new(limits);
            assert_eq!(scanner.scan(&stream[..cut]), Ok(None), "cut at {cut}");
            assert!(scanner.least_length() <= message.len());
            assert_eq!(scanner.scan(&stream), Ok(Some(message.len())), "cut at {cut}");
        }
        // Byte by byte, and then the next message.
        let mut scanner = Scanner::new(limits);
        for _ in 0..2 {
            let end = (0..=stream.len()).find(|&end| scanner.scan(&stream[..end]).unwrap().is_some());
            assert_eq!(end, Some(message.len()));
        }
    }
    assert!(lengths > 2000 * 50, "the messages are too small to say anything: {lengths}");
}

#[test]
fn damaged_messages_never_end_beyond_what_the_decoder_reads() {
    let mut random = Random(2);
    let limits = Limits::default().message_bytes(5000).depth(8);
    let (mut ends, mut errors, mut open) = (0, 0, 0);
    for _ in 0..200_000 {
        let mut message = random.message();
        for _ in 0..random.below(4) {
            let at = random.below(message.len() as u64) as usize;
            message[at] = if random.below(2) == 0 { random.below(17) as u8 } else { random.below(256) as u8 };
        }
        let mut scanner = Scanner::new(limits);
        match scanner.scan(&message) {
            Ok(Some(end)) => {
                ends += 1;
                assert!(end <= message.len() && end <= limits.message_bytes);
                // The kind and the name are checked only once the message is decoded.
                if MessageHeader::read_binary(&message).is_ok() {
                    assert_eq!(skip(&message, &limits), Ok(Some(end)), "{}", message.escape_ascii());
                }
            }
            Ok(None) => {
                open += 1;
                assert!(scanner.least_length() <= limits.message_bytes);
                assert!(scanner.open.len() <= 2 * limits.depth as usize + 1);
                assert!(!matches!(skip(&message, &limits), Ok(Some(_))), "{}", message.escape_ascii());
            }
            Err(_) => {
                errors += 1;
                // A count that the limit does not allow, the decoder finds by the bytes that remain.
                assert!(!matches!(skip(&message, &limits), Ok(Some(_))), "{}", message.escape_ascii());
            }
        }
    }
    assert!(ends > 1000 && errors > 1000 && open > 1000, "{ends} {errors} {open}");
}

#[test]
fn nesting_is_bounded_as_the_decoder_bounds_it() {
    let limits = Limits::default().depth(5);
    let head = b"\x80\x01\0\x01\0\0\0\0\0\0\0\0";
    for depth in 1..12 {
        let mut structs = head.to_vec();
        structs.extend(b"\x0c\0\x01".repeat(depth - 1));
        structs.extend(vec![0; depth]);
        let mut lists = head.to_vec();
        lists.extend(b"\x0f\0\x01");
        lists.extend(b"\x0f\0\0\0\x01".repeat(depth - 1));
        lists.extend(b"\x0f\0\0\0\0\0");
        let mut maps = head.to_vec();
        maps.extend(b"\x0d\0\x01");
        maps.extend(b"\x08\x0d\0\0\0\x01\0\0\0\x07".repeat(depth - 1));
        maps.extend(b"\x08\x08\0\0\0\0\0");
        for message in [structs, lists, maps] {
            let scanned = Scanner::new(limits).scan(&message).map_err(drop);
            assert_eq!(scanned, skip(&message, &limits), "depth {depth}: {}", message.escape_ascii());
        }
    }
}

#[test]
fn work_is_bounded_by_the_bytes() {
    // Two billion empty structs, which take no room but the stop byte each: the count is refused at once.
    let mut message = b"\x80\x01\0\x01\0\0\0\0\0\0\0\0".to_vec();
    message.extend(b"\x0f\0\x01\x0c\x7f\xff\xff\xff");
    assert!(Scanner::new(Limits::default()).scan(&message).is_err());
}
