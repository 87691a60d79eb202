//! The server against a client on plain TCP that is written out in bytes.

use super::raw::{CALL, EXCEPTION, ONEWAY, REPLY, Raw, exception, find, framed, message, ping, pong};
use super::{soon, start, start_with};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use thrift_runtime::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How messages travel.
type Wrap = fn(&[u8]) -> Vec<u8>;
const WRAPS: [(&str, Wrap); 2] = [("framed", framed), ("unframed", <[u8]>::to_vec)];

#[tokio::test]
async fn pipelined_messages_are_answered_in_order() {
    let server = start().await;
    for (how, wrap) in WRAPS {
        println!("{how}");
        let mut client = Raw::connect(server.address).await;
        let (mut requests, mut replies) = (Vec::new(), Vec::new());
        for id in 0..500 {
            if id % 100 == 7 {
                // One that waits does not let the others pass.
                requests.extend(wrap(&find(id, 20, "slow")));
                replies.extend(wrap(&message(REPLY, "find", id, &found(20, "slow"))));
            }
            requests.extend(wrap(&ping(id)));
            replies.extend(wrap(&pong(id)));
        }
        client.send(&requests).await;
        client.expect(&replies).await;
    }
}

#[tokio::test]
async fn replies_do_not_wait_for_a_later_handler() {
    let server = start().await;
    for (_, wrap) in WRAPS {
        let mut client = Raw::connect(server.address).await;
        client.send(&[wrap(&ping(1)), wrap(&find(2, 0, "never"))].concat()).await;
        client.expect(&wrap(&pong(1))).await;
    }
}

/// The result of `find`.
fn found(id: i64, name: &str) -> Vec<u8> {
    let item = super::store::Item { id, name: Some(name.to_owned()), ..Default::default() };
    [b"\x0c\0\0", &thrift_runtime::binary::to_vec(&item).unwrap()[..], b"\0"].concat()
}

#[tokio::test]
async fn a_message_may_be_cut_anywhere() {
    let server = start().await;
    for (how, wrap) in WRAPS {
        let request = wrap(&find(7, 42, "cut here"));
        let reply = wrap(&message(REPLY, "find", 7, &found(42, "cut here")));
        for cut in 1..request.len() {
            println!("{how} at {cut}");
            let mut client = Raw::connect(server.address).await;
            client.send(&request[..cut]).await;
            tokio::time::sleep(Duration::from_millis(2)).await;
            // The rest comes together with another message.
            client.send(&[&request[cut..], &wrap(&ping(8))].concat()).await;
            client.expect(&reply).await;
            client.expect(&wrap(&pong(8))).await;
        }
        let mut client = Raw::connect(server.address).await;
        for byte in &request {
            client.send(&[*byte]).await;
        }
        client.expect(&reply).await;
    }
}

#[tokio::test]
async fn large_messages_come_in_many_pieces() {
    let server = start().await;
    let name = "n".repeat(3_000_000);
    for (_, wrap) in WRAPS {
        let mut client = Raw::connect(server.address).await;
        for sequence_id in 0..3 {
            let mut request = wrap(&find(sequence_id, 1, &name));
            request.extend(wrap(&ping(9)));
            let mut reply = wrap(&message(REPLY, "find", sequence_id, &found(1, &name)));
            reply.extend(wrap(&pong(9)));
            client.send(&request).await;
            client.expect(&reply).await;
        }
    }
}

