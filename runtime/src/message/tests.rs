//! Tests of message heads, by vectors that Apache's libraries printed.

use super::*;

const STRICT: &[u8] = b"\x80\x01\x00\x01\x00\x00\x00\x04ping\x00\x00\x00\x01\x00";
const OLD: &[u8] = b"\x00\x00\x00\x04ping\x01\x00\x00\x00\x01\x00";
const COMPACT: &[u8] = b"\x82\x21\x01\x04ping\x00";
const PING: MessageHeader<'static> = MessageHeader { name: "ping", kind: MessageKind::Call, sequence_id: 1 };

#[track_caller]
fn check(protocol: Protocol, message: &[u8], body: Range<usize>, header: MessageHeader<'_>) {
    assert_eq!(Protocol::of(message), Ok(protocol));
    assert_eq!(MessageHeader::read(message), Ok((header, body.clone())));
    let mut written = Vec::new();
    protocol.write_header(header, &mut written);
    assert_eq!(written, message[..body.start]);
    written.extend_from_slice(&message[body.clone()]);
    protocol.write_end(&mut written);
    assert_eq!(written, message);
    for end in 0..body.start {
        assert_eq!(protocol.read_header(&message[..end]), Err(MessageError::Truncated), "at {end}");
    }
}

#[test]
fn heads_are_read_and_written_as_by_apache() {
    check(Protocol::Binary, STRICT, 16..17, PING);
    check(Protocol::Compact, COMPACT, 8..9, PING);
    let reply = MessageHeader { name: "add", kind: MessageKind::Reply, sequence_id: 7 };
    check(Protocol::Binary, b"\x80\x01\0\x02\0\0\0\x03add\0\0\0\x07\x08\0\0\0\0\0\x05\0", 15..23, reply);
    check(Protocol::Compact, b"\x82\x41\x07\x03add\x05\x00\x0a\x00", 7..11, reply);
    let exception = MessageHeader { name: "foo", kind: MessageKind::Exception, sequence_id: 2 };
    check(Protocol::Compact, b"\x82\x61\x02\x03foo\x18\x04nope\x15\x02\x00", 7..16, exception);
    let oneway = MessageHeader { name: "zip", kind: MessageKind::Oneway, sequence_id: 0 };
    check(Protocol::Binary, b"\x80\x01\0\x04\0\0\0\x03zip\0\0\0\0\0", 15..16, oneway);
    check(Protocol::Compact, b"\x82\x81\x00\x03zip\x00", 7..8, oneway);
    let negative = MessageHeader { name: "f", kind: MessageKind::Call, sequence_id: -1 };
    check(Protocol::Binary, b"\x80\x01\0\x01\0\0\0\x01f\xff\xff\xff\xff\0", 13..14, negative);
    check(Protocol::Compact, b"\x82\x21\xff\xff\xff\xff\x0f\x01f\x00", 9..10, negative);
    let service = MessageHeader { name: "Calc:add", kind: MessageKind::Call, sequence_id: 1 };
    check(Protocol::Compact, b"\x82\x21\x01\x08Calc:add\x00", 12..13, service);
}

