//! The server against clients that misbehave, and its end.

use super::generated::store::StoreFindError;
use super::raw::{CALL, ONEWAY, exception, find, framed, message, ping, pong};
use super::wire::Wire;
use super::{LONG, WAYS, eventually, start, start_with};
use std::io::Write;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};
use thrift_runtime::{Error, Protocol, Transport};

const SHORT: Duration = Duration::from_millis(150);

#[test]
fn replies_leave_in_order_however_requests_come() {
    let server = start();
    let (requests, replies): (Vec<_>, Vec<_>) = (0..200).map(|id| (framed(&ping(id)), framed(&pong(id)))).unzip();
    let (requests, replies) = (requests.concat(), replies.concat());
    for piece in [1, 7, 1000, requests.len()] {
        let mut client = Wire::connect(server.address);
        for bytes in requests.chunks(piece) {
            client.send(bytes);
        }
        client.finish();
        assert_eq!(client.rest(), replies, "in pieces of {piece}");
    }
}

#[test]
fn what_is_no_request_ends_the_connection_after_the_replies_before_it() {
    let server = start();
    for (name, bytes) in [
        ("a reply", framed(&pong(2))),
        ("garbage", framed(b"garbage")),
        ("a negative length", b"\xff\xff\xff\xff".to_vec()),
        ("2 GiB", b"\x7f\xff\xff\xff1".to_vec()),
    ] {
        println!("{name}");
        let mut client = Wire::connect(server.address);
        client.send(&[framed(&ping(1)), bytes].concat());
        assert_eq!(client.rest(), framed(&pong(1)));
    }
    for stranger in [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"[..], b"\x7fELF\x02\x01\x01\0"] {
        let mut client = Wire::connect(server.address);
        client.send(stranger);
        assert_eq!(client.rest(), b"");
    }
}

#[test]
fn what_cannot_be_answered_is_said() {
    let server = start();
    let mut client = Wire::connect(server.address);
    client.send(&framed(&message(CALL, "nope", 1, b"\0")));
    client.expect(&framed(&exception("nope", 1, 1, "Invalid method name: 'nope'")));
    client.send(&[framed(&message(ONEWAY, "nope", 2, b"\0")), framed(&ping(3))].concat());
    client.expect(&framed(&pong(3)));
    client.send(&framed(&message(CALL, "find", 4, b"\x0b\0\x02\x7f\xff\xff\xff")));
    let reply = client.frame();
    assert_eq!(reply[3], 3, "an exception: {}", reply.escape_ascii());
    client.send(&framed(&ping(5)));
    client.expect(&framed(&pong(5)));
}

#[test]
fn a_client_that_drips_is_cut_off() {
    let server = start_with(|server| server.message_timeout(2 * SHORT));
    for first in [framed(&ping(1)), ping(1)] {
        let mut client = Wire::connect(server.address);
        // A whole message first, so that the drip is not the detection's business alone.
        client.send(&first);
        let start = Instant::now();
        let mut dripped = 0;
        for byte in first.iter().cycle().take(1_000) {
            if client.0.write_all(&[*byte]).is_err() {
                break;
            }
            dripped += 1;
            thread::sleep(SHORT);
        }
        assert!(dripped < 15, "{dripped} bytes");
        assert!(start.elapsed() < LONG);
    }
}

#[test]
fn a_silent_client_is_closed() {
    let server = start_with(|server| server.idle_timeout(SHORT));
    let mut silent = Wire::connect(server.address);
    let mut once = Wire::connect(server.address);
    once.send(&framed(&ping(1)));
    assert_eq!(once.rest(), framed(&pong(1)));
    assert_eq!(silent.rest(), b"");
}

#[test]
fn a_client_that_takes_no_replies_is_cut_off() {
    let server = start_with(|server| server.write_timeout(SHORT));
    let mut client = Wire::connect(server.address);
    let request = framed(&find(1, 1_000_000, "size"));
    client.0.set_write_timeout(Some(LONG)).unwrap();
    let mut sent = 0;
    while client.0.write_all(&request).is_ok() {
        sent += 1;
        assert!(sent < 1_000_000, "the server buffers for ever");
    }
    let replies = server.handler.begun.load(Ordering::SeqCst);
    assert!(replies < 100, "{replies} replies of a megabyte");
}

#[test]
fn a_half_closed_connection_gets_its_replies() {
    let server = start();
    for unframed in [true, false] {
        let wrap = |message: Vec<u8>| if unframed { message } else { framed(&message) };
        let mut client = Wire::connect(server.address);
        client.send(&[wrap(ping(1)), wrap(ping(2))].concat());
        client.finish();
        assert_eq!(client.rest(), [wrap(pong(1)), wrap(pong(2))].concat());
        // And what is cut is no request.
        let mut client = Wire::connect(server.address);
        client.send(&[wrap(ping(1)), wrap(ping(2))[..9].to_vec()].concat());
        client.finish();
        assert_eq!(client.rest(), wrap(pong(1)));
    }
}

