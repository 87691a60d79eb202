//! Binaries that are too long to be copied on their way: whatever the transport, the same bytes come out.

use super::generated::store::{Blobs, Echo, EchoClient, EchoEchoError, EchoServer, Refused};
use super::headers;
use super::raw::{CALL, REPLY, Raw, framed, message};
use super::{WAYS, soon};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use thrift_runtime::codegen::Bytes;
use thrift_runtime::{Client, Error, Limits, Metadata, Processor, Protocol, Request, Server, Transport, binary};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::time::sleep;

/// From here on binaries are shared.
const SHARED_FROM: usize = 16 * 1024;

#[derive(Clone)]
struct Handler;

impl Echo for Handler {
    async fn echo(&self, blobs: Blobs, refuse: bool) -> Result<Blobs, EchoEchoError> {
        match refuse {
            true => Err(Refused { blobs: Some(blobs) }.into()),
            false if blobs.perhaps.as_deref() == Some(TWICE) => Ok(twice(blobs)),
            false => Ok(match blobs.perhaps.as_deref().and_then(|wanted| wanted.strip_prefix(SAMPLE)) {
                Some(index) => samples().swap_remove(index[0].into()),
                None => blobs,
            }),
        }
    }
}

/// With this and an index one of the samples is wanted. Of it all is shared, as it is no part of the request.
const SAMPLE: &[u8] = b"sample ";

/// What comes with this comes back twice.
const TWICE: &[u8] = b"twice";

fn twice(blobs: Blobs) -> Blobs {
    Blobs { more: Some(Box::new(blobs.clone())), ..blobs }
}

async fn start(configure: impl FnOnce(Server) -> Server) -> SocketAddr {
    start_with(Handler, configure).await
}

async fn start_with(handler: impl Echo, configure: impl FnOnce(Server) -> Server) -> SocketAddr {
    let server = configure(Server::bind("127.0.0.1:0").await.unwrap());
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(EchoServer::new(handler)));
    address
}

/// So many bytes, none of which is where it could be of another binary.
fn blob(seed: usize, size: usize) -> Bytes {
    let pattern: Vec<u8> = (0..251).map(|at: usize| at.wrapping_mul(31).wrapping_add(seed * 7) as u8).collect();
    Bytes::from(pattern.repeat(size / pattern.len() + 1)).slice(..size)
}

/// Binaries around the threshold, in all places.
fn samples() -> Vec<Blobs> {
    let sizes = [SHARED_FROM - 1, SHARED_FROM, SHARED_FROM + 1];
    let one = |size| Blobs { blob: Some(blob(1, size)), ..Blobs::default() };
    let list = |sizes: &[usize]| Some(sizes.iter().enumerate().map(|(seed, size)| blob(seed, *size)).collect());
    let map = |sizes: &[usize]| {
        let entries = sizes.iter().enumerate().map(|(seed, size)| (format!("key {seed}"), blob(seed, *size)));
        Some(entries.collect::<BTreeMap<_, _>>())
    };
    let mut samples: Vec<_> = sizes.into_iter().chain([0, 200_000]).map(one).collect();
    samples.push(Blobs { perhaps: Some(blob(2, SHARED_FROM)), ..one(3) });
    samples.push(Blobs { list: list(&sizes), map: map(&sizes), ..one(SHARED_FROM) });
    samples.push(Blobs { list: list(&[0, 70_000, 70_000, 5, 70_000]), ..Blobs::default() });
    samples.push(Blobs { map: map(&[SHARED_FROM, 1, 100_000]), more: Some(Box::new(one(SHARED_FROM))), ..one(40_000) });
    // Many that are copied, before one that is not.
    let mut many = vec![SHARED_FROM - 1; 20];
    many.push(90_000);
    samples.push(Blobs { list: list(&many), perhaps: Some(Bytes::new()), ..Blobs::default() });
    samples
}