#[tokio::test]
async fn each_failure_is_answered_and_the_next_call_is_fine() {
    let server = start().await;
    for (how, wrap) in WRAPS {
        println!("{how}");
        let mut client = Raw::connect(server.address).await;
        let unknown_arguments =
            b"\x0c\0\x09\x0b\0\x01\0\0\0\x02hi\0\x0d\0\x0a\x08\x0b\0\0\0\x01\0\0\0\x07\0\0\0\x01x\0";
        let declared = b"\x0c\0\x01\x0b\0\x01\0\0\0\x09no item 5\0\0";
        for (request, reply) in [
            (message(CALL, "nope", 1, unknown_arguments), exception("nope", 1, 1, "Invalid method name: 'nope'")),
            (message(CALL, "", 2, b"\0"), exception("", 2, 1, "Invalid method name: ''")),
            (
                message(CALL, "it's \"é\" \0\n", 3, b"\0"),
                exception("it's \"é\" \0\n", 3, 1, "Invalid method name: 'it's \"é\" \0\n'"),
            ),
            (find(4, 9, "application"), exception("find", 4, 9, "for your eyes")),
            (find(5, 5, "missing"), message(REPLY, "find", 5, declared)),
            (find(6, 6, "internal"), exception("find", 6, 6, "Internal error")),
            (find(-1, 6, "panic"), exception("find", -1, 6, "Internal error")),
            (find(i32::MIN, 6, "panic later"), exception("find", i32::MIN, 6, "Internal error")),
        ] {
            client.send(&wrap(&request)).await;
            client.expect(&wrap(&reply)).await;
            client.send(&wrap(&ping(99))).await;
            client.expect(&wrap(&pong(99))).await;
        }
    }
}

#[tokio::test]
async fn an_error_whose_text_is_over_the_limit_is_answered_without_it() {
    let server = start_with(|server| server.limits(Limits::default().message_bytes(100))).await;
    for (how, wrap) in WRAPS {
        let mut client = Raw::connect(server.address).await;
        for length in [1, 30, 70] {
            let name = "n".repeat(length);
            client.send(&wrap(&message(CALL, &name, 1, b"\0"))).await;
            let (kind, text) = match length {
                1 => (1, "Invalid method name: 'n'"),
                // Here the frame would be over the limit in its turn.
                70 if how == "framed" => (6, "Internal error"),
                _ => (1, "The server's message is over its limit"),
            };
            client.expect(&wrap(&exception(&name, 1, kind, text))).await;
        }
    }
}

#[tokio::test]
async fn bad_arguments_are_a_protocol_error() {
    let server = start().await;
    for (how, wrap) in WRAPS {
        let mut client = Raw::connect(server.address).await;
        // Well formed, but the name is not UTF-8. Without a frame, nothing else is found to be wrong with arguments.
        let mut bodies = vec![&b"\x0b\0\x02\0\0\0\x01\xff\0"[..]];
        if how == "framed" {
            bodies.extend([&b""[..], b"\x0b\0\x02", b"\x0b\0\x02\x7f\xff\xff\xff", b"\x63\0\x01\0"]);
        }
        for body in bodies {
            client.send(&wrap(&message(CALL, "find", 2, body))).await;
            if how == "framed" {
                client.0.read_i32().await.unwrap();
            }
            client.expect(&message(EXCEPTION, "find", 2, b"\x0b\0\x01")).await;
            let mut text = vec![0; soon(client.0.read_i32()).await.unwrap() as usize];
            soon(client.0.read_exact(&mut text)).await.unwrap();
            assert!(!text.is_empty());
            client.expect(b"\x08\0\x02\0\0\0\x07\0").await;
        }
        client.send(&wrap(&ping(3))).await;
        client.expect(&wrap(&pong(3))).await;
    }
}

#[tokio::test]
async fn what_follows_a_request_in_its_frame_makes_it_invalid() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    for more in [&ping(2)[..], b"\0", b"garbage"] {
        client.send(&framed(&[&ping(1), more].concat())).await;
        let mut reply = vec![0; soon(client.0.read_u32()).await.unwrap() as usize];
        soon(client.0.read_exact(&mut reply)).await.unwrap();
        assert!(reply.starts_with(&message(EXCEPTION, "ping", 1, b"\x0b\0\x01")), "{}", reply.escape_ascii());
        assert!(reply.ends_with(b"\x08\0\x02\0\0\0\x07\0"), "{}", reply.escape_ascii());
    }
    assert_eq!(server.handler.pings.load(Ordering::SeqCst), 0);
    client.send(&framed(&ping(3))).await;
    client.expect(&framed(&pong(3))).await;
}

