//! What becomes of a client's connections between its calls.

use super::raw::{REPLY, framed, message};
use super::store::StoreClient;
use super::{BINARY, soon, start};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use thrift_runtime::message::MessageHeader;
use thrift_runtime::{Client, ClientBuilder, Connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

/// A framed peer that answers each ping after a while, and closes all connections but the one that it answered last when
/// it is told to.
struct Peer {
    address: SocketAddr,
    connections: AtomicUsize,
    /// How many the client has closed.
    closed: AtomicUsize,
    /// How many there were at a time.
    most: AtomicUsize,
    last: AtomicUsize,
    hang_up: watch::Sender<bool>,
}

impl Peer {
    async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, closed, most, last) = <(AtomicUsize, AtomicUsize, AtomicUsize, AtomicUsize)>::default();
        let peer = Arc::new(Self { address, connections, closed, most, last, hang_up: watch::Sender::new(false) });
        let accepting = peer.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let number = accepting.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(accepting.clone().answer(stream, number));
            }
        });
        peer
    }

    async fn answer(self: Arc<Self>, mut stream: TcpStream, number: usize) {
        let mut hang_up = self.hang_up.subscribe();
        let mut open = true;
        loop {
            let length = tokio::select! {
                length = stream.read_u32() => length,
                () = async { drop(hang_up.wait_for(|&now| now).await) }, if open => {
                    open = false;
                    if self.last.load(Ordering::SeqCst) != number {
                        // The client's half stays, so that it is seen to be closed.
                        stream.shutdown().await.unwrap();
                    }
                    continue;
                }
            };
            let Ok(length) = length else { break };
            let mut request = vec![0; length as usize];
            stream.read_exact(&mut request).await.unwrap();
            let sequence_id = MessageHeader::read(&request).unwrap().0.sequence_id;
            sleep(Duration::from_millis(20)).await;
            let open = self.connections.load(Ordering::SeqCst) - self.closed.load(Ordering::SeqCst);
            self.most.fetch_max(open, Ordering::SeqCst);
            self.last.store(number, Ordering::SeqCst);
            stream.write_all(&framed(&message(REPLY, "ping", sequence_id, b"\0"))).await.unwrap();
        }
        self.closed.fetch_add(1, Ordering::SeqCst);
    }

    /// A client that has made ten connections, one of which it has used since.
    async fn client(&self, builder: ClientBuilder) -> StoreClient<Connection> {
        let client = StoreClient::new(builder.connect(format!("tcp://{}", self.address)).await.unwrap());
        let calls: Vec<_> = (0..10).map(|_| tokio::spawn(client.ping())).collect();
        for call in calls {
            soon(call).await.unwrap().unwrap();
        }
        assert_eq!(self.connections.load(Ordering::SeqCst), 10);
        client.ping().await.unwrap();
        client
    }
}

#[tokio::test]
async fn connections_that_the_server_has_closed_are_closed_though_none_of_them_is_needed() {
    let peer = Peer::start().await;
    let client = peer.client(Client::builder()).await;
    peer.hang_up.send_replace(true);
    soon(async {
        while peer.closed.load(Ordering::SeqCst) < 9 {
            client.ping().await.unwrap();
        }
    })
    .await;
    assert_eq!(peer.connections.load(Ordering::SeqCst), 10, "one was enough");
}

#[tokio::test]
async fn connections_that_nobody_needs_are_closed_in_time() {
    let peer = Peer::start().await;
    let client = peer.client(Client::builder().idle_timeout(Duration::from_millis(200))).await;
    soon(async {
        while peer.closed.load(Ordering::SeqCst) < 9 {
            client.ping().await.unwrap();
        }
    })
    .await;
    assert_eq!((peer.connections.load(Ordering::SeqCst), peer.closed.load(Ordering::SeqCst)), (10, 9));
    sleep(Duration::from_millis(300)).await;
    client.ping().await.unwrap();
    assert_eq!(peer.connections.load(Ordering::SeqCst), 11, "too old to be used again");
}

#[tokio::test]
async fn the_connections_of_all_runtimes_together_have_a_bound() {
    let peer = Peer::start().await;
    let url = format!("tcp://{}", peer.address);
    let client = StoreClient::new(Client::builder().max_connections(2).connect_lazy(url).unwrap());
    let two = async || _ = tokio::try_join!(client.ping(), client.ping()).unwrap();
    soon(two()).await;
    for runtimes in 1..4 {
        let client = client.clone();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let calls = runtime.spawn(async move { tokio::try_join!(client.ping(), client.ping()) });
        soon(calls).await.unwrap().unwrap();
        // Its sockets go with it unless they are closed before.
        std::mem::forget(runtime);
        assert_eq!(peer.connections.load(Ordering::SeqCst), 2 * runtimes + 2);
    }
    assert_eq!(peer.most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_connection_outlives_the_runtime_that_it_was_made_in() {
    let server = start().await;
    for way in BINARY {
        for lives in [false, true] {
            let (send, client) = tokio::sync::oneshot::channel();
            let (done, end) = std::sync::mpsc::channel::<()>();
            let url = way.url(server.address);
            let thread = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let client = runtime.block_on(async {
                    let client = StoreClient::new(way.builder().connect(url).await.unwrap());
                    client.ping().await.unwrap();
                    client
                });
                // One that lives but does nothing is of no more use.
                let runtime = lives.then_some(runtime);
                send.send(client).ok().unwrap();
                let _ = end.recv();
                drop(runtime);
            });
            let client = soon(client).await.unwrap();
            for _ in 0..2 {
                soon(client.ping()).await.unwrap();
            }
            drop(done);
            thread.join().unwrap();
        }
    }
}
