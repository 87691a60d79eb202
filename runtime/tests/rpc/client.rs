//! The client against servers that misbehave, written out in bytes.

use super::raw::{CALL, EXCEPTION, REPLY, exception, framed, message};
use super::store::{StoreClient, StoreFindError};
use super::{BINARY, LONG, Way, soon, start};
use std::collections::{HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use thrift_runtime::message::MessageHeader;
use thrift_runtime::{ApplicationErrorKind, Client, Connection, Error, InvalidReply, Protocol, Timeout, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// What a peer does with the next request on the framed transport. A reply is made from the call's sequence id.
enum Act {
    Reply(fn(i32) -> Vec<u8>),
    ReplyAfter(Duration, fn(i32) -> Vec<u8>),
    ReplyAndClose(fn(i32) -> Vec<u8>),
    Close,
}

/// A framed peer which follows a script, and counts its connections.
async fn peer(script: Vec<Act>) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let (script, count) = (Arc::new(Mutex::new(VecDeque::from(script))), connections.clone());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let script = script.clone();
            tokio::spawn(async move {
                while let Ok(length) = stream.read_u32().await {
                    let mut request = vec![0; length as usize];
                    stream.read_exact(&mut request).await.unwrap();
                    let sequence_id = MessageHeader::read(&request).unwrap().0.sequence_id;
                    let act = script.lock().unwrap().pop_front();
                    match act.unwrap_or(Act::Reply(good)) {
                        Act::Reply(reply) => stream.write_all(&reply(sequence_id)).await.unwrap(),
                        Act::ReplyAfter(delay, reply) => {
                            sleep(delay).await;
                            let _ = stream.write_all(&reply(sequence_id)).await;
                        }
                        Act::ReplyAndClose(reply) => {
                            stream.write_all(&reply(sequence_id)).await.unwrap();
                            return;
                        }
                        Act::Close => return,
                    }
                }
            });
        }
    });
    (address, connections)
}

/// A reply to `find` with an item whose id is the call's sequence id.
fn good(sequence_id: i32) -> Vec<u8> {
    framed(&message(REPLY, "find", sequence_id, &found(sequence_id)))
}

fn found(id: i32) -> Vec<u8> {
    let item = super::store::Item { id: id.into(), ..Default::default() };
    [b"\x0c\0\0", &thrift_runtime::binary::to_vec(&item).unwrap()[..], b"\0"].concat()
}

async fn client(address: SocketAddr) -> StoreClient<Connection> {
    StoreClient::new(Client::connect(format!("tcp://{address}")).await.unwrap())
}

/// Calls once, expects an error, and then that calls are answered properly, on a new connection.
async fn after(act: Act) -> Error {
    let (address, connections) = peer(vec![act]).await;
    let client = client(address).await;
    let error = match soon(client.find(1, "x")).await {
        Err(StoreFindError::Other(error)) => error,
        other => panic!("{other:?}"),
    };
    let before = connections.load(Ordering::SeqCst);
    for sequence_id in 2..5 {
        assert_eq!(soon(client.find(1, "x")).await.unwrap().id, sequence_id);
    }
    assert_eq!((before, connections.load(Ordering::SeqCst)), (1, 2));
    error
}