#[tokio::test]
async fn oneway_requests_are_never_answered() {
    let server = start().await;
    for (_, wrap) in WRAPS {
        let mut client = Raw::connect(server.address).await;
        let forget =
            |kind, id: i64| message(kind, "forget", 1, &[b"\x0a\0\x01", &id.to_be_bytes()[..], b"\0"].concat());
        for request in [
            forget(ONEWAY, 3),
            // Old libraries send oneway methods as calls.
            forget(CALL, 4),
            forget(ONEWAY, -1),
            forget(ONEWAY, -2),
            message(ONEWAY, "forget", 1, b"\x0b\0\x05\0\0\0\x01\xff\0"),
            message(ONEWAY, "nope", 1, b"\0"),
        ] {
            client.send(&wrap(&request)).await;
            client.send(&wrap(&ping(2))).await;
            client.expect(&wrap(&pong(2))).await;
        }
        assert_eq!(server.handler.forgotten.swap(0, Ordering::SeqCst), 0, "of the request without an id");
    }
}

#[tokio::test]
async fn the_old_form_is_understood_and_the_strict_one_answered() {
    let server = start().await;
    let old = b"\0\0\0\x04ping\x01\0\0\0\x05\0";
    for (_, wrap) in WRAPS {
        let mut client = Raw::connect(server.address).await;
        client.send(&wrap(old)).await;
        client.expect(&wrap(&pong(5))).await;
        client.send(&wrap(&ping(6))).await;
        client.expect(&wrap(&pong(6))).await;
    }
    // The smallest message of all.
    let mut client = Raw::connect(server.address).await;
    client.send(b"\0\0\0\0\x01\0\0\0\x05\0").await;
    client.expect(&exception("", 5, 1, "Invalid method name: ''")).await;
}

#[tokio::test]
async fn what_is_no_request_closes_the_connection_after_the_replies_before_it() {
    let server = start_with(|server| server.limits(Limits::default().frame_bytes(1000).message_bytes(2000))).await;
    let stop = b"\0";
    for (wrap, bad) in [
        (framed as Wrap, b"\xff\xff\xff\xff".to_vec()),
        (framed, b"\0\0\x03\xe9".to_vec()),
        (framed, b"\x7f\xff\xff\xff".to_vec()),
        (framed, framed(b"POST / HTTP/1.1\r\n")),
        (framed, framed(&message(REPLY, "ping", 1, stop))),
        (framed, framed(&message(EXCEPTION, "ping", 1, stop))),
        (framed, framed(&message(9, "ping", 1, stop))),
        (framed, framed(b"\x80\x02\0\x01\0\0\0\x04ping\0\0\0\x01\0")),
        (<[u8]>::to_vec, message(REPLY, "ping", 1, stop)),
        (<[u8]>::to_vec, message(9, "ping", 1, stop)),
        (<[u8]>::to_vec, b"\x80\x02\0\x01\0\0\0\x04ping\0\0\0\x01\0".to_vec()),
        // The length of a name, a string and a list; an unknown type.
        (<[u8]>::to_vec, b"\x80\x01\0\x01\0\0\x40\0".to_vec()),
        (<[u8]>::to_vec, b"\x80\x01\0\x01\xff\xff\xff\xff".to_vec()),
        (<[u8]>::to_vec, message(CALL, "ping", 1, b"\x0b\0\x01\0\0\x08\0")),
        (<[u8]>::to_vec, message(CALL, "ping", 1, b"\x0b\0\x01\xff\xff\xff\xff")),
        (<[u8]>::to_vec, message(CALL, "ping", 1, b"\x0f\0\x01\x0c\x7f\xff\xff\xff")),
        (<[u8]>::to_vec, message(CALL, "ping", 1, b"\x63\0\x01\0")),
        (<[u8]>::to_vec, message(CALL, "ping", 1, &b"\x0c\0\x01".repeat(65))),
    ] {
        println!("{}", bad.escape_ascii());
        let mut client = Raw::connect(server.address).await;
        client.send(&[wrap(&ping(1)), wrap(&ping(2)), bad].concat()).await;
        assert_eq!(client.rest().await, [wrap(&pong(1)), wrap(&pong(2))].concat());
    }
}

