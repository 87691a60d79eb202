//! HTTP in bytes: what the server answers to clients, and the client to servers, that do not do as one does.

use super::generated::store::blocking::StoreClient;
use super::raw::{ping, pong};
use super::wire::{Wire, play};
use super::{LONG, start, start_with};
use std::io::{Read, Write};
use std::thread;
use std::time::{Duration, Instant};
use thrift_runtime::blocking::Client;
use thrift_runtime::{Error, Limits, Timeout, Transport};

const SHORT: Duration = Duration::from_millis(150);

fn post(headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n").as_bytes(), body].concat()
}

fn whole(message: &[u8]) -> Vec<u8> {
    post(&format!("Content-Length: {}\r\n", message.len()), message)
}

/// Reads a response: its head, and a body as long as that says.
fn response(wire: &mut Wire) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        wire.0.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    wire.0.read_exact(&mut body).unwrap();
    (head, body)
}

#[test]
fn requests_of_one_connection_are_answered_one_after_the_other() {
    let server = start();
    let chunked = post("Transfer-Encoding: chunked\r\n", b"5;x=y\r\n");
    let message = ping(2);
    let size = format!("{:X}\r\n", message.len() - 5);
    let end = b"\r\n0\r\nTrailer: x\r\n\r\n";
    let chunked = [&chunked, &message[..5], b"\r\n", size.as_bytes(), &message[5..], end].concat();
    let requests = [b"\r\n".to_vec(), whole(&ping(1)), chunked, whole(&ping(3))].concat();
    for piece in [1, 50, requests.len()] {
        let mut client = Wire::connect(server.address);
        for bytes in requests.chunks(piece) {
            client.send(bytes);
        }
        for id in 1..=3 {
            let (head, body) = response(&mut client);
            assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && body == pong(id), "{head}{}", body.escape_ascii());
        }
        client.finish();
        assert_eq!(client.rest(), b"");
    }
}

#[test]
fn what_is_no_thrift_request_gets_a_status() {
    let server = start_with(|server| server.limits(Limits::default().message_bytes(1000)));
    let message = ping(1);
    for (request, status) in [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), "405 Method Not Allowed\r\n"),
        (whole(b"garbage"), "400 Bad Request\r\n"),
        (whole(b""), "400 Bad Request\r\n"),
        (post("Content-Length: x\r\n", b""), "400 Bad Request\r\n"),
        (post("Content-Length: -1\r\n", b""), "400 Bad Request\r\n"),
        (post("Content-Length: 17\r\nContent-Length: 18\r\n", &message), "400 Bad Request\r\n"),
        (post("Content-Length: 17\r\nTransfer-Encoding: chunked\r\n", &message), "400 Bad Request\r\n"),
        (post("Transfer-Encoding: gzip\r\n", &message), "400 Bad Request\r\n"),
        (post("Transfer-Encoding: chunked\r\n", b"x\r\n"), "400 Bad Request\r\n"),
        (post("Transfer-Encoding: chunked\r\n", b"1\r\nxy\r\n"), "400 Bad Request\r\n"),
        (post("Transfer-Encoding: chunked\r\n", b"ffffffffffffffff\r\n"), "413 Payload Too Large\r\n"),
        (post("Content-Length: 2000000000\r\nExpect: 100-continue\r\n", b""), "413 Payload Too Large\r\n"),
        (whole(&vec![b'x'; 1001]), "413 Payload Too Large\r\n"),
        (b"POST / HTTP/1.1\r\nno header\r\n\r\n".to_vec(), "400 Bad Request\r\n"),
        ([&b"POST / HTTP/1.1\r\nA: "[..], &[b'a'; 70_000]].concat(), "400 Bad Request\r\n"),
    ] {
        let mut client = Wire::connect(server.address);
        client.send(&request);
        client.finish();
        let (head, body) = response(&mut client);
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{}: {head}", request.escape_ascii());
        assert!(body.ends_with(b"\n") && head.contains("text/plain"), "{head}");
        assert!(!status.starts_with("405") || head.contains("allow: POST"), "{head}");
    }
}

#[test]
fn a_client_that_waits_to_be_asked_is_asked() {
    let server = start();
    let mut client = Wire::connect(server.address);
    client.send(&post("Content-Length: 17\r\nExpect: 100-continue\r\n", b""));
    client.expect(b"HTTP/1.1 100 Continue\r\n\r\n");
    client.send(&ping(1));
    assert_eq!(response(&mut client).1, pong(1));
}

