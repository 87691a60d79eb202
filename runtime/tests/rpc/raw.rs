//! Messages written out in bytes, and a socket to send them on.

use super::soon;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const CALL: u8 = 1;
pub(crate) const REPLY: u8 = 2;
pub(crate) const EXCEPTION: u8 = 3;
pub(crate) const ONEWAY: u8 = 4;

/// A binary message in the strict form.
pub(crate) fn message(kind: u8, name: &str, sequence_id: i32, body: &[u8]) -> Vec<u8> {
    let mut message = vec![0x80, 0x01, 0x00, kind];
    message.extend(string(name));
    message.extend(sequence_id.to_be_bytes());
    message.extend(body);
    message
}

pub(crate) fn ping(sequence_id: i32) -> Vec<u8> {
    message(CALL, "ping", sequence_id, b"\0")
}

pub(crate) fn pong(sequence_id: i32) -> Vec<u8> {
    message(REPLY, "ping", sequence_id, b"\0")
}

/// A call of `find`.
pub(crate) fn find(sequence_id: i32, id: i64, name: &str) -> Vec<u8> {
    message(
        CALL,
        "find",
        sequence_id,
        &[b"\x0a\0\x01", &id.to_be_bytes()[..], b"\x0b\0\x02", &string(name), b"\0"].concat(),
    )
}

/// An application exception.
pub(crate) fn exception(name: &str, sequence_id: i32, kind: i32, text: &str) -> Vec<u8> {
    let body = [b"\x0b\0\x01", &string(text)[..], b"\x08\0\x02", &kind.to_be_bytes(), b"\0"].concat();
    message(EXCEPTION, name, sequence_id, &body)
}

pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    string_of_bytes(message)
}

fn string(text: &str) -> Vec<u8> {
    string_of_bytes(text.as_bytes())
}

fn string_of_bytes(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as i32).to_be_bytes(), bytes].concat()
}

/// A reply to `find` with an item of that id.
pub(crate) fn found(sequence_id: i32, id: i64) -> Vec<u8> {
    let item = super::store::Item { id, ..Default::default() };
    let result = [b"\x0c\0\0", &thrift_runtime::binary::to_vec(&item).unwrap()[..], b"\0"].concat();
    message(REPLY, "find", sequence_id, &result)
}

/// A server that does what a test does with its connections.
pub(crate) struct Peer(TcpListener);

impl Peer {
    pub(crate) async fn bind() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    pub(crate) async fn accept(&self) -> Raw {
        let (stream, _) = soon(self.0.accept()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Raw(stream)
    }

    /// Whether a client is waiting to be accepted.
    pub(crate) async fn has_client(&self) -> bool {
        tokio::time::timeout(std::time::Duration::from_millis(50), self.0.accept()).await.is_ok()
    }
}

/// What a framed request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) kind: u8,
    pub(crate) sequence_id: i32,
    /// The first argument of `find` and `forget`.
    pub(crate) id: i64,
}

impl Asked {
    /// The reply to `find`, in a frame.
    pub(crate) fn reply(self) -> Vec<u8> {
        framed(&found(self.sequence_id, self.id))
    }
}

/// One end of a connection.
pub(crate) struct Raw(pub(crate) TcpStream);

impl Raw {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Reads one framed request of `find` or `forget`.
    pub(crate) async fn request(&mut self) -> Asked {
        soon(async {
            let mut request = vec![0; self.0.read_u32().await.unwrap() as usize];
            self.0.read_exact(&mut request).await.unwrap();
            let (header, body) = thrift_runtime::message::MessageHeader::read(&request).unwrap();
            let id = i64::from_be_bytes(request[body.start + 3..body.start + 11].try_into().unwrap());
            Asked { kind: header.kind as u8, sequence_id: header.sequence_id, id }
        })
        .await
    }

    /// Reads so many requests.
    pub(crate) async fn requests(&mut self, count: usize) -> Vec<Asked> {
        let mut requests = Vec::new();
        for _ in 0..count {
            requests.push(self.request().await);
        }
        requests
    }

    /// Reads so many bytes as are expected, and compares.
    #[track_caller]
    pub(crate) fn expect(&mut self, expected: &[u8]) -> impl Future<Output = ()> {
        let location = std::panic::Location::caller();
        async move {
            let mut found = vec![0; expected.len()];
            let mut count = 0;
            while count < found.len() {
                match soon(self.0.read(&mut found[count..])).await.unwrap() {
                    0 => break,
                    more => count += more,
                }
                if found[..count] != expected[..count] {
                    break;
                }
            }
            assert!(
                found[..count] == *expected,
                "{location}: expected {} but came {}",
                expected.escape_ascii(),
                found[..count].escape_ascii()
            );
        }
    }

    /// Reads until the server closes; a reset is a close too.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        let _ = soon(self.0.read_to_end(&mut rest)).await;
        rest
    }
}