#[tokio::test]
async fn strangers_are_turned_away() {
    let server = start().await;
    for hello in [
        &b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"[..],
        b"\x82\x22\x01\x04ping\0",
        b"[2,\"ping\",1,1,{}]",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"\x7f\x7f\x7f\x7f\x7f\x7f",
        b"hello\r\n",
    ] {
        let mut client = Raw::connect(server.address).await;
        client.send(hello).await;
        let rest = client.rest().await;
        assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 400"), "{}", rest.escape_ascii());
    }
    // A client that closes in the middle, or at once, harms nobody.
    for hello in [&b""[..], b"\x80", b"\0\0\0\x11\x80\x01\0\x01", b"\x80\x01\0\x01\0\0"] {
        let mut client = Raw::connect(server.address).await;
        client.send(hello).await;
        client.0.shutdown().await.unwrap();
        assert_eq!(client.rest().await, b"");
    }
    let mut client = Raw::connect(server.address).await;
    client.send(&ping(1)).await;
    client.expect(&pong(1)).await;
}

#[tokio::test]
async fn damaged_messages_harm_nobody() {
    // A connection's task that panics harms nobody either, but is a fault; handlers of these tests panic on purpose.
    let panics = Arc::new(Mutex::new(Vec::new()));
    let (seen, print) = (panics.clone(), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        if !panic.location().is_some_and(|location| location.file().contains("tests/")) {
            seen.lock().unwrap().push(panic.to_string());
        }
        print(panic);
    }));
    let server = start().await;
    let mut seed = 1_u64;
    let mut random = |end: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % end
    };
    for round in 0..1000 {
        let mut bytes = match round % 4 {
            0 => framed(&find(1, 2, "some name")),
            1 => find(1, 2, "some name"),
            2 => [b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n", &ping(1)[..]].concat(),
            _ => vec![0; 40],
        };
        let damage = if round % 4 == 3 { bytes.len() } else { 1 + random(3) };
        for _ in 0..damage {
            let at = random(bytes.len());
            bytes[at] = random(256) as u8;
        }
        let mut client = Raw::connect(server.address).await;
        client.send(&bytes).await;
        client.0.shutdown().await.unwrap();
        client.rest().await;
    }
    assert_eq!(*panics.lock().unwrap(), [""; 0]);
    let mut client = Raw::connect(server.address).await;
    client.send(&ping(1)).await;
    client.expect(&pong(1)).await;
}

#[tokio::test]
async fn a_client_that_closes_its_half_still_gets_its_replies() {
    let server = start().await;
    for (_, wrap) in WRAPS {
        let mut client = Raw::connect(server.address).await;
        client.send(&[wrap(&find(1, 30, "slow")), wrap(&ping(2))].concat()).await;
        client.0.shutdown().await.unwrap();
        let replies = [wrap(&message(REPLY, "find", 1, &found(30, "slow"))), wrap(&pong(2))].concat();
        assert_eq!(client.rest().await, replies);
    }
}

#[tokio::test]
async fn what_is_between_messages_and_none_is_passed_over() {
    let server = start_with(|server| server.message_timeout(Duration::from_millis(100))).await;
    let mut client = Raw::connect(server.address).await;
    client.send(&framed(&ping(1))).await;
    client.expect(&framed(&pong(1))).await;
    client.send(b"\0\0\0\0\0\0\0\0").await;
    // It is no message that has begun.
    tokio::time::sleep(Duration::from_millis(400)).await;
    client.send(&framed(&ping(2))).await;
    client.expect(&framed(&pong(2))).await;

    let mut client = Raw::connect(server.address).await;
    client.send(b"[1,\"ping\",1,1,{}]\r\n ").await;
    client.expect(b"[1,\"ping\",2,1,{}]").await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    client.send(b"[1,\"ping\",1,2,{}]\n").await;
    client.expect(b"[1,\"ping\",2,2,{}]").await;
}
