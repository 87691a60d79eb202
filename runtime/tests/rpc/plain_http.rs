//! The server reads plain requests over HTTP/1.1 itself, and leaves all others to hyper: nobody can tell which it was.
//!
//! An empty line before the first request has hyper read all of a connection.

use super::raw::{CALL, ONEWAY, Raw, message, ping};
use super::{Running, http::post, soon, start_with};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use thrift_runtime::codegen::Bytes;
use thrift_runtime::{Error, Limits, Processor, Reply, ReplyFuture, Request, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, oneshot};

/// Replies with what it knows of a request.
#[derive(Clone, Default)]
struct Mirror(Arc<Notify>);

impl Processor for Mirror {
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        let metadata = request.metadata();
        let header = |name| metadata.header_values(name).collect::<Vec<_>>();
        let known = format!(
            "{:?} {:?} {:?} of {} bytes, host {:?}, length {:?}, a {:?}, agent {:?}, keep {:?} {:?}",
            request.method(),
            request.header().sequence_id,
            metadata.path(),
            request.message_bytes(),
            header("host"),
            header("Content-Length"),
            header("a"),
            header("user-agent"),
            header("connection"),
            metadata.headers().count(),
        );
        let reply = Ok(Reply::new(known.into()));
        match request.method() {
            "forget" => ReplyFuture::ready(Ok(Reply::none())).oneway(),
            "forget slowly" => ReplyFuture::new(async {
                tokio::time::sleep(Duration::from_millis(5)).await;
                Ok(Reply::none())
            })
            .oneway(),
            "wait" => ReplyFuture::new(async {
                self.0.notified().await;
                reply
            }),
            "soon" => ReplyFuture::new(async {
                tokio::task::yield_now().await;
                reply
            }),
            "large" => ReplyFuture::ready(Ok(Reply::new(Bytes::from(vec![b'x'; 40_000])))),
            "fail" => ReplyFuture::ready(Err(Error::Overloaded)),
            "fail soon" => ReplyFuture::new(async {
                tokio::task::yield_now().await;
                Err(Error::Overloaded)
            }),
            _ => ReplyFuture::ready(reply),
        }
    }
}

async fn mirror() -> (SocketAddr, Mirror, oneshot::Sender<()>) {
    let mirror = Mirror::default();
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let server = server.limits(Limits::default().message_bytes(200_000)).message_timeout(Duration::from_secs(20));
    let address = server.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let processor = mirror.clone();
    tokio::spawn(server.serve_with_shutdown(processor, async {
        let _ = stopped.await;
    }));
    (address, mirror, stop)
}

/// What comes back until the connection is closed, or breaks because the server wants no more. Without the dates.
async fn rest(client: &mut Raw) -> String {
    let mut said = Vec::new();
    let _ = soon(client.0.read_to_end(&mut said)).await;
    let text = said.escape_ascii().to_string();
    let mut parts = text.split("date: ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        let (date, rest) = part.split_at("Sun, 06 Nov 1994 08:49:37 GMT".len());
        assert!(date.ends_with(" GMT"), "{date}");
        format!("{all}date: now{rest}")
    })
}

