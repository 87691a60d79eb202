//! The client against servers that misbehave.

use super::generated::store::StoreFindError;
use super::generated::store::blocking::StoreClient;
use super::raw::{CALL, REPLY, exception, framed, message, pong};
use super::wire::{Wire, play};
use super::{LONG, WAYS, eventually, start};
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use thrift_runtime::blocking::{ClientBuilder, Connection};
use thrift_runtime::{Error, InvalidReply, Timeout};

const SHORT: Duration = Duration::from_millis(150);

fn client(address: SocketAddr, configure: impl FnOnce(ClientBuilder) -> ClientBuilder) -> StoreClient<Connection> {
    let builder = configure(WAYS[0].builder());
    StoreClient::new(builder.connect(WAYS[0].url(address)).unwrap())
}

/// The sequence id of a message.
fn sequence_id(frame: &[u8]) -> i32 {
    let name = i32::from_be_bytes(frame[4..8].try_into().unwrap()) as usize;
    i32::from_be_bytes(frame[8 + name..12 + name].try_into().unwrap())
}

/// Answers calls of `ping` until the client closes.
fn answer(mut wire: Wire) {
    let mut length = [0; 4];
    while wire.0.peek(&mut length).unwrap() > 0 {
        let id = sequence_id(&wire.frame());
        wire.send(&framed(&pong(id)));
    }
}

/// The first connection is played, and further ones answer.
fn spoiled(spoil: impl Fn(&mut Wire, i32) + Send + 'static) -> (SocketAddr, thread::JoinHandle<()>) {
    play(2, move |number, mut wire| {
        if number > 0 {
            return answer(wire);
        }
        let id = sequence_id(&wire.frame());
        spoil(&mut wire, id);
    })
}

#[test]
fn a_wrong_reply_closes_the_connection() {
    type Spoil = fn(&mut Wire, i32);
    type Check = fn(&Error) -> bool;
    let cases: [(&str, Spoil, Check); 7] = [
        ("closes", |_, _| {}, |error| matches!(error, Error::Closed { .. })),
        ("mid-frame", |wire, id| wire.send(&framed(&pong(id))[..9]), |error| matches!(error, Error::Closed { .. })),
        ("garbage", |wire, _| wire.send(b"\0\0\0\x04!?!?"), |error| matches!(error, Error::Message(_))),
        ("2 GiB", |wire, _| wire.send(b"\x7f\xff\xff\xff1234"), |error| matches!(error, Error::Message(_))),
        (
            "another's",
            |wire, id| wire.send(&framed(&pong(id + 1))),
            |error| matches!(error, Error::InvalidReply(InvalidReply::SequenceId { .. })),
        ),
        (
            "another method",
            |wire, id| wire.send(&framed(&message(REPLY, "find", id, b"\0"))),
            |error| matches!(error, Error::InvalidReply(InvalidReply::Method { .. })),
        ),
        (
            "a request",
            |wire, id| wire.send(&framed(&message(CALL, "ping", id, b"\0"))),
            |error| matches!(error, Error::InvalidReply(InvalidReply::Kind(_))),
        ),
    ];
    for (name, spoil, is_expected) in cases {
        println!("{name}");
        let (address, server) = spoiled(spoil);
        let client = client(address, |builder| builder);
        let error = client.ping().unwrap_err();
        assert!(is_expected(&error), "{error:?}");
        client.ping().expect("on another connection");
        drop(client);
        server.join().unwrap();
    }
}

#[test]
fn what_comes_unasked_closes_the_connection() {
    let (sent, sending) = mpsc::channel();
    let (address, server) = spoiled(move |wire, id| {
        wire.send(&[framed(&pong(id)), framed(&pong(id))].concat());
        sent.send(()).unwrap();
        assert_eq!(wire.rest(), b"");
    });
    let client = client(address, |builder| builder);
    client.ping().unwrap();
    sending.recv_timeout(LONG).unwrap();
    client.ping().unwrap();
    drop(client);
    server.join().unwrap();
}

