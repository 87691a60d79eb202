//! THeader and TTHeader, by frames that are written out in bytes.

use super::raw::{Raw, framed, ping, pong};
use super::{soon, start};
use thrift_runtime::ApplicationErrorKind;
use tokio::io::AsyncReadExt;

/// A message in a THeader frame without headers, with sequence id 1.
pub(crate) fn binary(message: &[u8]) -> Vec<u8> {
    framed(&[b"\x0f\xff\0\0\0\0\0\x01\0\x01\0\0\0\0", message].concat())
}

/// Reads a THeader frame of binary without transforms, and gives its message.
pub(crate) async fn read(client: &mut Raw) -> Vec<u8> {
    let frame = frame(client).await;
    assert_eq!(frame[..8], *b"\x0f\xff\0\0\0\0\0\x01");
    let words = usize::from(u16::from_be_bytes([frame[8], frame[9]]));
    assert_eq!(frame[10..12], [0, 0], "binary, no transforms");
    frame[10 + 4 * words..].to_vec()
}

async fn frame(client: &mut Raw) -> Vec<u8> {
    soon(async {
        let mut frame = vec![0; client.0.read_u32().await.unwrap() as usize];
        client.0.read_exact(&mut frame).await.unwrap();
        frame
    })
    .await
}

#[tokio::test]
async fn theader_is_answered_in_kind() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    client.send(&binary(&ping(1))).await;
    assert_eq!(read(&mut client).await, pong(1));
    // Compact, with a header.
    client.send(b"\0\0\0\x1b\x0f\xff\0\0\0\0\0\x01\0\x02\x02\0\x01\x01\x01k\x01v\x82\x21\x01\x04ping\0").await;
    let compact = frame(&mut client).await;
    assert_eq!(compact[..12], *b"\x0f\xff\0\0\0\0\0\x01\0\x01\x02\0");
    assert!(compact.ends_with(b"\x82\x41\x01\x04ping\0"), "{}", compact.escape_ascii());
    // Without a message, as Apache's C++ library sends it when it closes.
    client.send(&binary(b"")).await;
    // And plain frames between.
    client.send(&framed(&ping(2))).await;
    client.expect(&framed(&pong(2))).await;
}

#[cfg(feature = "zlib")]
#[tokio::test]
async fn what_comes_compressed_is_answered_compressed() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    let request = b"\0\0\0\x1f\x0f\xff\0\0\0\0\0\x01\0\x01\x02\x01\x01\0\x78\x9c\x6b\x52\x64\x64\x29\xc8\xcc\x4b\x67\0\0\x0b\xae\x02\x57";
    client.send(request).await;
    let reply = frame(&mut client).await;
    assert_eq!(reply[..14], *b"\x0f\xff\0\0\0\0\0\x01\0\x01\x02\x01\x01\0");
    assert_eq!(reply[14], 0x78, "{}", reply.escape_ascii());
}

#[tokio::test]
async fn an_unknown_transform_is_told() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    client.send(&framed(&[b"\x0f\xff\0\0\0\0\0\x01\0\x01\0\x01\x03\0", &ping(1)[..]].concat())).await;
    let reply = read(&mut client).await;
    let kind = ApplicationErrorKind::INVALID_TRANSFORM.0;
    assert_eq!(reply, super::raw::exception("", 1, kind, "unknown transform 3"));
    client.send(&binary(&ping(1))).await;
    assert_eq!(read(&mut client).await, pong(1));
}

#[tokio::test]
async fn what_no_timeout_is_ends_no_call() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    for text in [&b"0"[..], b"-1", b"soon", b"", b"99999999999999999999"] {
        let mut header = [&b"\0\0\x10\0\x01\0\x0c"[..], &(text.len() as u16).to_be_bytes(), text].concat();
        header.resize(header.len().next_multiple_of(4), 0);
        let words = (header.len() / 4) as u16;
        let head = [&b"\x10\0\0\0\0\0\0\x01"[..], &words.to_be_bytes(), &header].concat();
        client.send(&framed(&[&head[..], &super::raw::find(1, 20, "slow")].concat())).await;
        let reply = frame(&mut client).await;
        let words = usize::from(u16::from_be_bytes([reply[8], reply[9]]));
        assert_eq!(reply[10 + 4 * words + 3], super::raw::REPLY, "{}", text.escape_ascii());
    }
}

#[tokio::test]
async fn ttheader_is_answered_in_kind() {
    let server = start().await;
    let mut client = Raw::connect(server.address).await;
    let head = b"\x10\0\0\0\0\0\0\x01\0\x03\0\0\x10\0\x01\0\x10\0\x013\0\0";
    for inner in [ping(1), framed(&ping(1))] {
        client.send(&framed(&[&head[..], &inner].concat())).await;
        let reply = frame(&mut client).await;
        assert_eq!(reply[..8], *b"\x10\0\0\0\0\0\0\x01");
        let expected = if inner == ping(1) { pong(1) } else { framed(&pong(1)) };
        let words = usize::from(u16::from_be_bytes([reply[8], reply[9]]));
        assert_eq!(reply[10 + 4 * words..].escape_ascii().to_string(), expected.escape_ascii().to_string());
    }
}
