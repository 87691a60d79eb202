//! The client over HTTP/2, against servers that refuse, say nothing, or take few calls at a time.

use super::raw::{Peer, REPLY};
use super::store::StoreClient;
use super::{Client, LONG, soon, start};
use h2::server::SendResponse;
use hyper::Response;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use thrift_runtime::codegen::Bytes;
use thrift_runtime::{ClientBuilder, Connection, Error, Timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// What a server says first, without any setting.
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

#[tokio::test]
async fn a_call_that_the_server_has_refused_goes_over_another_connection() {
    const GOAWAY: &[u8] = &[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const REFUSED_STREAM: &[u8] = &[0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 7];
    for refusal in [GOAWAY, REFUSED_STREAM] {
        let server = start().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/store", listener.local_addr().unwrap());
        let to = server.address;
        let peer = tokio::spawn(async move {
            let (mut first, _) = listener.accept().await.unwrap();
            first.write_all(SETTINGS).await.unwrap();
            let mut sent = Vec::new();
            while !sent.windows(4).any(|bytes| bytes == b"find") {
                assert_ne!(first.read_buf(&mut sent).await.unwrap(), 0);
            }
            first.write_all(refusal).await.unwrap();
            let (mut second, _) = listener.accept().await.unwrap();
            let mut server = TcpStream::connect(to).await.unwrap();
            let _ = copy_bidirectional(&mut second, &mut server).await;
            // The first one was open all the time.
            drop(first);
        });
        let connection = soon(Client::builder().http2(true).connect(url)).await.unwrap();
        let client = StoreClient::new(connection);
        assert_eq!(soon(client.find(7, "x")).await.unwrap().id, 7);
        assert_eq!(soon(client.find(8, "x")).await.unwrap().id, 8);
        peer.abort();
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left() {
    for greets in [true, false] {
        let peer = Peer::bind().await;
        let client = lazy(&peer, |builder| builder.call_timeout(Duration::from_millis(200)));
        for _ in 0..2 {
            let call = tokio::spawn(client.ping());
            let mut left = peer.accept().await;
            if greets {
                left.send(SETTINGS).await;
            }
            let error = soon(call).await.unwrap().unwrap_err();
            match error {
                Error::Timeout(Timeout::Call) => assert!(greets),
                Error::Timeout(Timeout::Connect) => assert!(!greets && error.is_unsent()),
                _ => panic!("{error:?}"),
            }
            let closed = timeout(Duration::from_secs(5), left.rest()).await;
            assert!(closed.is_ok(), "not closed, as no further call needed it to be; it has greeted: {greets}");
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_know_http2_is_an_error_before_anything_is_sent() {
    let peer = Peer::bind().await;
    for says in [&b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"[..], b""] {
        let client = lazy(&peer, |builder| builder);
        let call = tokio::spawn(client.ping());
        let mut server = peer.accept().await;
        server.send(says).await;
        server.0.shutdown().await.unwrap();
        let error = soon(call).await.unwrap().unwrap_err();
        assert!(error.is_unsent(), "{error:?}");
        assert!(matches!(error, Error::Unsent(_)), "{error:?}");
        server.rest().await;
    }
}

#[tokio::test]
async fn a_call_that_takes_too_long_does_no_harm_to_a_slower_one() {
    let peer = Peer::bind().await;
    let builder = Client::builder().http2(true).max_connections(1);
    let connection = builder.connect_lazy(format!("http://{}", peer.address())).unwrap();
    let [hasty, patient] = [200, 20_000].map(|time| {
        let connection = connection.with_timeout(Duration::from_millis(time));
        StoreClient::new(connection)
    });
    // Each of the first connections is left for its silence, and the oldest of too many is closed.
    let mut left = Vec::new();
    for _ in 0..3 {
        let slow = tokio::spawn(patient.ping());
        let mut raw = peer.accept().await;
        raw.send(SETTINGS).await;
        let error = soon(tokio::spawn(hasty.ping())).await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Timeout(Timeout::Call)), "{error:?}");
        left.push((slow, raw));
    }
    let (oldest, mut raw) = left.remove(0);
    let error = soon(oldest).await.unwrap().unwrap_err();
    assert!(error.to_string().contains("unanswered") && !error.is_unsent(), "{error:?}");
    raw.rest().await;
    assert!(left.iter().all(|(slow, _)| !slow.is_finished()), "those that wait on the others go on");
}

#[tokio::test]
async fn a_connection_has_as_many_calls_as_the_server_takes() {
    let server = Few::serve(2).await;
    let builder = Client::builder().http2(true).max_connections(3);
    let client = StoreClient::new(builder.connect_lazy(format!("http://{}", server.address)).unwrap());
    // All at once on no connection, and once more on three.
    for _ in 0..2 {
        let calls: Vec<_> = (0..8).map(|_| tokio::spawn(client.ping())).collect();
        server.has([2, 2, 2]).await;
        assert!(calls.iter().all(|call| !call.is_finished()));
        server.answer(6);
        // Two have waited for their turn.
        soon(async {
            while server.asked.lock().unwrap().len() < 2 {
                sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        server.answer(2);
        for call in calls {
            soon(call).await.unwrap().unwrap();
        }
    }
}

fn lazy(peer: &Peer, configure: impl FnOnce(ClientBuilder) -> ClientBuilder) -> StoreClient<Connection> {
    let builder = configure(Client::builder().http2(true));
    StoreClient::new(builder.connect_lazy(format!("http://{}", peer.address())).unwrap())
}

/// A server that takes few calls at a time on a connection, and answers them when it is told to.
struct Few {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A call of `ping` that waits for its answer.
struct Asked {
    /// The number of the connection.
    on: usize,
    message: Vec<u8>,
    answer: SendResponse<Bytes>,
}

impl Few {
    async fn serve(most: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let asked = Arc::default();
        let few = Self { address: listener.local_addr().unwrap(), asked: Arc::clone(&asked) };
        tokio::spawn(async move {
            for on in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let asked = Arc::clone(&asked);
                tokio::spawn(async move {
                    let mut builder = h2::server::Builder::new();
                    let mut connection = builder.max_concurrent_streams(most).handshake(stream).await.unwrap();
                    while let Some(Ok((request, answer))) = connection.accept().await {
                        let asked = Arc::clone(&asked);
                        tokio::spawn(async move {
                            let (mut body, mut message) = (request.into_body(), Vec::new());
                            while let Some(Ok(part)) = body.data().await {
                                message.extend_from_slice(&part);
                            }
                            asked.lock().unwrap().push(Asked { on, message, answer });
                        });
                    }
                });
            }
        });
        few
    }

    /// Waits until so many calls are on each connection, and looks whether there are more.
    async fn has<const N: usize>(&self, calls: [usize; N]) {
        let count = || {
            let asked = self.asked.lock().unwrap();
            let most = asked.iter().map(|asked| asked.on + 1).max().unwrap_or(0);
            (0..most).map(|on| asked.iter().filter(|asked| asked.on == on).count()).collect::<Vec<_>>()
        };
        let found = timeout(LONG, async {
            while count() != calls {
                sleep(Duration::from_millis(1)).await;
            }
        });
        assert!(found.await.is_ok(), "{:?}", count());
        sleep(Duration::from_millis(50)).await;
        assert_eq!(count(), calls);
    }

    /// Answers the first calls.
    fn answer(&self, count: usize) {
        for Asked { mut message, mut answer, .. } in self.asked.lock().unwrap().drain(..count) {
            message[3] = REPLY;
            let mut body = answer.send_response(Response::new(()), false).unwrap();
            body.send_data(message.into(), true).unwrap();
        }
    }
}
