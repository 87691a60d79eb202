//! The server against an HTTP client that is written out in bytes.

use super::raw::{CALL, ONEWAY, Raw, find, message, ping, pong};
use super::{SLOWLY, soon, start, start_with};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use thrift_runtime::codegen::Bytes;
use thrift_runtime::{Limits, Processor, Reply, ReplyFuture, Request, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

/// One response: status, head and body.
pub(super) struct Response {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
}

impl Response {
    pub(super) async fn read(client: &mut Raw) -> Self {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(soon(client.0.read_u8()).await.unwrap());
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        soon(client.0.read_exact(&mut body)).await.unwrap();
        Self { status: head[9..12].parse().unwrap(), head, body }
    }
}

pub(super) fn post(body: &[u8], headers: &str) -> Vec<u8> {
    let head = format!("POST /any/path?at=all HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn statuses_say_what_came() {
    let server = start_with(|server| server.limits(Limits::default().message_bytes(1000))).await;
    let too_long = vec![b'x'; 1001];
    let chunked_too_long =
        [b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", &too_long[..], b"\r\n0\r\n\r\n"]
            .concat();
    for (request, status, in_head, body) in [
        (post(&ping(1), ""), 200, "content-type: application/x-thrift", pong(1)),
        (post(&ping(2), "Content-Type: text/html\r\n"), 200, "content-type: application/x-thrift", pong(2)),
        (post(&message(ONEWAY, "forget", 1, b"\0"), ""), 200, "content-length: 0", vec![]),
        (post(b"", ""), 400, "text/plain", b"not a Thrift request: the message is cut short\n".to_vec()),
        (
            post(b"{}", ""),
            400,
            "text/plain",
            b"not a Thrift request: not a Thrift message: it begins with the byte 0x7b\n".to_vec(),
        ),
        (
            post(b"{\"a\": 1, \"b\": 2}", ""),
            400,
            "text/plain",
            b"not a Thrift request: not a Thrift message: it begins with the byte 0x7b\n".to_vec(),
        ),
        (
            post(&pong(1), ""),
            400,
            "text/plain",
            b"not a Thrift request: a message of kind Reply where a request was expected\n".to_vec(),
        ),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), 405, "allow: post", b"send Thrift messages by POST\n".to_vec()),
        (
            b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
            405,
            "allow: post",
            b"send Thrift messages by POST\n".to_vec(),
        ),
        (post(&too_long, ""), 413, "text/plain", b"the message is over the limit of 1000 bytes\n".to_vec()),
        (chunked_too_long, 413, "text/plain", b"the message is over the limit of 1000 bytes\n".to_vec()),
    ] {
        println!("{}", request.escape_ascii());
        let mut client = Raw::connect(server.address).await;
        client.send(&request).await;
        let response = Response::read(&mut client).await;
        assert_eq!(response.status, status);
        assert!(response.head.contains(in_head), "{}", response.head);
        assert_eq!(response.body.escape_ascii().to_string(), body.escape_ascii().to_string());
        if status == 200 || status == 400 {
            // The connection is in step.
            client.send(&post(&ping(5), "")).await;
            assert_eq!(Response::read(&mut client).await.body, pong(5));
        }
    }
}

#[tokio::test]
async fn a_failed_call_is_status_200_too() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    for name in ["missing", "internal", "panic", "application"] {
        client.send(&post(&find(1, 1, name), "")).await;
        let response = Response::read(&mut client).await;
        assert_eq!(response.status, 200, "{name}");
        assert!(response.body.starts_with(b"\x80\x01\0"), "{name}");
    }
    client.send(&post(&message(CALL, "find", 1, b"\x0b\0"), "")).await;
    let response = Response::read(&mut client).await;
    assert_eq!((response.status, response.body[3]), (200, 3));
    // Two requests in one body.
    client.send(&post(&[ping(1), ping(2)].concat(), "")).await;
    let response = Response::read(&mut client).await;
    assert_eq!((response.status, response.body[3]), (200, 3));
}