/// What comes back for these pieces of a stream.
async fn answers(address: SocketAddr, pieces: &[&[u8]]) -> String {
    let mut client = Raw::connect(address).await;
    for piece in pieces {
        // What follows a request that ends the connection may not be taken.
        if client.0.write_all(piece).await.is_err() {
            break;
        }
        if pieces.len() > 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    let _ = client.0.shutdown().await;
    rest(&mut client).await
}

fn call(name: &str, body: &[u8], headers: &str) -> Vec<u8> {
    post(&message(CALL, name, 7, body), headers)
}

/// With a head that is written out.
fn with(head: &str, body: &[u8]) -> Vec<u8> {
    [head.as_bytes(), b"\r\n\r\n", body].concat()
}

fn requests() -> Vec<Vec<u8>> {
    let ping = ping(5);
    let length = "Content-Length: 17";
    let mut requests = vec![
        call("ping", b"\0", ""),
        call("ping", b"\0", "A: b\r\na: c\r\nA:   d  \r\n"),
        call("ping", b"\0", "Connection: keep-alive\r\n"),
        call("ping", b"\0", "CONNECTION: Keep-Alive\r\nUser-Agent: it/1\r\n"),
        call("ping", b"\0", "A: é\r\n"),
        call("ping", b"\0", "A:\r\n"),
        call("", b"\0", ""),
        call("soon", b"\0", ""),
        call("large", b"\0", ""),
        call("fail", b"\0", ""),
        call("fail soon", b"\0", ""),
        call("forget", b"\0", ""),
        post(&message(ONEWAY, "forget", 1, b"\0"), ""),
        post(&message(ONEWAY, "forget slowly", 1, b"\0"), ""),
        call("ping", &[0; 16_000], ""),
        call("ping", &[0; 17_000], ""),
        call("ping", &[0; 100_000], ""),
        post(b"", ""),
        post(b"{}", ""),
        post(&message(2, "ping", 1, b"\0"), ""),
        with(&format!("POST / HTTP/1.1\r\n{length}"), &ping),
        with(&format!("POST /a/b%20c?d=e&f HTTP/1.1\r\nhost:x\r\n{length}"), &ping),
        with(&format!("POST //double HTTP/1.1\r\n{length}"), &ping),
        with(&format!("POST /?only HTTP/1.1\r\n{length}"), &ping),
        with(&format!("POST /{} HTTP/1.1\r\n{length}", "p".repeat(5000)), &ping),
        // From here on, hyper reads in both cases.
        post(&[0; 200_001], ""),
        with(&format!("POST /{} HTTP/1.1\r\n{length}", "p".repeat(30_000)), &ping),
        with(&format!("POST /{} HTTP/1.1\r\n{length}", "p".repeat(70_000)), &ping),
        with("POST / HTTP/1.1\r\nTransfer-Encoding: chunked", b"11\r\n"),
        [&with("POST / HTTP/1.1\r\nTransfer-Encoding: chunked", b"11\r\n"), &ping[..], b"\r\n0\r\n\r\n"].concat(),
        with("POST / HTTP/1.1", b""),
        with("GET / HTTP/1.1", b""),
        with("OPTIONS * HTTP/1.1", b""),
        with("CONNECT x:80 HTTP/1.1", b""),
        b"\0\0\0\x04".to_vec(),
        b"nonsense\r\n\r\n".to_vec(),
        [b"\r\n", &post(&ping, "")[..]].concat(),
    ];
    let odd_heads = [
        "POST http://x/y HTTP/1.1\r\nContent-Length: 17",
        "post / HTTP/1.1\r\nContent-Length: 17",
        "PUT / HTTP/1.1\r\nContent-Length: 17",
        "POST  / HTTP/1.1\r\nContent-Length: 17",
        "POST / HTTP/1.0\r\nContent-Length: 17",
        "POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 17",
        "POST / HTTP/2.0\r\nContent-Length: 17",
        "POST /\r\nContent-Length: 17",
        "POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 17",
        "POST / HTTP/1.1\r\nConnection: close, keep-alive\r\nContent-Length: 17",
        "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 17",
        "POST / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 17",
        // Who could hide a request in another.
        "POST / HTTP/1.1\r\nContent-Length: 17\r\nContent-Length: 17",
        "POST / HTTP/1.1\r\nContent-Length: 17\r\nContent-Length: 3",
        "POST / HTTP/1.1\r\nContent-Length: 17\r\nTransfer-Encoding: chunked",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 17",
        "POST / HTTP/1.1\r\nContent-Length: 17\r\nTransfer-Encoding: identity",
        "POST / HTTP/1.1\r\nContent-Length: 17\r\nTransfer-Encoding:\x0bchunked",
        "POST / HTTP/1.1\r\nContent-Length: +17",
        "POST / HTTP/1.1\r\nContent-Length: -17",
        "POST / HTTP/1.1\r\nContent-Length: 17,17",
        "POST / HTTP/1.1\r\nContent-Length: 1 7",
        "POST / HTTP/1.1\r\nContent-Length: 0x11",
        "POST / HTTP/1.1\r\nContent-Length: 017",
        "POST / HTTP/1.1\r\nContent-Length:",
        "POST / HTTP/1.1\r\nContent-Length: 18446744073709551633",
        "POST / HTTP/1.1\r\nContent-Length : 17",
        "POST / HTTP/1.1\r\n Content-Length: 17",
        "POST / HTTP/1.1\r\nContent-Length:\r\n 17",
        "POST / HTTP/1.1\r\nContent-Length: 17\r\n folded: yes",
        "POST / HTTP/1.1\r\nContent-Length: 17\r\nA: \0",
        "POST / HTTP/1.1\r\nContent-Length: 17\r\nA\0: b",
        "POST / HTTP/1.1\r\nContent-Length: 17\r\nA b: c",
        "POST / HTTP/1.1\r\nContent-Length: 17\r\n: c",
        "POST / HTTP/1.1\r\nContent-Length: 17\r\nA",
        "POST / HTTP/1.1\r\nA: b\rContent-Length: 17",
        "POST / HTTP/1.1\r\nA: b\nContent-Length: 17",
        "POST / HTTP/1.1\nContent-Length: 17",
        "POST / HTTP/1.1\r\nContent-Length: 17\n",
    ];
    requests.extend(odd_heads.map(|head| with(head, &ping)));
    let many = |count| format!("POST / HTTP/1.1{}\r\n{length}", "\r\nA: b".repeat(count));
    requests.extend([99, 100].map(|count| with(&many(count), &ping)));
    requests
}

#[tokio::test]
async fn each_request_is_answered_alike() {
    let (address, _mirror, _stop) = mirror().await;
    let next = call("next", b"\0\0", "");
    for request in requests() {
        let shown = request.get(..200).unwrap_or(&request).escape_ascii().to_string();
        // Alone, and between two others.
        for stream in [request.clone(), [&next, &request[..], &next].concat()] {
            let by_hyper = answers(address, &[&[b"\r\n", &stream[..]].concat()]).await;
            assert_eq!(answers(address, &[&stream]).await, by_hyper, "{shown}");
        }
        // Cut short.
        for end in [1, request.len() / 2, request.len() - 1] {
            let by_hyper = answers(address, &[&[b"\r\n", &request[..end]].concat()]).await;
            assert_eq!(answers(address, &[&request[..end]]).await, by_hyper, "{end} bytes of {shown}");
        }
    }
}

#[tokio::test]
async fn a_stream_may_be_cut_anywhere() {
    let (address, _mirror, _stop) = mirror().await;
    let chunked = [&with("POST / HTTP/1.1\r\nTransfer-Encoding: chunked", b"11\r\n"), &ping(3)[..], b"\r\n0\r\n\r\n"];
    let plain = [call("ping", b"\0", ""), call("soon", b"\0\0", ""), call("fail", b"", "A: b\r\n")].concat();
    for stream in [plain.clone(), [&plain, &chunked.concat()[..], &plain].concat()] {
        let by_hyper = answers(address, &[&[b"\r\n", &stream[..]].concat()]).await;
        assert_eq!(by_hyper.matches("HTTP/1.1 ").count(), stream.windows(5).filter(|word| word == b"POST ").count());
        for cut in 1..stream.len() {
            let (first, second) = stream.split_at(cut);
            assert_eq!(answers(address, &[first, second]).await, by_hyper, "cut at {cut}");
        }
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(answers(address, &bytes).await, by_hyper, "byte by byte");
    }
}

#[tokio::test]
async fn replies_come_in_order_whoever_reads_the_requests() {
    let (address, _mirror, _stop) = mirror().await;
    let odd = "Connection: keep-alive, x\r\n";
    let mut stream = Vec::new();
    for length in 0..200 {
        // As long as the one before, or longer by a digit.
        stream.extend(call(["ping", "soon", "large"][length % 3], &vec![0; 8 * length], ""));
    }
    for _ in 0..50 {
        stream.extend(call("soon", b"\0", odd));
    }
    let by_hyper = answers(address, &[&[b"\r\n", &stream[..]].concat()]).await;
    assert_eq!(by_hyper.matches("HTTP/1.1 200 OK").count(), 250);
    assert!(answers(address, &[&stream]).await == by_hyper);
}

#[tokio::test]
async fn a_reply_that_is_under_way_at_the_end_is_the_last() {
    let (address, mirror, stop) = mirror().await;
    let mut clients = Vec::new();
    for begin in ["", "\r\n"] {
        let mut client = Raw::connect(address).await;
        client.send(&[begin.as_bytes(), &call("wait", b"\0", "")].concat()).await;
        clients.push(client);
    }
    // None that waits was begun; it is let go at once.
    let mut idle = Raw::connect(address).await;
    idle.send(&call("ping", b"\0", "")).await;
    super::http::Response::read(&mut idle).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    assert_eq!(rest(&mut idle).await, "");
    tokio::time::sleep(Duration::from_millis(100)).await;
    mirror.0.notify_waiters();
    let by_hyper = rest(&mut clients[1]).await;
    assert!(by_hyper.contains("connection: close"), "{by_hyper}");
    assert_eq!(rest(&mut clients[0]).await, by_hyper);
}

#[tokio::test]
async fn what_has_begun_to_come_at_the_end_is_answered() {
    let (address, _mirror, stop) = mirror().await;
    let request = call("ping", b"\0", "");
    let mut clients = Vec::new();
    for cut in [1, 10, request.len() - 10] {
        let mut client = Raw::connect(address).await;
        client.send(&request).await;
        super::http::Response::read(&mut client).await;
        client.send(&request[..cut]).await;
        clients.push((client, cut));
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    for (client, cut) in &mut clients {
        client.send(&request[*cut..]).await;
        let reply = rest(client).await;
        assert!(reply.starts_with("HTTP/1.1 200 OK") && reply.contains("connection: close"), "{reply}");
    }
}

/// How long it takes until the server closes, and what it says.
async fn closed(server: &Running, first: &[u8], drip: &[u8]) -> String {
    let mut client = Raw::connect(server.address).await;
    client.send(first).await;
    let (mut read, mut write) = client.0.split();
    let drips = async {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if write.write_all(drip).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let mut said = Vec::new();
    let reading = read.read_to_end(&mut said);
    tokio::select! {
        _ = soon(reading) => {}
        () = drips => {}
    }
    said.escape_ascii().to_string()
}

#[tokio::test]
async fn slow_drips_are_given_up() {
    let server = start_with(|server| server.message_timeout(Duration::from_millis(200))).await;
    let body = post(&[0; 1000], "");
    for begin in ["", "\r\n"] {
        let begin = begin.as_bytes();
        // Nothing, a head that does not end, a body that does not.
        assert_eq!(closed(&server, &[begin, &post(&ping(1), "")].concat(), b"").await.matches("HTTP").count(), 1);
        assert_eq!(closed(&server, &[begin, b"POST / HTTP/1.1\r\nA: "].concat(), b"a").await, "");
        let said = closed(&server, &[begin, &body[..100]].concat(), b"a").await;
        assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    }
}