#[cfg(feature = "json")]
#[test]
fn heads_in_json_are_read_and_written_as_by_apache() {
    check(Protocol::Json, b"[1,\"ping\",1,1,{}]", 14..16, PING);
    let reply = MessageHeader { name: "add", kind: MessageKind::Reply, sequence_id: 7 };
    check(Protocol::Json, br#"[1,"add",2,7,{"0":{"i32":5}}]"#, 13..28, reply);
    let exception = MessageHeader { name: "foo", kind: MessageKind::Exception, sequence_id: -2 };
    check(Protocol::Json, br#"[1,"foo",3,-2,{"1":{"str":"nope"},"2":{"i32":1}}]"#, 14..48, exception);
}

#[cfg(feature = "json")]
#[test]
fn json_may_hold_white_space_and_nothing_else() {
    let spaced = b" [ 1 , \"ping\" , 1 , 1 , {} ] \n";
    assert_eq!(Protocol::Json.read_header(spaced), Ok((PING, 23..27)));
    for (message, expected) in [
        (&br#"[2,"ping",1,1,{}]"#[..], MessageError::ProtocolVersion(Protocol::Json, 2)),
        (br#"[1,ping,1,1,{}]"#, MessageError::Json(3)),
        (br#"[1,"p\u0069ng",1,1,{}]"#, MessageError::NameEncoding),
        (br#"[1,"ping",9,1,{}]"#, MessageError::Kind(9)),
        (br#"[1,"ping",-1,1,{}]"#, MessageError::Kind(255)),
        (br#"[1,"ping",1,5000000000,{}]"#, MessageError::Json(12)),
        (br#"[1,"ping",1,1;{}]"#, MessageError::Json(13)),
        (br#"[1,"ping",1,1,{}"#, MessageError::Truncated),
        (br#"[1,"ping",1,1,{}}"#, MessageError::Truncated),
        (br#"[]"#, MessageError::Json(1)),
    ] {
        assert_eq!(MessageHeader::read(message), Err(expected), "{}", String::from_utf8_lossy(message));
    }
    let endless = [b"[1,\"", &[b'x'; 5000][..]].concat();
    assert_eq!(MessageHeader::read(&endless), Err(MessageError::Name(5000)));
}

#[test]
fn the_old_form_is_read() {
    assert_eq!(MessageHeader::read(OLD), Ok((PING, 13..14)));
    for end in 0..13 {
        assert_eq!(MessageHeader::read(&OLD[..end]), Err(MessageError::Truncated), "at {end}");
    }
}

#[test]
fn the_third_byte_is_ignored_and_sequence_ids_are_signed() {
    let (header, _) = MessageHeader::read(b"\x80\x01\x7f\x04\x00\x00\x00\x01f\xff\xff\xff\xff").unwrap();
    assert_eq!(header, MessageHeader { name: "f", kind: MessageKind::Oneway, sequence_id: -1 });
}

#[test]
fn what_is_no_message_is_named() {
    for (bytes, expected) in [
        (&b"\x81\x01\x00\x01"[..], MessageError::NoProtocol(0x81)),
        (b"\x80\x02\x00\x01", MessageError::Version(0x8002_0001)),
        (b"\x80\x01\x00\x05", MessageError::Kind(5)),
        (b"GET / HTTP/1.1\r\n", MessageError::NoProtocol(b'G')),
        (b"\x80\x01\x00\x01\xff\xff\xff\xff", MessageError::Name(u32::MAX)),
        (b"\x80\x01\x00\x01\x00\x00\x00\x01\xff\x00\x00\x00\x01", MessageError::NameEncoding),
        (b"\x82\x22\x01\x04ping\x00", MessageError::ProtocolVersion(Protocol::Compact, 2)),
        (b"\x82\xa1\x01\x04ping\x00", MessageError::Kind(5)),
        (b"\x82\x21\xff\xff\xff\xff\xff\x01f", MessageError::Varint),
        (b"\x82\x21\xff\xff\xff\xff\x1f\x01f", MessageError::Varint),
        (b"\x82\x21\x01\xff\xff\xff\xff\x0f", MessageError::Name(u32::MAX)),
        (b"\x82\x21\x01\x01\xff", MessageError::NameEncoding),
    ] {
        assert_eq!(MessageHeader::read(bytes), Err(expected), "{bytes:02x?}");
    }
}

#[test]
fn a_head_can_be_changed() {
    let other = MessageHeader { name: "pong", kind: MessageKind::Oneway, sequence_id: -9 };
    for message in [STRICT, OLD, COMPACT] {
        let protocol = Protocol::of(message).unwrap();
        let changed = protocol.with_header(message, other).unwrap();
        let (header, body) = MessageHeader::read(&changed).unwrap();
        assert_eq!((header, &changed[body]), (other, &b"\0"[..]));
    }
}

#[test]
fn the_kind_can_be_changed_in_place() {
    for (protocol, name) in [
        (Protocol::Binary, "f"),
        (Protocol::Compact, "f"),
        #[cfg(feature = "json")]
        (Protocol::Json, "a\"b,\\"),
    ] {
        let header = MessageHeader { name, ..PING };
        let (mut message, mut expected) = (Vec::new(), Vec::new());
        protocol.write_header(header, &mut message);
        protocol.write_header(MessageHeader { kind: MessageKind::Oneway, ..header }, &mut expected);
        protocol.set_kind(&mut message, MessageKind::Oneway);
        assert_eq!(message, expected);
    }
}
