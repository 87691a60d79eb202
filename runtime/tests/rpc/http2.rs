//! The server against an HTTP/2 client, which is hyper's.

use super::http::Response;
use super::raw::{Raw, find, ping, pong};
use super::{soon, start, start_with};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame};
use hyper::client::conn::http2::{self, SendRequest};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;
use thrift_runtime::Limits;
use thrift_runtime::codegen::Bytes;
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

/// A client, and the task of its connection, which ends with it.
async fn connect<B>(address: SocketAddr) -> (SendRequest<B>, JoinHandle<hyper::Result<()>>)
where
    B: Body<Data = Bytes, Error = Infallible> + Send + Unpin + 'static,
{
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (client, connection) = soon(http2::handshake(TokioExecutor::new(), stream)).await.unwrap();
    (client, tokio::spawn(connection))
}

fn post<B>(address: SocketAddr, body: B) -> Request<B> {
    Request::post(format!("http://{address}/store?at=all")).header("x-test", "yes").body(body).unwrap()
}

/// The status and body of the response.
async fn send<B>(client: &mut SendRequest<B>, request: Request<B>) -> (StatusCode, Bytes)
where
    B: Body<Data = Bytes, Error = Infallible> + Send + Unpin + 'static,
{
    let response = soon(client.send_request(request)).await.unwrap();
    let status = response.status();
    (status, soon(response.into_body().collect()).await.unwrap().to_bytes())
}

#[tokio::test]
async fn many_calls_run_at_a_time_on_one_connection() {
    let server = start().await;
    let (client, _) = connect(server.address).await;
    let mut calls = JoinSet::new();
    for id in (0..100).rev() {
        let takes = i64::from(id / 50) * 500;
        let (mut client, request) = (client.clone(), post(server.address, Full::from(find(id, takes, "slow"))));
        calls.spawn(async move { (id, send(&mut client, request).await) });
    }
    let mut order = Vec::new();
    while let Some(call) = calls.join_next().await {
        let (id, (status, reply)) = call.unwrap();
        assert_eq!(status, 200);
        assert_eq!((&reply[..4], &reply[12..16]), (&[0x80, 1, 0, 2][..], &id.to_be_bytes()[..]));
        order.push(id);
    }
    assert!(order.iter().is_sorted_by_key(|id| id / 50), "the fast ones come before the slow ones: {order:?}");
}

#[tokio::test]
async fn statuses_are_those_of_http_1() {
    let server = start_with(|server| server.limits(Limits::default().message_bytes(1000))).await;
    let (mut client, _) = connect(server.address).await;
    let to = |body: &[u8]| post(server.address, Full::from(body.to_vec()));
    let mut get = to(b"");
    *get.method_mut() = Method::GET;
    for (request, status, body) in [
        (to(&ping(1)), 200, pong(1)),
        (to(&super::raw::message(super::raw::ONEWAY, "forget", 1, b"\0")), 200, vec![]),
        (to(b""), 400, b"not a Thrift request: the message is cut short\n".to_vec()),
        (get, 405, b"send Thrift messages by POST\n".to_vec()),
        (to(&[b'x'; 1001]), 413, b"the message is over the limit of 1000 bytes\n".to_vec()),
        (to(&ping(2)), 200, pong(2)),
    ] {
        let (found, reply) = send(&mut client, request).await;
        assert_eq!((found.as_u16(), reply.escape_ascii().to_string()), (status, body.escape_ascii().to_string()));
    }
}

#[tokio::test]
async fn a_handler_sees_path_header_and_peer() {
    let server = start().await;
    let (mut client, _) = connect(server.address).await;
    let (_, reply) = send(&mut client, post(server.address, Full::from(find(1, 0, "request")))).await;
    let seen = b"Some(127.0.0.1) Some(\"/store\") Some(\"yes\")";
    assert!(reply.windows(seen.len()).any(|part| part == seen), "{}", reply.escape_ascii());
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server = start_with(|server| server.message_timeout(Duration::from_millis(50))).await;
    let (mut client, _) = connect(server.address).await;
    let (status, _) = send(&mut client, post(server.address, Never)).await;
    assert_eq!(status, 408);
}

