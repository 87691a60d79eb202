//! What all connections of a server may keep together.

use super::http::Response;
use super::raw::{CALL, Raw, find, framed, message, ping, pong};
#[cfg(feature = "http2")]
use super::{Client, store::StoreClient};
use super::{Running, soon, start_with};
use thrift_runtime::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A framed request of 800 KB.
fn large(sequence_id: i32) -> Vec<u8> {
    framed(&find(sequence_id, 7, &"x".repeat(800_000)))
}

/// Reads a frame of a little more than so many bytes.
async fn frame(client: &mut Raw, bytes: usize) {
    let length = soon(client.0.read_u32()).await.unwrap() as usize;
    assert!((bytes..bytes + 100).contains(&length), "{length}");
    soon(client.0.read_exact(&mut vec![0; length])).await.unwrap();
}

async fn bounded(bytes: usize) -> Running {
    start_with(|server| server.max_buffered_bytes(bytes)).await
}

#[tokio::test]
async fn one_that_wants_more_than_is_left_is_closed_and_the_others_go_on() {
    const MOST: usize = 700_000;
    let server = bounded(1 << 20).await;
    let (mut one, mut other) = (Raw::connect(server.address).await, Raw::connect(server.address).await);
    let request = large(1);
    let (begin, end) = request.split_at(MOST);
    one.send(begin).await;
    other.send(begin).await;
    // Whichever came later.
    let mut left = soon(async {
        tokio::select! {
            closed = one.0.read_u8() => closed.map(drop).map_or(other, |()| panic!("a reply")),
            closed = other.0.read_u8() => closed.map(drop).map_or(one, |()| panic!("a reply")),
        }
    })
    .await;
    let mut small = Raw::connect(server.address).await;
    small.send(&framed(&ping(2))).await;
    small.expect(&framed(&pong(2))).await;
    left.send(end).await;
    frame(&mut left, 800_000).await;
    // There is room again.
    let mut next = Raw::connect(server.address).await;
    next.send(&large(3)).await;
    frame(&mut next, 800_000).await;
}

#[tokio::test]
async fn what_came_before_a_message_without_room_is_answered() {
    let server = bounded(1 << 18).await;
    let mut client = Raw::connect(server.address).await;
    let slow = framed(&find(1, 300, "slow"));
    client.send(&[&slow[..], &framed(&ping(2)), &large(3)[..600_000]].concat()).await;
    frame(&mut client, 0).await;
    client.expect(&framed(&pong(2))).await;
    assert_eq!(client.rest().await, b"");
}

#[tokio::test]
async fn replies_that_nobody_takes_count_too() {
    /// More than the system takes for a client that does not read.
    const REPLY: i64 = 32 << 20;
    let limits = Limits::default().frame_bytes(1 << 26).message_bytes(1 << 26);
    let server = start_with(|server| server.limits(limits).max_buffered_bytes(REPLY as usize + (8 << 20))).await;
    let request = framed(&find(1, REPLY, "size"));
    let mut first = Raw::connect(server.address).await;
    first.send(&request).await;
    first.0.readable().await.unwrap();
    let mut second = Raw::connect(server.address).await;
    second.send(&request).await;
    assert!(second.rest().await.len() < REPLY as usize, "it is closed");
    frame(&mut first, REPLY as usize).await;
    // Each by itself has room.
    let mut third = Raw::connect(server.address).await;
    third.send(&request).await;
    frame(&mut third, REPLY as usize).await;
}

#[tokio::test]
async fn replies_that_wait_for_their_turn_count_too() {
    let server = bounded(1 << 20).await;
    let mut client = Raw::connect(server.address).await;
    let later = (2..6).map(|id| framed(&find(id, 400_000, "blob later")));
    client.send(&[framed(&find(1, 0, "never"))].into_iter().chain(later).collect::<Vec<_>>().concat()).await;
    assert_eq!(client.rest().await, b"");
}

#[tokio::test]
async fn a_body_over_http_counts() {
    let server = bounded(1 << 18).await;
    // A call of `ping` with an argument that it does not know, to which the reply is small.
    let argument = [b"\x0b\0\x09", &800_000_u32.to_be_bytes()[..], &[b'x'; 800_000], b"\0"].concat();
    let body = message(CALL, "ping", 1, &argument);
    let mut plain = Raw::connect(server.address).await;
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
    // All but the end: the server may close before it has all.
    let _ = plain.0.write_all(&[head.as_bytes(), &body[..700_000]].concat()).await;
    assert_eq!(plain.rest().await, b"", "closed");

    let mut chunked = Raw::connect(server.address).await;
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len());
    chunked.send(&[head.as_bytes(), &body, b"\r\n0\r\n\r\n"].concat()).await;
    assert_eq!(Response::read(&mut chunked).await.status, 503);
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn a_call_over_http2_that_has_no_room_is_told_so_and_others_go_on() {
    let server = bounded(1 << 18).await;
    let builder = Client::builder().http2(true);
    let connection = builder.connect(format!("http://{}", server.address)).await.unwrap();
    let client = StoreClient::new(connection);
    let slow = tokio::spawn(client.find(300, "slow"));
    let refused = soon(client.find(7, &"x".repeat(800_000))).await.unwrap_err();
    assert!(format!("{refused:?}").contains("503"), "{refused:?}");
    let reply = soon(client.find(1 << 20, "size")).await.unwrap_err();
    assert!(format!("{reply:?}").contains("503"), "{reply:?}");
    assert_eq!(soon(slow).await.unwrap().unwrap().id, 300);
    soon(client.ping()).await.unwrap();
}
