//! Binaries that are too long to be copied on their way.

use super::generated::store::blocking::{Echo, EchoClient, EchoServer};
use super::generated::store::{Blobs, EchoEchoError, Refused};
use super::{WAYS, start_serving};
use thrift_runtime::codegen::Bytes;

struct Handler;

impl Echo for Handler {
    fn echo(&self, blobs: Blobs, refuse: bool) -> Result<Blobs, EchoEchoError> {
        if refuse { Err(Refused { blobs: Some(blobs) }.into()) } else { Ok(blobs) }
    }
}

/// From here on binaries are shared.
const SHARED_FROM: usize = 16 * 1024;

#[test]
fn they_come_back_each_way() {
    let server = start_serving(EchoServer::new(Handler));
    let blob = |seed: u8, size| Bytes::from([seed, 7, 8, 9, seed ^ 1].repeat(size / 5 + 1)).slice(..size);
    for way in WAYS {
        println!("{way:?}");
        let client = EchoClient::new(way.builder().connect(way.url(server.address)).unwrap());
        for size in [0, SHARED_FROM - 1, SHARED_FROM, SHARED_FROM + 1, 70_000, 300_000] {
            let list = vec![blob(2, size), blob(3, 3), blob(4, SHARED_FROM), blob(5, size)];
            let blobs = Blobs { blob: Some(blob(1, size)), list: Some(list), ..Blobs::default() };
            assert!(client.echo(&blobs, false).unwrap() == blobs, "{size}");
            match client.echo(&blobs, true) {
                Err(EchoEchoError::Refused(refused)) => assert!(refused.blobs.as_ref() == Some(&blobs), "{size}"),
                other => panic!("{size}: {:?}", other.map(|_| "returned")),
            }
        }
    }
}
