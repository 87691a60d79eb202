//! The client's other transports: frames with headers, and zlib, against the server.

use super::store::{StoreClient, StoreFindError};
use super::{Running, soon, start, start_with};
use thrift_runtime::{Client, ClientBuilder, Connection, Error, Limits, Protocol, Transport};

/// Each transport, compressed or not.
const WRAPPED: &[(Transport, bool)] = &[
    (Transport::Header, false),
    (Transport::TtHeader, false),
    #[cfg(feature = "zlib")]
    (Transport::Header, true),
    #[cfg(feature = "zlib")]
    (Transport::Framed, true),
    #[cfg(feature = "zlib")]
    (Transport::Buffered, true),
];

fn builder(transport: Transport, zlib: bool, protocol: Protocol, calls: usize) -> ClientBuilder {
    let builder = Client::builder().transport(transport).protocol(protocol).calls_per_connection(calls);
    #[cfg(feature = "zlib")]
    let builder = builder.zlib(zlib);
    let _ = zlib;
    builder
}

async fn connect(server: &Running, builder: ClientBuilder) -> Connection {
    builder.max_connections(4).connect(format!("tcp://{}", server.address)).await.unwrap()
}

#[tokio::test]
async fn calls_of_every_outcome_and_size_come_through() {
    let server = start().await;
    for &(transport, zlib) in WRAPPED {
        for protocol in [Protocol::Binary, Protocol::Compact, Protocol::Json] {
            for calls in [1, 16] {
                println!("{transport} {zlib} {protocol} {calls}");
                let client = StoreClient::new(connect(&server, builder(transport, zlib, protocol, calls)).await);
                soon(outcomes(client)).await;
            }
        }
    }
}

async fn outcomes(client: StoreClient<Connection>) {
    client.ping().await.unwrap();
    client.forget(1).await.unwrap();
    assert!(matches!(client.find(1, "missing").await, Err(StoreFindError::NotFound(_))));
    assert!(matches!(client.find(1, "internal").await, Err(StoreFindError::Other(Error::Application(_)))));
    for size in [0, 100, 20_000, 200_000] {
        let name = "ä".repeat(size / 2);
        assert_eq!(client.find(6, &name).await.unwrap().name.as_ref(), Some(&name));
        assert_eq!(client.find(size as i64, "size").await.unwrap().name.map(|name| name.len()), Some(size));
    }
    let mut calls = Vec::new();
    for id in 0..100 {
        let client = client.clone();
        calls.push(tokio::spawn(async move {
            let name = format!("call {id}");
            assert_eq!(client.find(id, &name).await.unwrap().name, Some(name));
            assert_eq!(client.find(id % 7, "slow").await.unwrap().id, id % 7);
        }));
    }
    for call in calls {
        call.await.unwrap();
    }
}

#[tokio::test]
async fn headers_travel_with_the_request() {
    let server = start().await;
    for transport in [Transport::Header, Transport::TtHeader] {
        for calls in [1, 16] {
            let builder = builder(transport, false, Protocol::Binary, calls).header("x-test", "for all");
            let connection = connect(&server, builder).await;
            let told = async |connection: &Connection| {
                StoreClient::new(connection.clone()).find(1, "request").await.unwrap().name.unwrap()
            };
            assert_eq!(told(&connection).await, "Some(127.0.0.1) None Some(\"for all\")");
            let other = connection.with_header("X-Test", "for this").unwrap();
            assert_eq!(told(&other).await, "Some(127.0.0.1) None Some(\"for this\")");
        }
    }
}

#[tokio::test]
async fn what_is_over_a_limit_is_neither_sent_nor_read() {
    let server = start().await;
    for &(transport, zlib) in WRAPPED {
        let limits = Limits::default().frame_bytes(5_000).message_bytes(10_000);
        for calls in [1, 16] {
            let connection = connect(&server, builder(transport, zlib, Protocol::Binary, calls).limits(limits)).await;
            let client = StoreClient::new(connection);
            assert!(client.find(1, &"x".repeat(10_000)).await.is_err(), "{transport} {zlib}");
            // Compressed, the frame is a small one.
            match client.find(1_000_000, "size").await {
                Err(StoreFindError::Other(Error::Message(_) | Error::Io(_))) => {}
                other => panic!("{transport} {zlib}: {other:?}"),
            }
            assert_eq!(client.find(1, "x").await.unwrap().id, 1);
        }
    }
}

#[cfg(feature = "zlib")]
#[tokio::test]
async fn a_server_stops_a_bomb_at_its_limit() {
    let limits = Limits::default().message_bytes(100_000).memory_bytes(1 << 20);
    let server = start_with(|server| server.limits(limits)).await;
    for &(transport, zlib) in WRAPPED.iter().filter(|(_, zlib)| *zlib) {
        let client = StoreClient::new(connect(&server, builder(transport, zlib, Protocol::Binary, 1)).await);
        assert!(client.find(1, &"x".repeat(50_000_000)).await.is_err(), "{transport}");
        assert_eq!(client.find(1, "x").await.unwrap().id, 1, "on another connection");
    }
}

#[cfg(feature = "zlib")]
#[tokio::test]
async fn a_port_can_be_without_compressed_connections() {
    let server = start_with(|server| server.zlib(false)).await;
    let client = StoreClient::new(connect(&server, builder(Transport::Buffered, true, Protocol::Binary, 1)).await);
    assert!(soon(client.ping()).await.is_err());
    let client = StoreClient::new(connect(&server, builder(Transport::Buffered, false, Protocol::Binary, 1)).await);
    soon(client.ping()).await.unwrap();
}

#[cfg(feature = "zlib")]
#[tokio::test]
async fn http_in_a_zlib_stream_is_turned_away() {
    use std::io::Write;
    let server = start().await;
    let mut stream = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    stream.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n").unwrap();
    stream.write_all(&super::raw::ping(1)).unwrap();
    stream.flush().unwrap();
    let mut client = super::raw::Raw::connect(server.address).await;
    client.send(stream.get_ref()).await;
    assert_eq!(client.rest().await, b"");
}

#[tokio::test]
async fn headers_of_the_builder_go_out_as_they_were_given() {
    let peer = super::raw::Peer::bind().await;
    let builder = builder(Transport::Header, false, Protocol::Binary, 1);
    let builder = builder.header("RPC_PERSIST_k", "grün").header("authorization", "secret");
    let printed = format!("{builder:?}");
    assert!(printed.contains("authorization") && !printed.contains("secret"), "{printed}");
    let connection = builder.connect(format!("tcp://{}", peer.address())).await.unwrap();
    let call = tokio::spawn(async move { StoreClient::new(connection).ping().await });
    let mut server = peer.accept().await;
    let mut frame = vec![0; 200];
    let count = tokio::io::AsyncReadExt::read(&mut server.0, &mut frame).await.unwrap();
    let has = |part: &[u8]| frame[..count].windows(part.len()).any(|window| window == part);
    assert!(
        has(b"\x0dRPC_PERSIST_k\x05gr\xc3\xbcn") && has(b"\x0dauthorization\x06secret"),
        "{}",
        frame.escape_ascii()
    );
    call.abort();
}
