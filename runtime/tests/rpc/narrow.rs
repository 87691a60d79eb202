//! A port that is not for everything.

use super::raw::{EXCEPTION, Raw, framed, message, ping, pong};
use super::store::StoreClient;
use super::{Way, soon, start_with};
use thrift_runtime::{ApplicationErrorKind, Error, Protocol, Transport};

#[tokio::test]
async fn other_transports_are_turned_away() {
    let server = start_with(|server| server.transports(&[Transport::Framed])).await;
    let mut client = Raw::connect(server.address).await;
    client.send(&framed(&ping(1))).await;
    client.expect(&framed(&pong(1))).await;

    let mut unframed = Raw::connect(server.address).await;
    unframed.send(&ping(1)).await;
    assert_eq!(unframed.rest().await, b"");

    let mut http = Raw::connect(server.address).await;
    http.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n").await;
    http.send(&ping(1)).await;
    let response = String::from_utf8(http.rest().await).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 400 ") && head.contains(&format!("Content-Length: {}", body.len())), "{head}");
    assert!(body.contains("without HTTP"), "{body}");

    // THeader comes in frames too, and is told so in its own way.
    let mut header = Raw::connect(server.address).await;
    header.send(&super::headers::binary(&ping(1))).await;
    let reply = super::headers::read(&mut header).await;
    let text = "this port does not speak THeader";
    let kind = ApplicationErrorKind::UNSUPPORTED_CLIENT_TYPE.0;
    assert_eq!(
        reply.escape_ascii().to_string(),
        super::raw::exception("ping", 1, kind, text).escape_ascii().to_string()
    );
}

#[tokio::test]
async fn http_alone_is_possible() {
    let server = start_with(|server| server.transports(&[Transport::Http])).await;
    soon(Way::Http(Protocol::Compact).connect(server.address).await.ping()).await.unwrap();
    for request in [ping(1), framed(&ping(1))] {
        let mut client = Raw::connect(server.address).await;
        client.send(&request).await;
        assert_eq!(client.rest().await, b"");
    }
}

#[tokio::test]
async fn other_protocols_are_told_so() {
    let server = start_with(|server| server.protocols(&[Protocol::Binary])).await;
    for way in super::WAYS {
        let client = StoreClient::new(way.builder().connect(way.url(server.address)).await.unwrap());
        for _ in 0..2 {
            match client.ping().await {
                Ok(()) => assert_eq!(way.protocol(), Protocol::Binary),
                Err(Error::Application(error)) => {
                    assert_eq!(error.kind, ApplicationErrorKind::INVALID_PROTOCOL, "{way:?}");
                    assert_eq!(error.message, format!("this port does not speak the {} protocol", way.protocol()));
                }
                other => panic!("{way:?}: {other:?}"),
            }
        }
    }
    let mut client = Raw::connect(server.address).await;
    client.send(&message(EXCEPTION, "ping", 1, b"\0")).await;
    assert_eq!(client.rest().await, b"");
}
