//! Any bytes as a request are an error or are answered by a message that a client can read.
//!
//! README.md says how to run it.
#![no_main]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use libfuzzer_sys::fuzz_target;
use thrift_runtime::message::{MessageHeader, MessageKind};
use thrift_runtime::{Error, Limits, Metadata, Processor, Request};

#[path = "../../golden/store/mod.rs"]
mod generated;

use generated::store::{Base, Item, NotFound, Store, StoreFindError, StoreServer};

struct Handler;

impl Base for Handler {
    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Store for Handler {
    async fn find(&self, id: i64, name: String) -> Result<Item, StoreFindError> {
        if id == 0 {
            return Err(NotFound { message: Some(name) }.into());
        }
        Ok(Item { id, name: Some(name), ..Default::default() })
    }

    async fn forget(&self, _id: i64) -> Result<(), Error> {
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let (limits, metadata) = (Limits::default(), Metadata::default());
    let Ok(request) = Request::read(bytes, &limits, &metadata) else { return };
    let (name, sequence_id) = (request.header().name.to_owned(), request.header().sequence_id);
    let server = StoreServer::new(Handler);
    let reply = pin!(server.process(request)).poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(Ok(reply)) = reply else { panic!("this handler waits for nothing, and no reply is too large") };
    if let Some(message) = reply.message() {
        let (header, _) = MessageHeader::read(&message).expect("a message");
        assert!(matches!(header.kind, MessageKind::Reply | MessageKind::Exception));
        assert_eq!((header.name, header.sequence_id), (name.as_str(), sequence_id));
    }
});
