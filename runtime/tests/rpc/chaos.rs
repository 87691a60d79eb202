//! A proxy between client and server that cuts, delays, drips, half-closes and freezes connections at random: every answer that
//! comes belongs to its call, and once the proxy behaves, all calls are answered again.

use super::store::{StoreClient, StoreFindError};
use super::{WAYS, soon, start_with};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// Numbers that look random, the same in each run, but for who asks first.
#[derive(Debug)]
struct Random(AtomicU64);

impl Random {
    fn below(&self, end: u64) -> u64 {
        let x = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % end
    }
}

struct Chaos {
    random: Random,
    behaves: AtomicBool,
}

impl Chaos {
    /// Hands on what comes, until it does something else.
    async fn hand_on(self: Arc<Self>, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut buffer = vec![0; 4096];
        loop {
            let most = if self.behaves.load(Ordering::Relaxed) { 4096 } else { 1 + self.random.below(300) };
            let Ok(count @ 1..) = from.read(&mut buffer[..most as usize]).await else { break };
            if !self.behaves.load(Ordering::Relaxed) {
                match self.random.below(200) {
                    // Cut in the middle, reset, half-closed, frozen; and mostly only slow.
                    0 => return,
                    1 => {
                        let _ = socket2::SockRef::from(to.as_ref()).set_linger(Some(Duration::ZERO));
                        return;
                    }
                    2 => {
                        let _ = to.shutdown().await;
                        sleep(Duration::from_millis(50)).await;
                        return;
                    }
                    3 => sleep(Duration::from_millis(400)).await,
                    4..40 => sleep(Duration::from_millis(self.random.below(5))).await,
                    _ => {}
                }
            }
            if to.write_all(&buffer[..count]).await.is_err() {
                return;
            }
        }
        let _ = to.shutdown().await;
    }

    async fn proxy(self: Arc<Self>, listener: TcpListener, server: SocketAddr) {
        loop {
            let (near, _) = listener.accept().await.unwrap();
            let Ok(far) = TcpStream::connect(server).await else { continue };
            let ((from_client, to_client), (from_server, to_server)) = (near.into_split(), far.into_split());
            tokio::spawn(Arc::clone(&self).hand_on(from_client, to_server));
            tokio::spawn(Arc::clone(&self).hand_on(from_server, to_client));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_between_them_no_call_gets_the_answer_of_another() {
    let server = start_with(|server| server.message_timeout(Duration::from_secs(2))).await;
    let chaos = Arc::new(Chaos { random: Random(AtomicU64::new(7)), behaves: AtomicBool::new(false) });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = tokio::spawn(Arc::clone(&chaos).proxy(listener, server.address));
    let (right, failed) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut clients = Vec::new();
    for way in WAYS {
        let builder = way.builder().call_timeout(Duration::from_millis(300)).reconnect_pause(Duration::from_millis(5));
        let client = StoreClient::new(builder.connect_lazy(way.url(address)).unwrap());
        for task in 0..4 {
            let (client, right, failed) = (client.clone(), Arc::clone(&right), Arc::clone(&failed));
            clients.push(tokio::spawn(async move {
                for round in 0..25 {
                    let (id, name) = (task * 1000 + round, format!("{way:?} {task} {round}"));
                    match client.find(id, &name).await {
                        Ok(item) => {
                            assert_eq!((item.id, item.name), (id, Some(name)));
                            right.fetch_add(1, Ordering::Relaxed);
                        }
                        // The server answers when half of a message has come.
                        Err(StoreFindError::Other(_)) => drop(failed.fetch_add(1, Ordering::Relaxed)),
                        Err(other) => panic!("{other:?}"),
                    }
                }
                client
            }));
        }
    }
    let mut after = Vec::new();
    for client in clients {
        after.push(soon(client).await.unwrap());
    }
    let (right, failed) = (right.load(Ordering::Relaxed), failed.load(Ordering::Relaxed));
    println!("{right} answers, {failed} failures");
    assert!(right > 200 && failed > 20, "{right} answers, {failed} failures: too much of either");
    chaos.behaves.store(true, Ordering::Relaxed);
    for client in after {
        // Connections that were frozen or cut before may fail one call more.
        soon(async {
            while client.find(1, "after").await.is_err() {
                sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
        assert_eq!(client.find(2, "after").await.unwrap().id, 2);
    }
    proxy.abort();
}