#[test]
fn the_connection_is_kept_as_the_client_says() {
    let server = start();
    for (version, connection, is_kept) in [
        ("1.1", "", true),
        ("1.1", "Connection: close\r\n", false),
        ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive\r\n", true),
    ] {
        let mut client = Wire::connect(server.address);
        client.send(format!("POST / HTTP/{version}\r\n{connection}Content-Length: 17\r\n\r\n").as_bytes());
        client.send(&ping(1));
        let (head, _) = response(&mut client);
        assert_eq!(head.contains("connection: close"), !is_kept, "{head}");
        if is_kept {
            client.send(&whole(&ping(2)));
            assert_eq!(response(&mut client).1, pong(2));
        } else {
            assert_eq!(client.rest(), b"");
        }
    }
}

#[test]
fn a_slow_body_and_a_slow_head_are_cut_off() {
    let server = start_with(|server| server.message_timeout(2 * SHORT));
    let mut body = Wire::connect(server.address);
    body.send(&post("Content-Length: 17\r\n", b"\x80"));
    let mut head = Wire::connect(server.address);
    let start = Instant::now();
    while head.0.write_all(b"P").is_ok() {
        thread::sleep(SHORT / 2);
        assert!(start.elapsed() < LONG);
    }
    assert!(response(&mut body).0.starts_with("HTTP/1.1 408 "));
}

#[test]
fn a_port_that_is_not_for_http_closes() {
    let server = start_with(|server| server.transports(&[Transport::Framed]));
    let mut client = Wire::connect(server.address);
    client.send(&whole(&ping(1)));
    assert_eq!(client.rest(), b"");
}

/// What a call comes to when a server answers so. The server reads the whole request before.
fn call(answer: &'static [u8]) -> Result<(), Error> {
    let (address, server) = play(2, move |number, mut wire| {
        // The client's first connection only shows that the server can be reached.
        if number == 1 {
            let mut request = vec![0; 10_000];
            let mut length = 0;
            while !request[..length].ends_with(b"\0") {
                length += wire.0.read(&mut request[length..]).unwrap();
            }
            wire.send(answer);
        }
    });
    let client = Client::builder().call_timeout(LONG).connect(format!("http://{address}")).unwrap();
    let result = StoreClient::new(client).ping();
    server.join().unwrap();
    result
}

#[test]
fn responses_are_read_in_all_their_forms() {
    let pong = b"\x80\x01\0\x02\0\0\0\x04ping\0\0\0\x01\0";
    assert_eq!(pong[..], super::raw::pong(1));
    for answer in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n\x80\x01\0\x02\0\0\0\x04ping\0\0\0\x01\0"[..],
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\x80\x01\0\x02\0\0\0\x04ping\0\0\0\x01\0",
        b"HTTP/1.0 200 OK\r\n\r\n\x80\x01\0\x02\0\0\0\x04ping\0\0\0\x01\0",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n\x80\x01\0\x02\0\0\0\x04ping\0\0\0\x01\0\r\n0\r\n\r\n",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 17\r\n\r\n\x80\x01\0\x02\0\0\0\x04ping\0\0\0\x01\0",
    ] {
        let result = call(answer);
        assert!(result.is_ok(), "{result:?} of {}", answer.escape_ascii());
    }
    let error = call(b"HTTP/1.1 503 Busy\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nlater").unwrap_err();
    assert!(matches!(&error, Error::Http { status: 503, text } if text == "later"), "{error:?}");
    let error = call(b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n\x80\x01").unwrap_err();
    assert!(matches!(error, Error::Closed { .. }), "{error:?}");
    let error = call(b"HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n").unwrap_err();
    assert!(matches!(error, Error::Message(_)), "{error:?}");
    let error = call(b"\x80\x01\0\x02").unwrap_err();
    assert!(matches!(error, Error::InvalidHttp(_)), "{error:?}");
}

#[test]
fn an_endless_body_ends_with_the_call() {
    let (address, server) = play(2, |number, mut wire| {
        if number == 1 {
            wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while wire.0.write_all(b"1\r\nx\r\n").is_ok() {
                thread::sleep(Duration::from_millis(10));
            }
        }
    });
    let client = Client::builder().call_timeout(2 * SHORT).connect(format!("http://{address}")).unwrap();
    let error = StoreClient::new(client).ping().unwrap_err();
    assert!(matches!(error, Error::Timeout(Timeout::Call)), "{error:?}");
    server.join().unwrap();
}

#[test]
fn headers_go_out_and_cannot_be_smuggled() {
    let server = start();
    let client = Client::builder().header("X-Test", "yes").connect(format!("http://{}/x", server.address)).unwrap();
    let item = StoreClient::new(client).find(1, "request").unwrap();
    assert_eq!(item.name.as_deref(), Some("Some(127.0.0.1) Some(\"/x\") Some(\"yes\")"));
    for (name, value) in [("X-Test", "a\r\nb: c"), ("content-length", "5"), ("a b", "c")] {
        let built = Client::builder().header(name, value).connect(format!("http://{}", server.address));
        assert!(matches!(built, Err(Error::InvalidHttp(_))), "{built:?}");
    }
}
