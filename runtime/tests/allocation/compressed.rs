//! A server that is sent a little that inflates to much takes memory up to its limit.
#![cfg(all(feature = "rpc", feature = "zlib"))]

use crate::COUNTING;
use crate::generated::store::{Base, Item, Store, StoreFindError, StoreServer};
use flate2::{Compress, Compression, FlushCompress};
use stats_alloc::Region;
use std::io::{Read, Write};
use std::net::TcpStream;
use thrift_runtime::{Error, Limits, Server};

struct Handler;

impl Base for Handler {
    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Store for Handler {
    async fn find(&self, _: i64, _: String) -> Result<Item, StoreFindError> {
        Ok(Item::default())
    }

    async fn forget(&self, _: i64) -> Result<(), Error> {
        Ok(())
    }
}

const LIMIT: usize = 1 << 18;

/// What would be taken without a limit, at the least.
const BOMB: usize = 8 << 20;

#[test]
fn what_inflates_beyond_the_limit_takes_no_more_memory_than_that() {
    let _one = COUNTING.lock();
    let ping = b"\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x01";
    let string = [&ping[..], b"\x0b\0\x01\0\x80\0\0", &vec![0; BOMB]].concat();
    let payload = deflated(&string, FlushCompress::Finish);
    let frame = [b"\x0f\xff\0\0\0\0\0\x01\0\x01\0\x01\x01\0", &payload[..]].concat();
    let framed = |message: &[u8]| [&(message.len() as u32).to_be_bytes()[..], message].concat();
    let stream = deflated(&string, FlushCompress::Sync);
    let stream_of_frames = deflated(&framed(&string), FlushCompress::Sync);
    for bytes in [framed(&frame), framed(&stream), stream, stream_of_frames] {
        assert!(bytes.len() < LIMIT / 4, "{}", bytes.len());
        // Once before, for what is allocated once.
        let taken = [taken(&bytes), taken(&bytes)];
        assert!(taken[1] < BOMB / 4, "{taken:?} bytes for {}", bytes[..20].escape_ascii());
    }
}

fn deflated(data: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 << 20);
    Compress::new(Compression::best(), true).compress_vec(data, &mut out, flush).unwrap();
    out
}

/// How many bytes are allocated, in all, until a server has closed the connection on which these came.
fn taken(bytes: &[u8]) -> usize {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let limits = Limits::default().message_bytes(LIMIT).frame_bytes(LIMIT);
    let server = runtime.block_on(Server::bind("127.0.0.1:0")).unwrap().limits(limits);
    let address = server.local_addr().unwrap();
    runtime.spawn(server.serve(StoreServer::new(Handler)));
    let mut client = TcpStream::connect(address).unwrap();
    let region = Region::new(crate::ALLOCATOR);
    // The server may close before it has read everything.
    let _ = client.write_all(bytes);
    let mut reply = Vec::new();
    let _ = client.read_to_end(&mut reply);
    assert_eq!(reply, b"");
    let change = region.change();
    change.bytes_allocated + change.bytes_reallocated.max(0) as usize
}
