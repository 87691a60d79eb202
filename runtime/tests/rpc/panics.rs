//! Handlers that panic where one does not look for it: in a `Drop`, in the text of an error.

use super::raw::{Raw, exception, find, framed, message, ping, pong};
use super::soon;
use super::store::{Base, Item, Store, StoreFindError, StoreServer};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use thrift_runtime::{Error, Server};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes out each event, as a log does, and so asks errors for their texts.
struct Log;

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Text);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Text;

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        println!("{field}: {value:?}");
    }
}

/// Panics when it is dropped, and drops a panic's payload of the same sort after it.
struct Bomb(u32);

impl Drop for Bomb {
    fn drop(&mut self) {
        if let Some(left) = self.0.checked_sub(1) {
            std::panic::panic_any(Bomb(left));
        }
    }
}

/// An error that panics when it is to be shown.
#[derive(Debug)]
struct Unspeakable;

impl fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("at the text")
    }
}

impl std::error::Error for Unspeakable {}

/// An error that panics when it is dropped.
struct Undroppable(#[expect(dead_code, reason = "it is dropped")] Bomb);

impl fmt::Debug for Undroppable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("undroppable")
    }
}

impl fmt::Display for Undroppable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("undroppable")
    }
}

impl std::error::Error for Undroppable {}

/// What a handler's future does when it is polled, before it panics when it is dropped.
struct Undone {
    panics: bool,
    #[expect(dead_code, reason = "it is dropped")]
    bomb: Bomb,
}

impl Future for Undone {
    type Output = Result<Item, StoreFindError>;
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(!self.panics, "at the poll");
        Poll::Ready(Ok(Item::default()))
    }
}

struct Handler;

impl Base for Handler {
    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Store for Handler {
    fn find(&self, _: i64, name: String) -> impl Future<Output = Result<Item, StoreFindError>> + Send {
        let future: Pin<Box<dyn Future<Output = _> + Send>> = match name.as_str() {
            "payload" => Box::pin(async { std::panic::panic_any(Bomb(3)) }),
            "text" => Box::pin(async { Err(Error::internal(Unspeakable).into()) }),
            "error" => Box::pin(async { Err(Error::internal(Undroppable(Bomb(2))).into()) }),
            "future" => Box::pin(Undone { panics: true, bomb: Bomb(2) }),
            "never" => Box::pin(async {
                let _bomb = Bomb(2);
                std::future::pending().await
            }),
            _ => Box::pin(Undone { panics: false, bomb: Bomb(2) }),
        };
        future
    }

    async fn forget(&self, _: i64) -> Result<(), Error> {
        Err(Error::internal(Unspeakable))
    }
}

#[tokio::test]
async fn a_panic_fails_its_own_call_wherever_it_happens() {
    let _log = tracing::subscriber::set_default(Log);
    let server = Server::bind("127.0.0.1:0").await.unwrap().drain_timeout(Duration::from_millis(10));
    let address = server.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let running = tokio::spawn(server.serve_with_shutdown(StoreServer::new(Handler), async { stopped.await.unwrap() }));
    let mut client = Raw::connect(address).await;
    for name in ["payload", "text", "error", "future"] {
        println!("{name}");
        client.send(&[framed(&ping(1)), framed(&find(2, 0, name)), framed(&ping(3))].concat()).await;
        let failed = exception("find", 2, 6, "Internal error");
        client.expect(&[framed(&pong(1)), framed(&failed), framed(&pong(3))].concat()).await;
    }
    let forget = message(super::raw::ONEWAY, "forget", 1, b"\0");
    client.send(&[framed(&forget), framed(&ping(4))].concat()).await;
    client.expect(&framed(&pong(4))).await;
    // The result is there before the future is dropped.
    client.send(&[framed(&find(5, 0, "done")), framed(&ping(6))].concat()).await;
    let length = soon(tokio::io::AsyncReadExt::read_u32(&mut client.0)).await.unwrap();
    let mut reply = vec![0; length as usize];
    soon(tokio::io::AsyncReadExt::read_exact(&mut client.0, &mut reply)).await.unwrap();
    assert_eq!(reply[..4], [0x80, 1, 0, 2]);
    client.expect(&framed(&pong(6))).await;
    // And one that is dropped because its client's connection ends.
    client.send(&framed(&find(7, 0, "never"))).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send(()).unwrap();
    soon(running).await.unwrap().unwrap();
}
