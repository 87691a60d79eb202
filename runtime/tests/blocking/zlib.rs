//! Compressed connections: zlib streams, as of Apache's `TZlibTransport`, and the zlib transform of THeader.

use super::calls::check;
use super::generated::store::StoreFindError;
use super::generated::store::blocking::StoreClient;
use super::raw::{framed, ping, pong};
use super::wire::{Wire, counting_proxy};
use super::{LONG, Running, Way, start, start_with};
use flate2::Compression;
use flate2::write::{ZlibDecoder, ZlibEncoder};
use std::io::Write;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};
use thrift_runtime::blocking::Connection;
use thrift_runtime::{Error, Limits, Protocol, Transport};

const SHORT: Duration = Duration::from_millis(150);

const COMPRESSED: [Way; 5] = [
    Way(Transport::Framed, Protocol::Binary),
    Way(Transport::Framed, Protocol::Compact),
    Way(Transport::Buffered, Protocol::Binary),
    Way(Transport::Buffered, Protocol::Json),
    Way(Transport::Header, Protocol::Binary),
];

fn connect(way: Way, server: &Running) -> StoreClient<Connection> {
    StoreClient::new(way.builder().zlib(true).connect(way.url(server.address)).unwrap())
}

#[test]
fn everything_goes_compressed() {
    let server = start();
    for way in COMPRESSED {
        println!("{way:?}");
        check(&connect(way, &server), &server.handler);
    }
}

#[test]
fn compressed_requests_at_a_time_are_answered_in_order() {
    let server = start();
    for piece in [1, 7, 100_000] {
        let mut stream = ZlibEncoder::new(Vec::new(), Compression::fast());
        let mut replies = Vec::new();
        for id in 0..200 {
            stream.write_all(&ping(id)).unwrap();
            replies.extend(pong(id));
        }
        stream.flush().unwrap();
        let mut client = Wire::connect(server.address);
        for bytes in stream.get_ref().chunks(piece) {
            client.send(bytes);
        }
        client.finish();
        let mut plain = ZlibDecoder::new(Vec::new());
        plain.write_all(&client.rest()).unwrap();
        plain.flush().unwrap();
        assert!(*plain.get_ref() == replies, "in pieces of {piece}");
    }
}

#[test]
fn a_connection_is_kept_for_further_calls() {
    let server = start();
    for way in COMPRESSED {
        let (proxy, connections) = counting_proxy(server.address);
        let client = StoreClient::new(way.builder().zlib(true).connect(way.url(proxy)).unwrap());
        for id in 0..20 {
            assert_eq!(client.find(id, &"name".repeat(id as usize * 1_000)).unwrap().id, id, "{way:?}");
        }
        assert_eq!(connections.load(Ordering::SeqCst), 1, "{way:?}");
    }
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let limits = Limits::default().message_bytes(100_000).memory_bytes(1 << 20);
    let server = start_with(|server| server.limits(limits));
    for way in COMPRESSED {
        let client = connect(way, &server);
        assert!(client.find(1, &"x".repeat(20_000_000)).is_err(), "{way:?}");
        assert_eq!(client.find(1, "x").unwrap().id, 1, "on another connection");
    }
    let server = start();
    for way in COMPRESSED {
        let client = way.builder().zlib(true).limits(limits).connect(way.url(server.address)).unwrap();
        match StoreClient::new(client).find(20_000_000, "size") {
            Err(StoreFindError::Other(Error::Message(_) | Error::Io(_))) => {}
            other => panic!("{way:?}: {:?}", other.map(drop)),
        }
    }
}

#[test]
fn a_port_can_be_without_compressed_connections() {
    let server = start_with(|server| server.zlib(false));
    let way = COMPRESSED[2];
    assert!(connect(way, &server).ping().is_err());
    way.connect(server.address).ping().unwrap();
}

#[test]
fn what_is_damaged_or_http_in_a_zlib_stream_is_turned_away() {
    let server = start();
    let mut http = ZlibEncoder::new(Vec::new(), Compression::fast());
    http.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n").unwrap();
    http.flush().unwrap();
    for bytes in [&http.get_ref()[..], b"\x78\x9c\xff\xff\xff\xff", b"\0\0\0\x18\x78\xda\xff\xff\xff\xff"] {
        let mut client = Wire::connect(server.address);
        client.send(bytes);
        assert_eq!(client.rest(), b"");
    }
}

/// Empty blocks keep a stream going from which nothing comes.
#[test]
fn a_client_that_drips_compressed_nothing_is_cut_off() {
    let server = start_with(|server| server.message_timeout(SHORT).idle_timeout(2 * SHORT));
    for begun in [&ping(1)[..], &ping(1)[..9]] {
        let mut stream = ZlibEncoder::new(Vec::new(), Compression::fast());
        stream.write_all(begun).unwrap();
        stream.flush().unwrap();
        let mut client = Wire::connect(server.address);
        client.send(stream.get_ref());
        let start = Instant::now();
        while client.0.write_all(b"\0\0\0\xff\xff").is_ok() {
            assert!(start.elapsed() < LONG);
            thread::sleep(SHORT / 4);
        }
    }
}

#[test]
fn frames_stand_outside_of_the_stream() {
    let server = start();
    let mut stream = ZlibEncoder::new(Vec::new(), Compression::fast());
    stream.write_all(&ping(1)).unwrap();
    stream.flush().unwrap();
    let mut client = Wire::connect(server.address);
    client.send(&framed(stream.get_ref()));
    let mut plain = ZlibDecoder::new(Vec::new());
    plain.write_all(&client.frame()).unwrap();
    plain.flush().unwrap();
    assert_eq!(*plain.get_ref(), pong(1));
}