#[tokio::test]
async fn bodies_come_in_chunks_and_in_pieces() {
    let server = start().await;
    let body = ping(4);
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunked = [head, &b"5\r\n"[..], &body[..5], b"\r\nc\r\n", &body[5..], b"\r\n0\r\n\r\n"].concat();
    let plain = post(&body, "");
    for request in [chunked, plain] {
        for cut in 1..request.len() {
            let mut client = Raw::connect(server.address).await;
            client.send(&request[..cut]).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
            client.send(&request[cut..]).await;
            assert_eq!(Response::read(&mut client).await.body, pong(4), "cut at {cut}");
        }
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    let requests: Vec<u8> = (0..100).flat_map(|id| post(&ping(id), "")).collect();
    client.send(&requests).await;
    for id in 0..100 {
        assert_eq!(Response::read(&mut client).await.body, pong(id));
    }
}

#[tokio::test]
async fn the_client_says_when_to_close_and_when_to_continue() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    client.send(&post(&ping(1), "Connection: close\r\n")).await;
    assert!(client.rest().await.ends_with(&pong(1)));

    let mut client = Raw::connect(server.address).await;
    let request = String::from_utf8_lossy(&post(b"", "Expect: 100-continue\r\n")).replace("Length: 0", "Length: 17");
    client.send(request.as_bytes()).await;
    client.expect(b"HTTP/1.1 100 Continue\r\n\r\n").await;
    client.send(&ping(2)).await;
    assert_eq!(Response::read(&mut client).await.body, pong(2));

    // An old client that does not know about keeping alive.
    let mut client = Raw::connect(server.address).await;
    let head = b"POST / HTTP/1.0\r\nContent-Length: 17\r\n\r\n";
    client.send(&[head, &ping(3)[..]].concat()).await;
    assert!(client.rest().await.ends_with(&pong(3)));
}