#[tokio::test]
async fn a_reply_that_is_not_to_the_call_fails_it_and_closes() {
    let error = after(Act::Reply(|id| good(id + 1))).await;
    assert!(matches!(error, Error::InvalidReply(InvalidReply::SequenceId { expected: 1, found: 2 })), "{error:?}");
    let error = after(Act::Reply(|id| framed(&message(REPLY, "other", id, &found(id))))).await;
    assert!(matches!(error, Error::InvalidReply(InvalidReply::Method { .. })), "{error:?}");
    let error = after(Act::Reply(|id| framed(&message(CALL, "find", id, &found(id))))).await;
    assert!(matches!(error, Error::InvalidReply(InvalidReply::Kind(_))), "{error:?}");
    let error = after(Act::Reply(|id| framed(&exception("find", id + 1, 6, "not yours")))).await;
    assert!(matches!(error, Error::InvalidReply(InvalidReply::SequenceId { .. })), "{error:?}");
    let error = after(Act::Reply(|_| framed(b"HTTP/1.1 400"))).await;
    assert!(matches!(error, Error::Message(_)), "{error:?}");
    let error = after(Act::Reply(|_| b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())).await;
    assert!(matches!(error, Error::Message(_)), "{error:?}");
    let error = after(Act::Reply(|_| b"\0\0\0\0".to_vec())).await;
    assert!(matches!(error, Error::Message(_)), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_fails_the_call_alone() {
    for act in [Act::Close, Act::ReplyAndClose(|id| good(id)[..9].to_vec())] {
        let error = after(act).await;
        assert!(matches!(&error, Error::Closed { peer } if peer.starts_with("127.0.0.1:")), "{error:?}");
    }
}

#[tokio::test]
async fn a_closed_connection_is_not_used_again() {
    let (address, connections) = peer((0..6).map(|_| Act::ReplyAndClose(good)).collect()).await;
    let client = client(address).await;
    for sequence_id in 1..7 {
        assert_eq!(soon(client.find(1, "x")).await.unwrap().id, sequence_id);
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(connections.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn a_server_that_closes_what_it_accepts_is_not_asked_at_each_call() {
    for way in BINARY {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        let server = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                // It has read what it leaves unanswered, so that the client may not send it again.
                tokio::spawn(async move { stream.read(&mut [0; 1000]).await });
            }
        });
        let client = StoreClient::new(way.builder().connect_lazy(way.url(address)).unwrap());
        for _ in 0..200 {
            soon(client.ping()).await.unwrap_err();
        }
        let connections = connections.load(Ordering::SeqCst);
        assert!((1..20).contains(&connections), "{way:?}: {connections}");
        server.abort();
    }
}

#[tokio::test]
async fn bytes_that_nobody_asked_for_close_the_connection() {
    // A second reply, which would answer the next call if it were counted on.
    let (address, connections) = peer(vec![Act::Reply(|id| [good(id), good(id + 1)].concat())]).await;
    let client = client(address).await;
    assert_eq!(soon(client.find(1, "x")).await.unwrap().id, 1);
    sleep(Duration::from_millis(20)).await;
    assert_eq!(soon(client.find(1, "x")).await.unwrap().id, 2);
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn results_may_be_empty_exceptions_without_a_message_and_replies_of_the_old_form() {
    let (address, connections) = peer(vec![
        Act::Reply(|id| framed(&message(REPLY, "find", id, b"\0"))),
        Act::Reply(|id| framed(&message(EXCEPTION, "find", id, b"\x08\0\x02\0\0\0\x01\0"))),
        Act::Reply(|id| framed(&message(EXCEPTION, "find", id, b"\0"))),
        Act::Reply(|id| framed(&message(EXCEPTION, "find", id, b"\x08\0\x02\0\0\x30\x39\0"))),
        Act::Reply(|id| framed(&[b"\0\0\0\x04find\x02", &id.to_be_bytes()[..], &found(id)].concat())),
        Act::Reply(|id| framed(&message(REPLY, "find", id, b"\x0b\0\0\0\0\0\x01x\0"))),
        // An exception that this client's IDL does not declare.
        Act::Reply(|id| framed(&message(REPLY, "find", id, b"\x0c\0\x09\0\0"))),
    ])
    .await;
    let client = client(address).await;
    let mut kinds = Vec::new();
    for id in 1..8 {
        match soon(client.find(1, "x")).await {
            Ok(item) => assert_eq!((item.id, id), (5, 5)),
            Err(StoreFindError::Other(Error::Application(error))) => kinds.push((id, error.kind)),
            other => panic!("{other:?}"),
        }
    }
    use ApplicationErrorKind as Kind;
    assert_eq!(
        kinds,
        [
            (1, Kind::MISSING_RESULT),
            (2, Kind::UNKNOWN_METHOD),
            (3, Kind::UNKNOWN),
            (4, Kind(12345)),
            (6, Kind::MISSING_RESULT),
            (7, Kind::MISSING_RESULT),
        ]
    );
    assert_eq!(connections.load(Ordering::SeqCst), 1, "none of this breaks the connection");
}

#[tokio::test]
async fn after_a_timeout_the_late_reply_reaches_nobody() {
    for way in BINARY {
        let server = start().await;
        let builder = way.builder().call_timeout(Duration::from_millis(500)).max_connections(1);
        let client = StoreClient::new(builder.connect(way.url(server.address)).await.unwrap());
        match client.find(800, "slow").await {
            Err(StoreFindError::Other(Error::Timeout(Timeout::Call))) => {}
            other => panic!("{way:?}: {other:?}"),
        }
        for id in 0..5 {
            assert_eq!(client.find(id, "x").await.unwrap().id, id, "{way:?}");
            sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test]
async fn after_a_dropped_call_the_next_one_gets_its_own_reply() {
    for way in BINARY {
        let server = start().await;
        let builder = way.builder().max_connections(2);
        let client = StoreClient::new(builder.connect(way.url(server.address)).await.unwrap());
        for round in 0..20 {
            let dropped = client.find(20, "slow");
            let _ = tokio::time::timeout(Duration::from_millis(round), dropped).await;
            assert_eq!(soon(client.find(round as i64, "x")).await.unwrap().id, round as i64, "{way:?}");
        }
    }
}

#[tokio::test]
async fn calls_wait_for_their_turn() {
    let (address, connections) = peer((0..20).map(|_| Act::ReplyAfter(Duration::from_millis(5), good)).collect()).await;
    let connection = Client::builder().max_connections(3).connect(format!("tcp://{address}")).await.unwrap();
    let client = StoreClient::new(connection);
    let calls: Vec<_> = (0..20).map(|_| tokio::spawn(client.find(1, "x"))).collect();
    for (n, call) in calls.into_iter().enumerate() {
        assert_eq!(soon(call).await.unwrap().unwrap().id, n as i64 + 1);
    }
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn connections_are_kept() {
    for way in BINARY {
        // With room for one connection, a second one would have to wait for the first to be closed.
        let server = super::start_with(|server| server.max_connections(1)).await;
        let client = way.connect(server.address).await;
        for id in 0..10 {
            client.ping().await.unwrap();
            client.forget(1).await.unwrap();
            assert_eq!(client.find(id, "x").await.unwrap().id, id);
        }
        let peers = server.handler.peers.lock().unwrap();
        assert_eq!((peers.len(), peers.iter().collect::<HashSet<_>>().len()), (10, 1), "{way:?}");
    }
}

#[tokio::test]
async fn nobody_there_is_an_error_in_time() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for way in BINARY {
        let error = way.builder().connect(way.url(free)).await.unwrap_err();
        assert!(matches!(error, Error::Connect(_)) && error.is_unsent(), "{error:?}");
    }
    let error = Client::connect("localhost:9090").await.unwrap_err().to_string();
    assert!(error.contains("http://host[:port][/path]") && error.contains("tcp://host:port"), "{error}");
    let error = Client::builder().header("bad name", "x").connect("http://localhost:1").await.unwrap_err();
    assert!(matches!(error, Error::InvalidHttp(_)), "{error:?}");
}

/// An HTTP server that answers each connection's first request so, and closes.
async fn http_peer(answer: impl Fn(i32) -> Vec<u8> + Send + 'static) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let heads = Arc::new(Mutex::new(Vec::new()));
    let seen = heads.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => break,
                }
            }
            let head = String::from_utf8(head).unwrap();
            let Some(length) = head.split("content-length: ").nth(1) else { continue };
            let mut body = vec![0; length.split("\r\n").next().unwrap().parse().unwrap()];
            stream.read_exact(&mut body).await.unwrap();
            let id = MessageHeader::read(&body).unwrap().0.sequence_id;
            seen.lock().unwrap().push(head);
            stream.write_all(&answer(id)).await.unwrap();
        }
    });
    (address, heads)
}