#[tokio::test]
async fn they_come_back_over_every_transport_and_protocol() {
    let address = start(|server| server).await;
    for way in WAYS {
        check(&EchoClient::new(way.builder().connect(way.url(address)).await.unwrap())).await;
    }
    for transport in [Transport::Header, Transport::TtHeader] {
        for protocol in [Protocol::Binary, Protocol::Compact] {
            for calls in [1, 8] {
                let builder = Client::builder().protocol(protocol).transport(transport).calls_per_connection(calls);
                check(&EchoClient::new(builder.connect(format!("tcp://{address}")).await.unwrap())).await;
            }
        }
    }
}

#[tokio::test]
async fn many_at_once_are_not_mixed_up() {
    let address = start(|server| server).await;
    for way in WAYS {
        let client = EchoClient::new(way.builder().connect(way.url(address)).await.unwrap());
        let calls: Vec<_> = (0..30)
            .map(|index| {
                // Large and small ones in turn, that are kept while others come.
                let size = [70_000, SHARED_FROM, 10, 40_000, 100][index % 5] + index;
                let blobs = Blobs { blob: Some(blob(index, size)), ..Blobs::default() };
                let client = client.clone();
                tokio::spawn(async move {
                    for _ in 0..5 {
                        let returned = client.echo(&blobs, false).await.unwrap();
                        tokio::task::yield_now().await;
                        assert!(returned == blobs, "{way:?} {index}");
                    }
                })
            })
            .collect();
        for call in calls {
            soon(call).await.unwrap();
        }
    }
}

#[cfg(feature = "zlib")]
#[tokio::test]
async fn they_come_back_compressed() {
    let address = start(|server| server).await;
    for transport in [Transport::Framed, Transport::Buffered, Transport::Header] {
        let builder = Client::builder().transport(transport).zlib(true);
        check(&EchoClient::new(builder.connect(format!("tcp://{address}")).await.unwrap())).await;
    }
}

async fn check<C: Processor + Clone>(client: &EchoClient<C>) {
    for (index, blobs) in samples().iter().enumerate() {
        let returned = soon(client.echo(blobs, false)).await.unwrap();
        assert!(returned == *blobs, "sample {index}");
        let wanted = [SAMPLE, &[index as u8]].concat();
        let wanted = Blobs { perhaps: Some(wanted.into()), ..Blobs::default() };
        assert!(soon(client.echo(&wanted, false)).await.unwrap() == *blobs, "sample {index}, shared");
        match soon(client.echo(blobs, true)).await {
            Err(EchoEchoError::Refused(refused)) => assert!(refused.blobs.as_ref() == Some(blobs), "sample {index}"),
            other => panic!("{:?}", other.map(|_| "returned")),
        }
    }
}

/// The bytes of an argument or result with this as its field `id`.
fn in_field(id: u8, blobs: &Blobs) -> Vec<u8> {
    [b"\x0c\0", &[id][..], &binary::to_vec(blobs).unwrap(), b"\0"].concat()
}

#[tokio::test]
async fn the_bytes_are_those_of_a_message_that_was_copied() {
    let address = start(|server| server).await;
    let (mut plain, mut bare, mut header) =
        (Raw::connect(address).await, Raw::connect(address).await, Raw::connect(address).await);
    for (index, blobs) in samples().iter().enumerate() {
        let request = message(CALL, "echo", 1, &in_field(1, blobs));
        let expected = message(REPLY, "echo", 1, &in_field(0, blobs));
        plain.send(&framed(&request)).await;
        bare.send(&request).await;
        header.send(&headers::binary(&request)).await;
        let mut reply = vec![0; expected.len() + 4];
        soon(plain.0.read_exact(&mut reply)).await.unwrap();
        assert!(reply == framed(&expected), "sample {index}");
        soon(bare.0.read_exact(&mut reply[4..])).await.unwrap();
        assert!(reply[4..] == expected, "sample {index}");
        assert!(headers::read(&mut header).await == expected, "sample {index}");

        // Whoever looks at the reply on its way sees it as a whole.
        let (limits, metadata) = (Limits::default(), Metadata::default());
        let request = Request::read(&request, &limits, &metadata).unwrap();
        let reply = EchoServer::new(Handler).process(request).await.unwrap();
        assert!(reply.message().unwrap() == expected, "sample {index}");
        assert!(reply.clone().into_message().unwrap() == expected, "sample {index}");
    }
}