#[tokio::test]
async fn a_body_that_is_announced_too_long_is_not_asked_for() {
    let server = start_with(|server| server.limits(Limits::default().message_bytes(1000))).await;
    let mut client = Raw::connect(server.address).await;
    client.send(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n").await;
    assert_eq!(Response::read(&mut client).await.status, 413);
    assert_eq!(client.rest().await, b"");
}

#[tokio::test]
async fn slow_heads_and_bodies_are_bounded() {
    let server = start_with(|server| server.message_timeout(Duration::from_millis(100))).await;
    for request in [&b"POST / HTTP/1.1\r\nHost:"[..], &post(&ping(1), "")[..60]] {
        let mut client = Raw::connect(server.address).await;
        client.send(request).await;
        // Hyper may say 408 or nothing.
        let rest = client.rest().await;
        assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{}", rest.escape_ascii());
    }
}

#[tokio::test]
async fn a_reply_does_not_wait_for_what_follows_the_request() {
    let server = start().await;
    for next in [&b"\r\n"[..], b"POST / HT", &post(&find(2, 0, "never"), "")] {
        let mut client = Raw::connect(server.address).await;
        client.send(&[&post(&ping(1), ""), next].concat()).await;
        assert_eq!(Response::read(&mut client).await.body, pong(1), "before {}", next.escape_ascii());
    }
}

#[tokio::test]
async fn a_head_that_is_none_is_answered_after_the_replies_before_it() {
    let server = start().await;
    for (bad, status) in [
        (b"POST / HTTP/1.1\r\nbad header\r\n\r\n".to_vec(), 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n".to_vec(), 400),
        ([b"POST / HTTP/1.1\r\n", &b"a: b\r\n".repeat(101)[..], b"\r\n"].concat(), 431),
    ] {
        for before in 0..3 {
            let mut client = Raw::connect(server.address).await;
            client.send(&[post(&ping(1), "").repeat(before), bad.clone()].concat()).await;
            for _ in 0..before {
                assert_eq!(Response::read(&mut client).await.body, pong(1));
            }
            assert_eq!(Response::read(&mut client).await.status, status, "{}", bad.escape_ascii());
        }
    }
}

#[tokio::test]
async fn a_client_that_closes_its_half_still_gets_its_replies() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    client.send(&[post(&find(1, 30, "slow"), ""), post(&ping(2), "")].concat()).await;
    client.0.shutdown().await.unwrap();
    assert_eq!(Response::read(&mut client).await.body[..4], [0x80, 1, 0, 2]);
    assert_eq!(Response::read(&mut client).await.body, pong(2));
    assert_eq!(client.rest().await, b"");
}

#[tokio::test]
async fn a_oneway_request_is_carried_out_though_its_client_leaves() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    let arguments = [b"\x0a\0\x01", &SLOWLY.to_be_bytes()[..], b"\0"].concat();
    client.send(&post(&message(ONEWAY, "forget", 1, &arguments), "")).await;
    drop(client);
    soon(async {
        while server.handler.forgotten.load(Ordering::SeqCst) != SLOWLY {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// Keeps what it was asked, and whether nothing else has to do with those bytes.
#[derive(Clone, Default)]
struct Keeper(Arc<Mutex<Vec<(Bytes, bool)>>>);

impl Processor for Keeper {
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        let message = request.message();
        let is_unique = message.is_unique();
        self.0.lock().unwrap().push((message, is_unique));
        ReplyFuture::ready(Ok(Reply::new(pong(request.header().sequence_id).into())))
    }
}

#[tokio::test]
async fn what_is_kept_of_a_small_request_keeps_no_more_alive() {
    let keeper = Keeper::default();
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(keeper.clone()));
    let mut client = Raw::connect(address).await;
    client.send(&[post(&find(1, 1, "a"), ""), post(&find(2, 1, &"b".repeat(100_000)), "")].concat()).await;
    for id in [1, 2] {
        assert_eq!(Response::read(&mut client).await.body, pong(id));
    }
    let kept = keeper.0.lock().unwrap();
    assert_eq!(kept[0], (find(1, 1, "a").into(), true));
    assert_eq!(kept[1].0, find(2, 1, &"b".repeat(100_000)));
}

#[tokio::test]
async fn empty_lines_before_a_request_are_passed_over() {
    let server = start().await;
    for lines in [&b"\r\n"[..], b"\r\n\r\n\r\n"] {
        let mut client = Raw::connect(server.address).await;
        for id in 1..4 {
            client.send(lines).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
            client.send(&post(&ping(id), "")).await;
            assert_eq!(Response::read(&mut client).await.body, pong(id));
        }
    }
}

/// Counts its calls, and replies to each with so many bytes.
#[derive(Clone)]
struct Generous(Arc<AtomicUsize>, Bytes);

impl Processor for Generous {
    fn process<'h>(&'h self, _: Request<'_>) -> ReplyFuture<'h> {
        self.0.fetch_add(1, Ordering::SeqCst);
        ReplyFuture::ready(Ok(Reply::new(self.1.clone())))
    }
}

#[tokio::test]
async fn a_client_that_sends_and_never_reads_is_answered_no_more() {
    const REQUESTS: usize = 3000;
    for size in [16_000, 1 << 20] {
        let count = Arc::new(AtomicUsize::new(0));
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        tokio::spawn(server.serve(Generous(Arc::clone(&count), vec![7; size].into())));
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut client = Raw(socket.connect(address).await.unwrap());
        let requests = post(&ping(1), "").repeat(REQUESTS);
        let _ = tokio::time::timeout(Duration::from_millis(300), client.send(&requests)).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        // As many as the sockets hold, and few more. Who answered all of them would have done so by now.
        let answered = count.load(Ordering::SeqCst);
        assert!((1..REQUESTS / 2).contains(&answered), "{answered} of {size} bytes");
        // It is taken up again where it was left.
        for _ in 0..answered + 2 {
            assert_eq!(Response::read(&mut client).await.body.len(), size);
        }
    }
}