fn response(status: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.0 {status}\r\nContent-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

#[tokio::test]
async fn a_server_that_closes_after_each_reply_is_called_again_and_again() {
    // As ThriftPy2's does: by HTTP/1.0, also without a length.
    let (address, heads) = http_peer(|id| {
        let reply = message(REPLY, "find", id, &found(id));
        if id % 2 == 0 { [b"HTTP/1.0 200 OK\r\n\r\n", &reply[..]].concat() } else { response("200 OK", &reply) }
    })
    .await;
    let connection = Client::builder().header("authorization", "me").connect(format!("http://{address}/a?b")).await;
    let client = StoreClient::new(connection.unwrap());
    for id in 1..10 {
        assert_eq!(soon(client.find(1, "x")).await.unwrap().id, id);
    }
    let head = heads.lock().unwrap()[0].clone();
    assert!(head.starts_with("POST /a?b HTTP/1.1\r\n"), "{head}");
    for header in [
        &format!("host: {address}"),
        "content-type: application/x-thrift",
        "accept: application/x-thrift",
        "authorization: me",
    ] {
        assert!(head.contains(&format!("\r\n{header}\r\n")), "{head}");
    }
}

#[tokio::test]
async fn another_status_than_200_is_an_error_unless_thrift_is_in_it() {
    for (answer, expected, words) in [
        (response("404 Not Found", b"<html>"), 404, ""),
        (response("500 Internal Server Error", b""), 500, ""),
        (response("503 Oh\r\nContent-Type: text/plain", b"come back later\n"), 503, "come back later"),
        (
            response("400 Oh\r\nContent-Type: text/plain", b"\x1b[31m red\r\nalert \xc3\xa4\n"),
            400,
            "\\u{1b}[31m red\\r\\nalert ä",
        ),
        (response("200 OK\r\nContent-Type: text/html", b"<html></html>"), 200, ""),
        (response("200 OK\r\nContent-Type: text/plain", b"hello"), 200, "hello"),
        (response("204 No Content", b""), 204, ""),
    ] {
        let (address, _) = http_peer(move |_| answer.clone()).await;
        let client = StoreClient::connect(format!("http://{address}")).await.unwrap();
        match soon(client.find(1, "x")).await {
            Err(StoreFindError::Other(Error::Http { status, text })) => assert_eq!((status, &*text), (expected, words)),
            other => panic!("{expected}: {other:?}"),
        }
        let oneway = soon(client.forget(1)).await;
        assert_eq!(oneway.is_ok(), expected / 100 == 2, "{oneway:?}");
    }
    let (address, _) = http_peer(|id| response("500 Oh", &exception("find", id, 6, "oh"))).await;
    let client = StoreClient::connect(format!("http://{address}")).await.unwrap();
    match soon(client.find(1, "x")).await {
        Err(StoreFindError::Other(Error::Application(error))) => assert_eq!(error.message, "oh"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn http_that_breaks_off_or_is_none_is_an_error() {
    for answer in
        [&b""[..], b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx", b"\0\0\0\x11\x80\x01\0\x02", b"HTTP/1.1 "]
    {
        let (address, _) = http_peer(|_| answer.to_vec()).await;
        let client = StoreClient::connect(format!("http://{address}")).await.unwrap();
        let error = tokio::time::timeout(LONG, client.find(1, "x")).await.unwrap().unwrap_err();
        match error {
            StoreFindError::Other(Error::Closed { .. } | Error::InvalidHttp(_) | Error::Io(_)) => {}
            other => panic!("{}: {other:?}", answer.escape_ascii()),
        }
    }
}

#[tokio::test]
async fn responses_are_read_however_they_come() {
    let reply = |id| message(REPLY, "find", id, &found(id));
    let chunked = |id| {
        let reply = reply(id);
        let (a, b) = reply.split_at(7);
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nDate: now\r\n\r\n7;x\r\n";
        let size = format!("\r\n{:X}\r\n", b.len());
        [&head[..], a, size.as_bytes(), b, b"\r\n0\r\nTrailer: x\r\n\r\n"].concat()
    };
    let plain = |id| {
        let head = format!("HTTP/1.1 200 Fine\r\ncontent-LENGTH:{}\r\nConnection: Keep-Alive\r\n\r\n", reply(id).len());
        [head.as_bytes(), &reply(id)].concat()
    };
    let announced = |id| [b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nA: b\r\n\r\n", &plain(id)[..]].concat();
    let closing = |id| [b"HTTP/1.1 200 OK\r\nConnection: x, close\r\n\r\n", &reply(id)[..]].concat();
    type Answer<'a> = &'a dyn Fn(i32) -> Vec<u8>;
    let answers: [(&str, Answer<'_>); 4] =
        [("plain", &plain), ("chunked", &chunked), ("announced", &announced), ("closing", &closing)];
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    for (name, answer) in answers {
        let client = StoreClient::new(Client::builder().connect_lazy(&url).unwrap());
        let mut connection = None;
        for cut in 0..answer(1).len() {
            let call = tokio::spawn(client.find(1, "x"));
            let stream = match &mut connection {
                Some(stream) => stream,
                none => {
                    let (stream, _) = soon(listener.accept()).await.unwrap();
                    stream.set_nodelay(true).unwrap();
                    none.insert(stream)
                }
            };
            let id = request_id(stream).await;
            let response = answer(id);
            let (first, second) = response.split_at(cut);
            stream.write_all(first).await.unwrap();
            sleep(Duration::from_micros(200)).await;
            stream.write_all(second).await.unwrap();
            if name == "closing" {
                connection = None;
            }
            assert_eq!(soon(call).await.unwrap().unwrap().id, id.into(), "{name} {cut}");
        }
    }
}

/// Reads a request over HTTP: its sequence id.
async fn request_id(stream: &mut TcpStream) -> i32 {
    let mut input = Vec::new();
    loop {
        assert_ne!(soon(stream.read_buf(&mut input)).await.unwrap(), 0, "the client has closed");
        let text = String::from_utf8_lossy(&input);
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length: usize = head.split("content-length: ").nth(1).unwrap().parse().unwrap();
            if let Some(message) = input.get(head.len() + 4..head.len() + 4 + length) {
                return MessageHeader::read(message).unwrap().0.sequence_id;
            }
        }
    }
}

#[tokio::test]
async fn a_server_can_answer_before_it_has_the_whole_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::builder().connect_lazy(format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let client = StoreClient::new(client);
    for closes in [false, true] {
        let name = "x".repeat(30 << 20);
        let call = tokio::spawn({
            let client = client.clone();
            async move { client.find(1, &name).await }
        });
        let (mut stream, _) = soon(listener.accept()).await.unwrap();
        stream.read_exact(&mut [0; 1000]).await.unwrap();
        stream.write_all(&response("413 Oh\r\nContent-Type: text/plain", b"too much")).await.unwrap();
        if closes {
            stream.shutdown().await.unwrap();
        }
        match soon(call).await.unwrap() {
            Err(StoreFindError::Other(Error::Http { status: 413, text })) => assert_eq!(text, "too much"),
            other => panic!("{other:?}"),
        }
        // The rest of the request is never sent, so nothing else can be.
        let next = tokio::spawn(client.find(1, "x"));
        let (mut stream, _) = soon(listener.accept()).await.unwrap();
        let id = request_id(&mut stream).await;
        stream.write_all(&response("200 OK", &message(REPLY, "find", id, &found(id)))).await.unwrap();
        assert_eq!(soon(next).await.unwrap().unwrap().id, id.into());
        drop(stream);
    }
}

#[tokio::test]
async fn a_response_that_can_be_understood_in_two_ways_is_refused() {
    for head in [
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 5",
        "Content-Length: +5",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Content-Length : 5",
        "A: b\r\n c: d",
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\nhello").into_bytes();
        let (address, _) = http_peer(move |_| answer.clone()).await;
        let client = StoreClient::connect(format!("http://{address}")).await.unwrap();
        let error = soon(client.find(1, "x")).await.unwrap_err();
        assert!(matches!(error, StoreFindError::Other(Error::InvalidHttp(_))), "{head}: {error:?}");
    }
}

#[tokio::test]
async fn an_endless_response_is_cut_off() {
    let limits = thrift_runtime::Limits::default().message_bytes(10_000);
    for head in ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"] {
        let (address, _) = http_peer(move |_| [head.as_bytes(), &vec![0; 100_000]].concat()).await;
        let connection = Client::builder().limits(limits).connect(format!("http://{address}")).await.unwrap();
        match soon(StoreClient::new(connection).find(1, "x")).await {
            Err(StoreFindError::Other(Error::Message(error))) => {
                assert!(error.to_string().contains("10000"), "{error}")
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn ipv6_hosts_can_be_named() {
    let server = thrift_runtime::Server::bind("[::1]:0").await.expect("this test needs IPv6 on the loopback interface");
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(super::StoreServer::new(super::Handler::default())));
    for way in [Way::Http(Protocol::Binary), Way::Framed(Protocol::Binary)] {
        way.connect(address).await.ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_reply_that_is_empty_or_cut_is_named() {
    let find = async |body: &'static [u8]| {
        let (address, _) = http_peer(move |_| response("200 OK", body)).await;
        let client = StoreClient::connect(format!("http://{address}")).await.unwrap();
        match soon(client.find(1, "x")).await {
            Err(StoreFindError::Other(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    let error = find(b"").await;
    assert!(matches!(error, Error::InvalidReply(InvalidReply::Missing)), "{error:?}");
    let error = find(b"\x80\x01\0\x02").await;
    assert!(matches!(error, Error::Message(_)), "{error:?}");
}

#[tokio::test]
async fn an_http_server_that_is_addressed_as_another_is_named() {
    for transport in [Transport::Framed, Transport::Buffered] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_u8().await.unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        });
        let connection = Client::builder().transport(transport).connect(format!("tcp://{address}")).await.unwrap();
        let error = soon(StoreClient::new(connection).find(1, "x")).await.unwrap_err().to_string();
        assert!(error.contains("`http://`"), "{error}");
    }
}

#[tokio::test]
async fn an_error_of_a_connection_names_the_peer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for resets in [false, true].into_iter().cycle() {
            let (mut stream, _) = listener.accept().await.unwrap();
            // Over HTTP, connecting leaves no connection.
            if stream.read_u8().await.is_err() {
                continue;
            }
            // What has not been read makes the close a reset.
            if !resets {
                let _ = stream.read(&mut [0; 1000]).await.unwrap();
            }
        }
    });
    for scheme in ["tcp", "http"] {
        for _ in 0..2 {
            let client = StoreClient::connect(format!("{scheme}://{address}")).await.unwrap();
            let error = soon(client.find(1, "x")).await.unwrap_err().to_string();
            assert!(error.contains(&address.to_string()), "{scheme}: {error}");
        }
    }
}

/// Python's HTTP servers handle one connection at a time: one that is kept without a request would lock out everybody.
#[tokio::test]
async fn connecting_over_http_keeps_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (connected, accepted) = tokio::join!(StoreClient::connect(&url), listener.accept());
    let (_client, (mut stream, _)) = (connected.unwrap(), accepted.unwrap());
    assert_eq!(soon(stream.read(&mut [0; 1])).await.unwrap(), 0);
}
