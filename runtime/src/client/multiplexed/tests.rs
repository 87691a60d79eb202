//! Tests of a shared connection against streams that a test holds in its hand.

use super::*;
use crate::client::Settings;
use crate::client::outgoing::Message;
use crate::context::Metadata;
use crate::message::MessageKind;
use crate::transport::Transport;
use crate::transport::compressed::Compressed;
use std::io;
use std::time::Instant;
use tokio::io::{AsyncReadExt, ReadBuf};
use tokio::time::{sleep, timeout};

fn request(id: i32, size: usize) -> Outgoing {
    let mut message = Vec::new();
    let header = MessageHeader { name: "f", kind: MessageKind::Call, sequence_id: id };
    Protocol::Binary.write_header(header, &mut message);
    message.resize(message.len() + size, 0);
    Outgoing {
        message: Message::Shared([0; 4], message.into()),
        protocol: Protocol::Binary,
        sequence_id: id,
        method: "f".into(),
        oneway: false,
        begun: Instant::now(),
        deadline: Instant::now() + Duration::from_secs(60),
        headers: Metadata::default(),
    }
}

fn connection(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Multiplexed {
    Multiplexed::spawn(stream, false, Wrapping::new(&Settings::default()), Duration::from_secs(90))
}

/// Takes so many bytes, and then is reset.
struct Reset {
    taken: Arc<Mutex<Vec<u8>>>,
    most: usize,
}

impl AsyncRead for Reset {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

impl AsyncWrite for Reset {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut taken = self.taken.lock().unwrap();
        match (self.most - taken.len()).min(bytes.len()) {
            0 => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            room => {
                taken.extend_from_slice(&bytes[..room]);
                Poll::Ready(Ok(room))
            }
        }
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn what_a_stream_that_compresses_was_offered_may_have_been_sent() {
    let taken = Arc::default();
    let mut stream = Compressed::not(Reset { taken: Arc::clone(&taken), most: 200 });
    stream.inflate(Vec::new(), None);
    let settings = Settings { zlib: true, transport: Transport::Buffered, ..Settings::default() };
    let connection = Multiplexed::spawn(stream, true, Wrapping::new(&settings), Duration::from_secs(90));
    let requests: Vec<_> = (0..100).map(|id| request(id * 7919, 1)).collect();
    let calls = requests.iter().map(|request| connection.exchange(request));
    for outcome in futures_util::future::join_all(calls).await {
        assert!(outcome.is_err_and(|failed| !failed.unsent));
    }
    assert_eq!(taken.lock().unwrap().len(), 200);
}

#[tokio::test]
async fn a_server_that_is_silent_while_calls_are_dropped_is_left() {
    let (near, _far) = tokio::io::duplex(1 << 16);
    let connection = connection(near);
    for id in 0..UNHEARD as i32 {
        assert!(connection.is_usable(), "{id}");
        assert!(timeout(Duration::from_millis(20), connection.exchange(&request(id, 1))).await.is_err());
    }
    assert!(!connection.is_usable());
}

#[tokio::test]
async fn a_call_that_is_dropped_takes_its_message_along() {
    let (near, _far) = tokio::io::duplex(10);
    let connection = connection(near);
    let busy = Arc::new(connection);
    // These fill the buffer, and wait.
    let mut waiting = Vec::new();
    for id in 0..3 {
        let busy = Arc::clone(&busy);
        waiting.push(tokio::spawn(async move { busy.exchange(&request(id, ROOM)).await.is_ok() }));
    }
    sleep(Duration::from_millis(50)).await;
    for id in 10..100 {
        let large = request(id, 1 << 20);
        let message = large.message.to_bytes();
        assert!(timeout(Duration::from_millis(1), busy.exchange(&large)).await.is_err());
        drop(large);
        assert!(message.is_unique(), "nothing else holds it");
    }
    for call in waiting {
        call.abort();
    }
}

#[tokio::test]
async fn calls_of_one_id_never_get_the_replies_of_one_another() {
    let (near, mut far) = tokio::io::duplex(1 << 16);
    let connection = Arc::new(connection(near));
    let server = tokio::spawn(async move {
        while let Ok(length) = far.read_u32().await {
            let mut message = vec![0; length as usize];
            far.read_exact(&mut message).await.unwrap();
            let (header, body) = MessageHeader::read(&message).unwrap();
            let header = MessageHeader { kind: MessageKind::Reply, ..header };
            let mut reply = Vec::new();
            Protocol::Binary.write_header(header, &mut reply);
            reply.extend_from_slice(&message[body]);
            tokio::io::AsyncWriteExt::write_u32(&mut far, reply.len() as u32).await.unwrap();
            tokio::io::AsyncWriteExt::write_all(&mut far, &reply).await.unwrap();
        }
    });
    let mut calls = Vec::new();
    for task in 0..8_usize {
        let connection = Arc::clone(&connection);
        calls.push(tokio::spawn(async move {
            for round in 0..500 {
                // All tasks count from the same number, as clients behind a proxy do.
                let request = request(round, 1 + task);
                let reply = timeout(Duration::from_secs(20), connection.exchange(&request)).await.expect("it hangs");
                let reply = reply.unwrap().unwrap();
                let (header, body) = MessageHeader::read(&reply).unwrap();
                assert_eq!((header.sequence_id, body.len()), (round, 1 + task));
            }
        }));
    }
    for call in calls {
        call.await.unwrap();
    }
    server.abort();
}

/// Counts how often it is written to.
struct Counted {
    stream: tokio::io::DuplexStream,
    writes: Arc<AtomicU64>,
}

impl AsyncRead for Counted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// So many tasks make so many calls each, and all are answered. Returns how many writes it took.
async fn writes_of(tasks: i32, calls: i32) -> u64 {
    let (near, far) = tokio::io::duplex(1 << 20);
    let writes = Arc::new(AtomicU64::new(0));
    let connection = Arc::new(connection(Counted { stream: near, writes: Arc::clone(&writes) }));
    let server = tokio::spawn(async move {
        let (mut input, mut output) = tokio::io::split(far);
        let mut requests = vec![0; 1 << 16];
        while let Ok(count @ 1..) = input.read(&mut requests).await {
            // All are as long as the first, and come as a whole.
            let length = 4 + u32::from_be_bytes(requests[..4].try_into().unwrap()) as usize;
            for request in requests[..count].chunks_exact_mut(length) {
                request[4 + 3] = MessageKind::Reply as u8;
            }
            tokio::io::AsyncWriteExt::write_all(&mut output, &requests[..count]).await.unwrap();
        }
    });
    let tasks: Vec<_> = (0..tasks)
        .map(|task| {
            let connection = Arc::clone(&connection);
            tokio::spawn(async move {
                for call in 0..calls {
                    let request = request(task * calls + call, 1);
                    timeout(Duration::from_secs(20), connection.exchange(&request)).await.expect("it hangs").unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    server.abort();
    writes.load(Ordering::Relaxed)
}

/// Its workers run next what was woken last, which is the driver whenever there is something to write.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn messages_that_are_ready_go_together() {
    let writes = tokio::spawn(writes_of(100, 50)).await.unwrap();
    assert!(writes < 500, "{writes} writes of 5000 messages");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_call_that_is_alone_is_written_each_time() {
    assert_eq!(tokio::spawn(writes_of(1, 50)).await.unwrap(), 50);
}