/// A body that never comes.
struct Never;

impl Body for Never {
    type Data = Bytes;
    type Error = Infallible;
    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn a_call_that_is_reset_is_dropped_and_the_others_go_on() {
    let server = start().await;
    let (mut client, _) = connect(server.address).await;
    for id in 0..50 {
        let call = client.send_request(post(server.address, Full::from(find(id, i64::from(id), "never"))));
        let call = tokio::spawn(call);
        soon(async {
            while server.handler.begun.lock().unwrap().last() != Some(&i64::from(id)) {
                sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        call.abort();
    }
    assert_eq!(send(&mut client, post(server.address, Full::from(ping(1)))).await.1, pong(1));
    // None of them is left to wait for.
    server.stop.send(()).unwrap();
    soon(server.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_has_begun_at_shutdown_is_answered() {
    let server = start().await;
    let (mut client, connection) = connect(server.address).await;
    let call = {
        let mut client = client.clone();
        let request = post(server.address, Full::from(find(1, 100, "slow")));
        tokio::spawn(async move { send(&mut client, request).await })
    };
    soon(async {
        while server.handler.begun.lock().unwrap().is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    server.stop.send(()).unwrap();
    assert_eq!(soon(call).await.unwrap().0, 200);
    soon(server.task).await.unwrap().unwrap();
    soon(connection).await.unwrap().unwrap();
    let refused = client.send_request(post(server.address, Full::from(ping(1)))).await;
    assert!(refused.is_err(), "no more requests are taken");
}

#[tokio::test]
async fn a_connection_without_calls_is_closed() {
    let short = Duration::from_millis(100);
    let server = start_with(|server| server.idle_timeout(short).write_timeout(short)).await;
    let (mut client, connection) = connect(server.address).await;
    // A handler that takes long is no idleness.
    let (status, _) = send(&mut client, post(server.address, Full::from(find(1, 400, "slow")))).await;
    assert_eq!(status, 200);
    assert!(soon(connection).await.unwrap().is_ok(), "closed in good order");
    // One that says hello and no more, and does not answer when it is asked to go.
    let mut client = Raw::connect(server.address).await;
    client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
    client.rest().await;
    assert_eq!(server.handler.pings.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_client_that_does_not_take_its_reply_is_closed_and_one_that_is_slow_is_not() {
    const PIECES: usize = 40;
    let server = start_with(|server| server.write_timeout(Duration::from_secs(1))).await;
    for steady in [true, false] {
        let stream = TokioIo::new(TcpStream::connect(server.address).await.unwrap());
        let mut builder = http2::Builder::new(TokioExecutor::new());
        // So that the server can send no more than this before it is read.
        builder.initial_stream_window_size(16 * 1024);
        let (mut client, connection) = soon(builder.handshake::<_, Full<Bytes>>(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let call = post(server.address, Full::from(find(1, PIECES as i64 * 16 * 1024, "size")));
        let mut body = soon(client.send_request(call)).await.unwrap().into_body();
        if steady {
            let mut length = 0;
            while let Some(frame) = soon(body.frame()).await {
                length += frame.unwrap().data_ref().map_or(0, Bytes::len);
                sleep(Duration::from_millis(30)).await;
            }
            assert!(length > PIECES * 16 * 1024);
        } else {
            // What else goes on does not help.
            let ping = async {
                while let Ok(response) = client.send_request(post(server.address, Full::from(ping(1)))).await {
                    let _ = response.into_body().collect().await;
                    sleep(Duration::from_millis(20)).await;
                }
            };
            soon(ping).await;
            assert!(soon(body.collect()).await.is_err());
            let _ = soon(connection).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_reply_that_waits_for_its_client_is_a_request_in_flight() {
    let server = start_with(|server| server.max_requests(1)).await;
    let stream = TokioIo::new(TcpStream::connect(server.address).await.unwrap());
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(16 * 1024);
    let (mut client, connection) = soon(builder.handshake::<_, Full<Bytes>>(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let call = post(server.address, Full::from(find(1, 100_000, "size")));
    let body = soon(client.send_request(call)).await.unwrap().into_body();

    let (mut other, _) = connect(server.address).await;
    let mut waiting = tokio::spawn(async move { send(&mut other, post(server.address, Full::from(ping(1)))).await });
    assert!(timeout(Duration::from_millis(100), &mut waiting).await.is_err(), "the reply is in memory");
    assert!(soon(body.collect()).await.unwrap().to_bytes().len() > 100_000);
    assert_eq!(soon(waiting).await.unwrap().1, pong(1));
    drop(client);
    soon(connection).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_body_is_not_read_before_its_request_may_be_in_flight() {
    let server = start_with(|server| server.max_requests(1)).await;
    let (mut client, _) = connect(server.address).await;
    let request = post(server.address, Full::from(find(1, 0, "never")));
    let first = tokio::spawn(async move { client.send_request(request).await.map(drop) });
    soon(async {
        while server.handler.begun.lock().unwrap().is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    let mut second = Raw::connect(server.address).await;
    second.send(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 17\r\n\r\n").await;
    let mut go_on = tokio::spawn(async move {
        second.expect(b"HTTP/1.1 100 Continue\r\n\r\n").await;
        second
    });
    assert!(timeout(Duration::from_millis(100), &mut go_on).await.is_err(), "there is one already");
    first.abort();
    let mut second = soon(go_on).await.unwrap();
    second.send(&ping(2)).await;
    assert_eq!(Response::read(&mut second).await.body, pong(2));
}

#[tokio::test]
async fn one_connection_has_so_many_calls_and_no_more() {
    let server = start_with(|server| server.requests_per_connection(2)).await;
    let (mut client, _) = connect(server.address).await;
    // When this is answered, the client knows how many it may have.
    assert_eq!(send(&mut client, post(server.address, Full::from(ping(1)))).await.1, pong(1));
    let begin = |id| {
        let mut client = client.clone();
        let request = post(server.address, Full::from(find(id, 0, "never")));
        tokio::spawn(async move { client.send_request(request).await.map(drop) })
    };
    let calls = [begin(1), begin(2)];
    soon(async {
        while server.handler.begun.lock().unwrap().len() < 2 {
            sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    let mut waiting = tokio::spawn(async move { send(&mut client, post(server.address, Full::from(ping(2)))).await });
    assert!(timeout(Duration::from_millis(100), &mut waiting).await.is_err(), "there are two");
    calls[0].abort();
    assert_eq!(soon(waiting).await.unwrap().1, pong(2));
}

#[tokio::test]
async fn many_resets_harm_nobody_else() {
    let server = start().await;
    let (client, _) = connect(server.address).await;
    for id in 0..500 {
        let mut client = client.clone();
        let request = post(server.address, Full::from(find(id, 0, "never")));
        let call = tokio::spawn(async move { client.send_request(request).await.map(drop) });
        tokio::task::yield_now().await;
        call.abort();
    }
    let (mut other, _) = connect(server.address).await;
    assert_eq!(send(&mut other, post(server.address, Full::from(ping(1)))).await.1, pong(1));
    server.stop.send(()).unwrap();
    soon(server.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_is_no_http_2_after_its_hello_is_closed() {
    let server = start().await;
    for after in [&b"x"[..], b"SM\r\n\r\nGET / HTTP/1.1\r\n\r\n", b"SM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff"] {
        let mut client = Raw::connect(server.address).await;
        client.send(&[b"PRI * HTTP/2.0\r\n\r\n", after].concat()).await;
        if after == b"x" {
            tokio::io::AsyncWriteExt::shutdown(&mut client.0).await.unwrap();
        }
        client.rest().await;
    }
    assert_eq!(soon(server.stop.send(()).map(|()| server.task).unwrap()).await.unwrap().ok(), Some(()));
}
