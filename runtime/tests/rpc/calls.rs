//! The generated client against the generated server.

use super::store::{BaseClient, StoreClient, StoreFindError, StoreServer};
use super::{Handler, WAYS, soon, start, start_with};
use std::sync::atomic::Ordering;
use thrift_runtime::{ApplicationErrorKind, DecodeErrorKind, Error, Limits, Processor, Protocol, Server};
use tokio::time::{Duration, sleep};

/// Every outcome of a call, each followed by a good call.
pub(crate) async fn every_outcome<C: Processor + Clone>(client: StoreClient<C>, handler: &Handler) {
    let good = async |id| {
        let item = client.find(id, "some item").await.unwrap();
        assert_eq!((item.id, item.name.as_deref(), item.count, item.rank), (id, Some("some item"), 5, Some(7)));
    };
    good(1).await;

    match client.find(2, "missing").await {
        Err(StoreFindError::NotFound(error)) => assert_eq!(error.message.as_deref(), Some("no item 2")),
        other => panic!("{other:?}"),
    }
    good(2).await;

    match client.find(1234, "application").await {
        Err(StoreFindError::Other(Error::Application(error))) => {
            assert_eq!((error.kind, &*error.message), (ApplicationErrorKind(1234), "for your eyes"));
        }
        other => panic!("{other:?}"),
    }
    good(3).await;

    // Too deep to be encoded is an internal error, like any other that the client cannot help.
    for name in ["internal", "panic", "panic later", "deep"] {
        match client.find(100, name).await {
            Err(StoreFindError::Other(Error::Application(error))) => {
                assert_eq!(error.kind, ApplicationErrorKind::INTERNAL_ERROR, "{name}");
                assert_eq!(error.message, "Internal error", "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
        good(4).await;
    }

    for id in [-2, -1, 17] {
        client.forget(id).await.unwrap();
        good(5).await;
        soon(async {
            while handler.forgotten.load(Ordering::SeqCst) != id {
                sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
    }

    let before = handler.pings.load(Ordering::SeqCst);
    client.ping().await.unwrap();
    assert_eq!(handler.pings.load(Ordering::SeqCst), before + 1);

    for size in [0, 1, 1000, 16 * 1024, 70_000, 1 << 20] {
        let name = "ä".repeat(size / 2);
        assert_eq!(client.find(6, &name).await.unwrap().name.as_ref(), Some(&name));
        assert_eq!(client.find(size as i64, "size").await.unwrap().name.map(|name| name.len()), Some(size));
        let blob = client.find(size as i64, "blob").await.unwrap().blob.unwrap();
        assert!(blob.len() == size && blob.iter().all(|&byte| byte == 7));
    }
}

#[tokio::test]
pub(crate) async fn every_outcome_comes_over_each_transport() {
    for way in WAYS {
        println!("{way:?}");
        let server = start().await;
        soon(every_outcome(way.connect(server.address).await, &server.handler)).await;
    }
}

#[tokio::test]
async fn a_client_takes_a_server_without_sockets() {
    let handler = Handler::default();
    soon(every_outcome(StoreClient::new(StoreServer::new(handler.clone())), &handler)).await;
}

#[tokio::test]
async fn a_connection_can_be_served_to_others() {
    let server = start().await;
    for way in WAYS {
        println!("to {way:?}");
        let upstream = way.builder().connect(way.url(server.address)).await.unwrap();
        let proxy = Server::bind("127.0.0.1:0").await.unwrap();
        let address = proxy.local_addr().unwrap();
        tokio::spawn(proxy.serve(upstream));
        // A message is handed on as it came, in its protocol.
        for front in WAYS.into_iter().filter(|front| front.protocol() == way.protocol()) {
            soon(every_outcome(front.connect(address).await, &server.handler)).await;
        }
    }
}

#[tokio::test]
async fn clients_of_all_transports_share_a_port_and_calls_run_at_a_time() {
    let server = start().await;
    let mut calls = Vec::new();
    for way in WAYS {
        let client = way.connect(server.address).await;
        for id in 0..100 {
            let client = client.clone();
            calls.push(tokio::spawn(async move {
                for round in 0..10 {
                    let name = format!("{way:?} {id} {round}");
                    let item = client.find(id, &name).await.unwrap();
                    assert_eq!((item.id, item.name), (id, Some(name)));
                }
            }));
        }
    }
    for call in calls {
        soon(call).await.unwrap();
    }
}

#[tokio::test]
async fn connect_is_all_a_client_needs() {
    let server = start().await;
    let client = StoreClient::connect(&format!("http://{}", server.address)).await.unwrap();
    client.ping().await.unwrap();
    let base = BaseClient::connect(format!("tcp://{}", server.address)).await.unwrap();
    base.ping().await.unwrap();
    assert_eq!(server.handler.pings.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_handler_learns_who_asks() {
    let server = start().await;
    let seen = async |client: &StoreClient<_>| client.find(1, "request").await.unwrap().name.unwrap();
    for way in WAYS {
        let connection = way.builder().header("x-test", "yes").connect(way.url(server.address)).await.unwrap();
        let expected = match way {
            _ if way.is_http() => "Some(127.0.0.1) Some(\"/store\") Some(\"yes\")",
            _ => "Some(127.0.0.1) None None",
        };
        assert_eq!(seen(&StoreClient::new(connection)).await, expected);
    }
    assert_eq!(thrift_runtime::request().peer_addr(), None, "outside of a handler");
}

#[tokio::test]
async fn what_is_over_a_limit_is_not_sent() {
    let server = start().await;
    for way in WAYS {
        let limits = Limits::default().message_bytes(1000).frame_bytes(900);
        let connection = way.builder().limits(limits).connect(way.url(server.address)).await.unwrap();
        let client = StoreClient::new(connection);
        match client.find(1, &"x".repeat(1000)).await {
            Err(StoreFindError::Other(Error::Encode(_))) => {}
            other => panic!("{way:?}: {other:?}"),
        }
        // A reply over the limit fails the call, not the next one.
        match client.find(1000, "size").await {
            Err(StoreFindError::Other(Error::Message(_))) => {}
            other => panic!("{way:?}: {other:?}"),
        }
        assert_eq!(client.find(1, "x").await.unwrap().id, 1);
    }
}

#[tokio::test]
async fn a_reply_over_the_servers_frames_fails_the_call_alone() {
    let limits = Limits::default().frame_bytes(1000);
    let server = start_with(|server| server.limits(limits)).await;
    for way in WAYS {
        let client = way.connect(server.address).await;
        let framed = matches!(way, super::Way::Framed(_) | super::Way::Shared(_));
        for size in [700, 1000, 100_000] {
            match client.find(size, "size").await {
                Err(StoreFindError::Other(Error::Application(error))) if framed && size > 700 => {
                    assert_eq!(error.kind, ApplicationErrorKind::INTERNAL_ERROR);
                }
                Ok(item) if !framed || size == 700 => assert_eq!(item.name.unwrap().len(), size as usize),
                other => panic!("{way:?} {size}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn the_limit_is_that_of_a_whole_message_on_both_sides() {
    let limits = Limits::default().message_bytes(1000);
    let server = start_with(|server| server.limits(limits)).await;
    for way in WAYS {
        let connection = way.builder().limits(limits).connect(way.url(server.address)).await.unwrap();
        let client = StoreClient::new(connection);
        let (mut sent, mut refused) = (0, 0);
        for length in 900..1000 {
            match client.find(1, &"x".repeat(length)).await {
                Ok(_) => sent += 1,
                // Larger than its request, a reply may be refused alone: by the server, which says so.
                Err(StoreFindError::Other(Error::Application(error))) => {
                    assert_eq!(error.kind, ApplicationErrorKind::INTERNAL_ERROR);
                }
                Err(StoreFindError::Other(Error::Encode(_))) => refused += 1,
                other => panic!("{way:?} {length}: {other:?}"),
            }
        }
        // In binary a request is 16 bytes of head, 19 for the rest around the name, and the name: one of 965 bytes fits.
        let too_long = match way.protocol() {
            Protocol::Binary => 34,
            Protocol::Compact => 13,
            _ => 45,
        };
        // In JSON each reply here is over the limit.
        assert!(
            (sent > 0 || way.protocol() == Protocol::Json) && refused == too_long,
            "{way:?}: {sent} were sent and {refused} refused"
        );
    }
}

#[tokio::test]
async fn a_reply_that_takes_too_much_memory_fails_the_call_alone() {
    let server = start().await;
    let limits = Limits::default().memory_bytes(1000);
    for way in WAYS {
        let connection = way.builder().limits(limits).connect(way.url(server.address)).await.unwrap();
        let client = StoreClient::new(connection);
        // Sixty items in boxes.
        match client.find(60, "deep").await {
            Err(StoreFindError::Other(Error::Decode(error))) => {
                assert_eq!(error.kind(), DecodeErrorKind::Memory { limit: 1000 }, "{way:?}");
            }
            other => panic!("{way:?}: {other:?}"),
        }
        assert!(client.find(1, "deep").await.unwrap().next.is_some());
    }
}

#[test]
fn what_the_server_side_gives_can_be_spawned() {
    fn spawnable<T: Send + 'static>(_: T) {}
    async fn serve(server: thrift_runtime::Server) {
        server.serve(StoreServer::new(Handler::default())).await.unwrap();
    }
    let _ = |server| spawnable(serve(server));
    let _ = |client: StoreClient<thrift_runtime::Connection>| {
        spawnable(client.find(1, "x"));
        spawnable(client.forget(1));
    };
}
