//! The servers of the soak: one that answers in no order, and a proxy that misbehaves in front of one that does not.

use crate::generated::store::{Base, Item, Store, StoreFindError, StoreServer};
use crate::random;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use thrift_runtime::message::{MessageHeader, MessageKind, Protocol};
use thrift_runtime::{Error, Server, binary};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

pub(crate) struct Servers {
    /// Framed messages in the binary protocol, answered in no order.
    pub(crate) unordered: SocketAddr,
    /// Everything that a server speaks, over connections that break.
    pub(crate) proxy: SocketAddr,
    accepting: [JoinHandle<()>; 2],
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), Error>>,
    open: Open,
}

/// How many connections there are.
#[derive(Clone, Default)]
struct Open(Arc<AtomicUsize>);

impl Servers {
    pub(crate) async fn start() -> Self {
        let open = Open::default();
        let server = Server::bind("127.0.0.1:0").await.unwrap().out_of_order(true);
        let behind = server.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server.serve_with_shutdown(StoreServer::new(Handler), async {
            let _ = stopped.await;
        }));
        let (unordered, first) = accept(open.clone(), answer).await;
        let (proxy, second) = accept(open.clone(), move |stream, _| pass_on(stream, behind)).await;
        Self { unordered, proxy, accepting: [first, second], stop, server, open }
    }

    /// Waits until the clients have closed all their connections, which they have to do by themselves.
    pub(crate) async fn stop(self) {
        let closed = async {
            while self.open.0.load(Ordering::SeqCst) > 0 {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(30), closed).await.expect("connections are left open");
        for accepting in self.accepting {
            accepting.abort();
            let _ = accepting.await;
        }
        let _ = self.stop.send(());
        self.server.await.unwrap().unwrap();
    }
}

async fn accept<F>(open: Open, serve: impl Fn(TcpStream, Open) -> F + Send + 'static) -> (SocketAddr, JoinHandle<()>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepting = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            open.0.fetch_add(1, Ordering::SeqCst);
            let (serving, open) = (serve(stream, open.clone()), open.clone());
            tokio::spawn(async move {
                serving.await;
                open.0.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    (address, accepting)
}

/// Delays at random.
struct Handler;

impl Base for Handler {
    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Store for Handler {
    async fn find(&self, id: i64, name: String) -> Result<Item, StoreFindError> {
        match random(100) {
            0..80 => {}
            80..99 => sleep(Duration::from_millis(random(30))).await,
            _ => sleep(Duration::from_millis(random(300))).await,
        }
        Ok(Item { id, name: Some(name), ..Item::default() })
    }

    async fn forget(&self, _id: i64) -> Result<(), Error> {
        Ok(())
    }
}

/// Answers each request after a while of its own, or never, or hangs up.
async fn answer(stream: TcpStream, _: Open) {
    let (mut input, mut output) = stream.into_split();
    let (replies, mut ready) = mpsc::unbounded_channel::<Option<Vec<u8>>>();
    let writing = tokio::spawn(async move {
        while let Some(Some(reply)) = ready.recv().await {
            if output.write_all(&reply).await.is_err() {
                return;
            }
        }
    });
    while let Ok(length) = input.read_u32().await {
        let mut request = vec![0; length as usize];
        if input.read_exact(&mut request).await.is_err() || random(300) == 0 {
            break;
        }
        let Some(reply) = reply(&request) else { continue };
        let replies = replies.clone();
        let delay = match random(100) {
            0..50 => Duration::ZERO,
            50..95 => Duration::from_millis(random(50)),
            95..98 => Duration::from_millis(random(400)),
            _ => continue,
        };
        tokio::spawn(async move {
            sleep(delay).await;
            let _ = replies.send(Some(reply));
        });
    }
    let _ = replies.send(None);
    let _ = writing.await;
}

/// The reply to a framed request of `find`, in a frame: an item with its id and name.
fn reply(request: &[u8]) -> Option<Vec<u8>> {
    let (header, body) = MessageHeader::read(request).unwrap();
    if header.kind == MessageKind::Oneway {
        return None;
    }
    // Each field behind three bytes of a header, the name behind its length too.
    let arguments = &request[body];
    let id = i64::from_be_bytes(arguments[3..11].try_into().unwrap());
    let name = String::from_utf8(arguments[18..arguments.len() - 1].to_vec()).unwrap();
    let item = Item { id, name: Some(name), ..Item::default() };
    let mut reply = vec![0; 4];
    Protocol::Binary.write_header(MessageHeader { kind: MessageKind::Reply, ..header }, &mut reply);
    reply.extend(b"\x0c\0\0");
    reply.extend(binary::to_vec(&item).unwrap());
    reply.push(0);
    let length = reply.len() as u32 - 4;
    reply[..4].copy_from_slice(&length.to_be_bytes());
    Some(reply)
}

/// Passes bytes on in both directions until one side closes, or it has had enough.
async fn pass_on(client: TcpStream, behind: SocketAddr) {
    let Ok(server) = TcpStream::connect(behind).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let enough = if random(3) == 0 { random(100_000) } else { u64::MAX };
    tokio::select! {
        () = pump(from_client, to_server, enough) => {}
        () = pump(from_server, to_client, enough) => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, enough: u64) {
    let mut buffer = vec![0; 32 * 1024];
    let mut passed = 0;
    while passed < enough {
        let most = if random(20) == 0 { 1 + random(10) as usize } else { buffer.len() };
        let Ok(count @ 1..) = from.read(&mut buffer[..most]).await else { return };
        if random(500) == 0 {
            sleep(Duration::from_millis(random(200))).await;
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
        passed += count as u64;
    }
}