#[test]
fn clients_beyond_the_cap_wait() {
    let server = start_with(|server| server.max_connections(2));
    let mut clients: Vec<Wire> = (0..3).map(|_| Wire::connect(server.address)).collect();
    for client in &mut clients {
        client.send(&framed(&ping(1)));
    }
    let mut third = clients.pop().unwrap();
    for client in &mut clients {
        client.expect(&framed(&pong(1)));
    }
    third.0.set_read_timeout(Some(SHORT)).unwrap();
    assert!(third.0.peek(&mut [0]).is_err(), "nobody serves it");
    third.0.set_read_timeout(Some(LONG)).unwrap();
    clients.pop();
    third.expect(&framed(&pong(1)));
}

#[test]
fn a_panic_harms_no_other_call() {
    let server = start();
    for way in WAYS {
        let client = way.connect(server.address);
        assert!(client.find(1, "panic").is_err());
        assert_eq!(client.find(2, "fine").unwrap().id, 2);
    }
}

#[test]
fn shutting_down_answers_what_has_begun() {
    for way in WAYS {
        println!("{way:?}");
        let mut server = start();
        let idle = way.connect(server.address);
        idle.ping().unwrap();
        let client = way.connect(server.address);
        thread::scope(|scope| {
            let call = scope.spawn(|| client.find(1, "gate"));
            eventually(|| server.handler.begun.load(Ordering::SeqCst) > 0);
            server.handle.shutdown();
            // Nobody listens any more, and the idle connection is closed, while the call still runs.
            eventually(|| idle.ping().is_err());
            assert!(!call.is_finished());
            server.handler.gate.open();
            assert_eq!(call.join().unwrap().unwrap().id, 1);
        });
        server.join();
        assert!(client.ping().is_err());
    }
}

#[test]
fn shutting_down_lets_a_message_come_to_its_end() {
    let mut server = start();
    let mut client = Wire::connect(server.address);
    let (first, request) = (framed(&ping(1)), framed(&ping(2)));
    client.send(&[first, request[..10].to_vec()].concat());
    client.expect(&framed(&pong(1)));
    server.handle.shutdown();
    thread::sleep(SHORT);
    client.send(&request[10..]);
    assert_eq!(client.rest(), framed(&pong(2)));
    server.join();
}

#[test]
fn shutting_down_does_not_wait_for_ever() {
    let mut server = start_with(|server| server.drain_timeout(SHORT));
    let client = WAYS[0].connect(server.address);
    thread::scope(|scope| {
        let call = scope.spawn(|| client.find(1, "gate"));
        eventually(|| server.handler.begun.load(Ordering::SeqCst) > 0);
        server.handle.shutdown();
        server.join();
        assert!(matches!(call.join().unwrap(), Err(StoreFindError::Other(Error::Closed { .. }))));
    });
}

#[test]
fn a_server_at_its_cap_can_be_stopped() {
    let mut server = start_with(|server| server.max_connections(1));
    let mut client = Wire::connect(server.address);
    client.send(&framed(&ping(1)));
    client.expect(&framed(&pong(1)));
    server.handle.shutdown();
    server.handle.shutdown();
    assert_eq!(client.rest(), b"");
    server.join();
    server.handle.shutdown();
}

/// Vectors of other libraries' writers: a call of `ping` in THeader and in TTHeader, and one compressed.
#[test]
fn frames_with_headers_are_answered_in_kind() {
    let server = start();
    let theader = b"\0\0\0\x1f\x0f\xff\0\0\0\0\0\x01\0\x01\0\0\0\0\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x01\0";
    let ttheader =
        b"\0\0\0\x27\x10\0\0\0\0\0\0\x01\0\x03\0\0\x10\0\x01\0\x10\0\x013\0\0\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x01\0";
    for (name, request, magic) in [("THeader", &theader[..], [0x0f, 0xff]), ("TTHeader", ttheader, [0x10, 0x00])] {
        println!("{name}");
        let mut client = Wire::connect(server.address);
        for piece in request.chunks(5) {
            client.send(piece);
        }
        let reply = client.frame();
        assert_eq!(reply[..2], magic, "{}", reply.escape_ascii());
        assert!(reply.ends_with(&pong(1)), "{}", reply.escape_ascii());
        // The next one on the same connection may come without.
        client.send(&framed(&ping(2)));
        client.expect(&framed(&pong(2)));
    }
    let mut client = Wire::connect(server.address);
    // A transform that nobody knows.
    client.send(b"\0\0\0\x1f\x0f\xff\0\0\0\0\0\x07\0\x01\0\x01\x09\0\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x01\0");
    let reply = client.frame();
    assert_eq!(reply[..2], [0x0f, 0xff], "{}", reply.escape_ascii());
    assert!(reply.ends_with(b"\x08\0\x02\0\0\0\x08\0"), "INVALID_TRANSFORM: {}", reply.escape_ascii());
}

#[test]
fn a_port_may_be_for_less() {
    let server = start_with(|server| server.transports(&[Transport::Framed]).protocols(&[Protocol::Compact]));
    let mut client = Wire::connect(server.address);
    client.send(&ping(1));
    assert_eq!(client.rest(), b"", "not framed");
    let mut client = Wire::connect(server.address);
    client.send(&framed(&ping(1)));
    let reply = client.frame();
    assert!(reply.ends_with(b"\x08\0\x02\0\0\0\x09\0"), "INVALID_PROTOCOL: {}", reply.escape_ascii());
    client.send(&framed(b"\x82\x21\x02\x04ping\0"));
    client.expect(&framed(b"\x82\x41\x02\x04ping\0"));
}
