//! What a client says for single calls: headers and timeouts. And HTTP/2, which gives each call a stream.

use super::store::{StoreClient, StoreFindError, StoreServer};
use super::{BINARY, Handler, WAYS, Way, soon, start};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use thrift_runtime::{Client, Error, Metadata, Processor, Protocol, ReplyFuture, Request, Server, Timeout};
use tokio::time::sleep;

#[tokio::test]
async fn headers_are_sent_with_the_calls_that_they_are_for() {
    let server = start().await;
    for way in WAYS.into_iter().filter(|way| way.is_http()) {
        let builder = way.builder().header("x-test", "all").header("Authorization", "me");
        let connection = builder.connect(way.url(server.address)).await.unwrap();
        let some = connection.with_header("X-Test", "some").unwrap();
        let last = some.with_header("x-test", "last ä").unwrap().with_header("x-other", "").unwrap();
        for (connection, expected) in [(&connection, "Some(\"all\")"), (&some, "Some(\"some\")"), (&last, "None")] {
            let name = StoreClient::new(connection.clone()).find(1, "request").await.unwrap().name.unwrap();
            // The server shows no text beyond ASCII.
            assert!(name.ends_with(expected), "{way:?}: {name}");
        }
    }
    let plain = Client::connect(format!("tcp://{}", server.address)).await.unwrap();
    StoreClient::new(plain.with_header("x-test", "lost").unwrap()).ping().await.unwrap();
}

#[tokio::test]
async fn headers_that_would_be_more_than_a_header_are_refused() {
    let connection = Client::builder().connect_lazy("http://localhost:1").unwrap();
    for (name, value) in [
        ("x", "a\r\nb: c"),
        ("x", "a\nb"),
        ("x", "a\rb"),
        ("x", "a\0b"),
        ("x\r\ny", "a"),
        ("x y", "a"),
        ("", "a"),
        ("x:", "a"),
        ("Content-Length", "5"),
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
    ] {
        let error = connection.with_header(name, value).unwrap_err();
        assert!(matches!(error, Error::InvalidHttp(_)), "{name:?} {value:?}: {error:?}");
        let built = Client::builder().header(name, value).connect_lazy("http://localhost:1");
        assert!(matches!(built, Err(Error::InvalidHttp(_))), "{name:?} {value:?}");
    }
}

/// Sends headers as layers do, with the request's metadata.
#[derive(Clone)]
struct Adds<P>(P, Metadata);

impl<P: Processor> Processor for Adds<P> {
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        self.0.process(request.with_metadata(&self.1))
    }
    fn dialect(&self) -> thrift_runtime::Dialect<'_> {
        self.0.dialect()
    }
    fn next_sequence_id(&self) -> i32 {
        self.0.next_sequence_id()
    }
}

#[tokio::test]
async fn layers_add_headers_and_deadlines() {
    let server = start().await;
    for way in BINARY {
        let connection = way.builder().connect(way.url(server.address)).await.unwrap();
        let connection = connection.with_timeout(Duration::from_secs(3600));
        let soon_over = Metadata::default().with_deadline(Instant::now() + Duration::from_millis(200));
        let client = StoreClient::new(Adds(connection.clone(), soon_over));
        match soon(client.find(1, "never")).await {
            Err(StoreFindError::Other(Error::Timeout(_))) => {}
            other => panic!("{other:?}"),
        }
        let client = StoreClient::new(Adds(connection.clone(), Metadata::default().with_header("x-test", "layer")));
        let name = client.find(1, "request").await.unwrap().name.unwrap();
        assert_eq!(name.contains("layer"), way.is_http(), "{way:?}: {name}");
        let client = StoreClient::new(Adds(connection, Metadata::default().with_header("x-test", "a\r\nb: c")));
        assert!(matches!(client.ping().await, Err(Error::InvalidHttp(_))), "{way:?}");
    }
}

#[tokio::test]
async fn a_call_may_have_less_time_or_more() {
    let server = start().await;
    for way in BINARY {
        let builder = way.builder().call_timeout(Duration::from_millis(300));
        let connection = builder.connect(way.url(server.address)).await.unwrap();
        let [short, long] =
            [100, 20_000].map(|time| StoreClient::new(connection.with_timeout(Duration::from_millis(time))));
        let start = Instant::now();
        match short.find(1, "never").await {
            Err(StoreFindError::Other(Error::Timeout(Timeout::Call))) => {}
            other => panic!("{way:?}: {other:?}"),
        }
        assert!(start.elapsed() >= Duration::from_millis(100));
        assert_eq!(soon(long.find(500, "slow")).await.unwrap().id, 500);
        match StoreClient::new(connection).find(1, "never").await {
            Err(StoreFindError::Other(Error::Timeout(Timeout::Call))) => {}
            other => panic!("{way:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn many_calls_share_an_http2_connection() {
    let server = start().await;
    let way = Way::Http2(Protocol::Binary);
    let client = way.connect(server.address).await;
    let slow: Vec<_> = (0..50).map(|id| tokio::spawn(client.find(100 + id, "slow"))).collect();
    for (id, call) in slow.into_iter().enumerate() {
        assert_eq!(soon(call).await.unwrap().unwrap().id, 100 + id as i64);
    }
    let peers = server.handler.peers.lock().unwrap();
    assert_eq!((peers.len(), peers.iter().collect::<HashSet<_>>().len()), (50, 1));
}

#[tokio::test]
async fn an_http2_connection_that_is_idle_or_gone_is_replaced() {
    let way = Way::Http2(Protocol::Binary);
    let server = start().await;
    let builder = way.builder().idle_timeout(Duration::from_millis(100));
    let client = StoreClient::new(builder.connect(way.url(server.address)).await.unwrap());
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    soon(async {
        while tokio::runtime::Handle::current().metrics().num_alive_tasks() >= before {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    client.ping().await.unwrap();

    let _ = server.stop.send(());
    soon(server.task).await.unwrap().unwrap();
    assert!(client.ping().await.unwrap_err().is_unsent());
    let again = Server::bind(server.address).await.unwrap();
    tokio::spawn(again.serve(StoreServer::new(Handler::default())));
    soon(async {
        while client.ping().await.is_err() {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_that_ends_answers_what_goes_on_over_http2_and_refuses_the_rest() {
    let way = Way::Http2(Protocol::Binary);
    let server = start().await;
    let client = way.connect(server.address).await;
    let slow = tokio::spawn(client.find(1500, "slow"));
    soon(async {
        while server.handler.begun.lock().unwrap().is_empty() {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    server.stop.send(()).unwrap();
    // Until the server has said so, calls are answered.
    let refused = soon(async {
        loop {
            if let Err(error) = client.ping().await {
                return error;
            }
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert!(refused.is_unsent(), "{refused:?}");
    assert_eq!(soon(slow).await.unwrap().unwrap().id, 1500);
    soon(server.task).await.unwrap().unwrap();
}