#[test]
fn a_connection_that_the_server_closed_is_not_used() {
    let (closed, closing) = mpsc::channel();
    let (address, server) = play(2, move |number, mut wire| {
        if number > 0 {
            return answer(wire);
        }
        let id = sequence_id(&wire.frame());
        wire.send(&framed(&pong(id)));
        drop(wire);
        closed.send(()).unwrap();
    });
    let client = client(address, |builder| builder);
    client.ping().unwrap();
    closing.recv_timeout(LONG).unwrap();
    client.ping().unwrap();
    drop(client);
    server.join().unwrap();
}

#[test]
fn a_late_reply_reaches_nobody() {
    let (address, server) = play(2, |number, mut wire| {
        if number > 0 {
            return answer(wire);
        }
        let id = sequence_id(&wire.frame());
        // The client closes when it has waited long enough, and only then the reply goes out.
        assert_eq!(wire.rest(), b"");
        let _ = std::io::Write::write_all(&mut wire.0, &framed(&exception("ping", id, 6, "late")));
    });
    let client = client(address, |builder| builder.call_timeout(SHORT));
    let error = client.ping().unwrap_err();
    assert!(matches!(error, Error::Timeout(Timeout::Call)), "{error:?}");
    client.ping().unwrap();
    drop(client);
    server.join().unwrap();
}

#[test]
fn a_server_that_drips_cannot_stretch_a_call() {
    let (address, server) = play(1, |_, mut wire| {
        let id = sequence_id(&wire.frame());
        for byte in framed(&pong(id)) {
            if std::io::Write::write_all(&mut wire.0, &[byte]).is_err() {
                return;
            }
            thread::sleep(SHORT);
        }
    });
    let client = client(address, |builder| builder.call_timeout(3 * SHORT));
    let start = Instant::now();
    let error = client.ping().unwrap_err();
    assert!(matches!(error, Error::Timeout(Timeout::Call)), "{error:?}");
    // All bytes would take 24 times as long as one.
    assert!(start.elapsed() < 12 * SHORT, "{:?}", start.elapsed());
    server.join().unwrap();
}

#[test]
fn a_server_that_reads_nothing_cannot_stretch_a_call() {
    let (done, doing) = mpsc::channel::<()>();
    let (address, server) = play(1, move |_, _wire| {
        let _ = doing.recv_timeout(LONG);
    });
    let client = client(address, |builder| builder.call_timeout(SHORT));
    let start = Instant::now();
    let error = client.find(1, &"x".repeat(12_000_000)).unwrap_err();
    assert!(matches!(error, StoreFindError::Other(Error::Timeout(Timeout::Call))), "{error:?}");
    assert!(start.elapsed() < LONG);
    drop(done);
    server.join().unwrap();
}

#[test]
fn calls_beyond_the_cap_wait_for_their_turn() {
    let server = start();
    let builder = WAYS[0].builder().max_connections(1);
    let client = StoreClient::new(builder.connect(WAYS[0].url(server.address)).unwrap());
    thread::scope(|scope| {
        let first = scope.spawn(|| client.find(1, "gate"));
        eventually(|| server.handler.begun.load(Ordering::SeqCst) == 1);
        let second = scope.spawn(|| client.find(2, "gate"));
        thread::sleep(SHORT);
        assert_eq!(server.handler.begun.load(Ordering::SeqCst), 1);
        server.handler.gate.open();
        assert_eq!(first.join().unwrap().unwrap().id, 1);
        assert_eq!(second.join().unwrap().unwrap().id, 2);
    });
}

#[test]
fn http_is_named() {
    let (address, server) = spoiled(|wire, _| wire.send(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    let client = client(address, |builder| builder);
    let error = client.ping().unwrap_err().to_string();
    assert!(error.contains("HTTP"), "{error}");
    client.ping().unwrap();
    drop(client);
    server.join().unwrap();
}
