//! A long binary that goes back as it came is not copied.
#![cfg(feature = "rpc")]

use crate::generated::store::{Blobs, Echo, EchoEchoError, EchoServer};
use crate::{COUNTING, counted};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use thrift_runtime::message::{MessageHeader, MessageKind};
use thrift_runtime::{Bytes, Limits, Metadata, Processor, Protocol, Reply, Request, binary, compact};

struct Handler;

impl Echo for Handler {
    async fn echo(&self, blobs: Blobs, _: bool) -> Result<Blobs, EchoEchoError> {
        Ok(blobs)
    }
}

const LENGTH: usize = 1 << 20;

#[test]
fn a_reply_shares_what_came_with_the_request() {
    let _alone = COUNTING.lock();
    let blobs = Blobs { blob: Some(vec![7; LENGTH].into()), ..Blobs::default() };
    let in_field = |header: &[u8], blobs: Vec<u8>| [header, &blobs, b"\0"].concat();
    for (protocol, body) in [
        (Protocol::Binary, in_field(b"\x0c\0\x01", binary::to_vec(&blobs).unwrap())),
        (Protocol::Compact, in_field(b"\x1c", compact::to_vec(&blobs).unwrap())),
    ] {
        let mut message = Vec::new();
        protocol.write_header(MessageHeader { name: "echo", kind: MessageKind::Call, sequence_id: 1 }, &mut message);
        message.extend(body);
        let frame = Bytes::from(message);
        let (change, reply) = counted(|| answer(&frame));
        // The header of a field that does not count from another one is longer by one.
        assert_eq!(reply.message().unwrap().len(), frame.len() + usize::from(protocol == Protocol::Compact));
        assert!(change.bytes_allocated < LENGTH / 100, "{protocol}: {change:?}");
    }
}

fn answer(frame: &Bytes) -> Reply {
    let (server, limits, metadata) = (EchoServer::new(Handler), Limits::default(), Metadata::default());
    let request = Request::read(frame, &limits, &metadata).unwrap().sharing(frame);
    let reply = pin!(server.process(request));
    match reply.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(reply) => reply.unwrap(),
        Poll::Pending => panic!("there is nothing to wait for"),
    }
}