#[tokio::test]
async fn limits_count_what_is_shared() {
    let doubled =
        Blobs { perhaps: Some(Bytes::from_static(TWICE)), blob: Some(blob(1, SHARED_FROM)), ..Blobs::default() };
    let (limits, size) = (Limits::default(), message(REPLY, "echo", 1, &in_field(0, &twice(doubled.clone()))).len());
    let fits = [limits.message_bytes(size), limits.frame_bytes(size)].map(|limits| (limits, true));
    let exceeds = [limits.message_bytes(size - 1), limits.frame_bytes(size - 1)].map(|limits| (limits, false));
    for (limits, is_answered) in fits.into_iter().chain(exceeds) {
        let address = start(|server| server.limits(limits)).await;
        let client = EchoClient::new(Client::connect(format!("tcp://{address}")).await.unwrap());
        match soon(client.echo(&doubled, false)).await {
            Ok(returned) => assert!(is_answered && returned == twice(doubled.clone()), "{limits:?}"),
            Err(EchoEchoError::Other(Error::Application(_))) => assert!(!is_answered, "{limits:?}"),
            Err(error) => panic!("{limits:?}: {error}"),
        }
        // On the same connection.
        assert!(soon(client.echo(&Blobs::default(), false)).await.is_ok());
    }
}

#[tokio::test]
async fn a_slow_client_gets_all_in_order() {
    let address = start(|server| server).await;
    let samples = samples();
    let requests: Vec<u8> =
        samples.iter().flat_map(|blobs| framed(&message(CALL, "echo", 1, &in_field(1, blobs)))).collect();
    let expected: Vec<u8> =
        samples.iter().flat_map(|blobs| framed(&message(REPLY, "echo", 1, &in_field(0, blobs)))).collect();
    let (mut read, mut write) = narrow(address).await.0.into_split();
    let sending = tokio::spawn(async move { write.write_all(&requests).await.map(|()| write) });
    let mut found = vec![0; expected.len()];
    for part in found.chunks_mut(40_000) {
        sleep(Duration::from_millis(1)).await;
        soon(read.read_exact(part)).await.unwrap();
    }
    assert!(found == expected);
    drop(sending.await.unwrap().unwrap());
}

#[tokio::test]
async fn what_a_client_does_not_take_is_let_go() {
    let kept = Arc::new(());
    let address =
        start_with(Keeper(Arc::clone(&kept)), |server| server.write_timeout(Duration::from_millis(100))).await;
    let mut client = narrow(address).await;
    let request = framed(&message(CALL, "echo", 1, &in_field(1, &Blobs::default())));
    client.send(&request.repeat(4)).await;
    soon(async {
        // It is held, as it waits to be written,
        while Arc::strong_count(&kept) < 3 {
            sleep(Duration::from_millis(1)).await;
        }
        // and then it is not. One is the handler's.
        while Arc::strong_count(&kept) > 2 {
            sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    assert!(client.rest().await.len() < 4 * KEPT);
}

/// A client whose system takes little that it does not read.
async fn narrow(address: SocketAddr) -> Raw {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(64 * 1024).unwrap();
    Raw(socket.connect(address).await.unwrap())
}

/// Returns what tells that somebody has it.
struct Keeper(Arc<()>);

/// More than systems take off a server's hands.
const KEPT: usize = 12 << 20;

impl Echo for Keeper {
    async fn echo(&self, _: Blobs, _: bool) -> Result<Blobs, EchoEchoError> {
        struct Kept(Vec<u8>, #[allow(dead_code, reason = "it is counted")] Arc<()>);
        impl AsRef<[u8]> for Kept {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }
        let blob = Bytes::from_owner(Kept(vec![7; KEPT], Arc::clone(&self.0)));
        Ok(Blobs { blob: Some(blob), ..Blobs::default() })
    }
}
