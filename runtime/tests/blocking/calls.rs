//! Calls of all kinds, over each way to a server and without sockets.

use super::generated::store::StoreFindError;
use super::generated::store::blocking::{StoreClient, StoreServer};
use super::{Handler, WAYS, eventually, start};
use std::sync::atomic::Ordering;
use std::thread;
use thrift_runtime::blocking::Processor;
use thrift_runtime::{ApplicationErrorKind, Error, Transport};

fn check<C: Processor + Clone>(client: &StoreClient<C>, handler: &Handler) {
    client.ping().unwrap();
    let item = client.find(7, "name").unwrap();
    assert_eq!((item.id, item.name.as_deref(), item.count), (7, Some("name"), 5));
    match client.find(8, "missing") {
        Err(StoreFindError::NotFound(exception)) => assert_eq!(exception.message.as_deref(), Some("no item 8")),
        other => panic!("{other:?}"),
    }
    match client.find(77, "application") {
        Err(StoreFindError::Other(Error::Application(error))) => {
            assert_eq!((error.kind, &*error.message), (ApplicationErrorKind(77), "for your eyes"));
        }
        other => panic!("{other:?}"),
    }
    for name in ["internal", "panic"] {
        match client.find(1, name) {
            Err(StoreFindError::Other(Error::Application(error))) => {
                assert_eq!((error.kind, &*error.message), (ApplicationErrorKind::INTERNAL_ERROR, "Internal error"));
            }
            other => panic!("{other:?}"),
        }
    }
    for id in [-2, -1, 5] {
        client.forget(id).unwrap();
        eventually(|| handler.forgotten.load(Ordering::SeqCst) == id);
    }
    for size in [0, 1_000, 20_000, 100_000, 3_000_000] {
        assert_eq!(client.find(size, "size").unwrap().name.unwrap().len(), size as usize);
        assert_eq!(client.find(size, "blob").unwrap().blob.unwrap().len(), size as usize);
        assert_eq!(client.find(size, &"y".repeat(size as usize)).unwrap().name.unwrap().len(), size as usize);
    }
}

#[test]
fn without_sockets() {
    let handler = Handler::default();
    check(&StoreClient::new(StoreServer::new(handler.clone())), &handler);
}

#[test]
fn over_each_way() {
    let server = start();
    for way in WAYS {
        println!("{way:?}");
        check(&way.connect(server.address), &server.handler);
    }
}

#[test]
fn a_url_is_enough() {
    let server = start();
    StoreClient::connect(format!("tcp://localhost:{}", server.address.port())).unwrap().ping().unwrap();
    assert!(matches!(StoreClient::connect("udp://localhost:1"), Err(Error::Url(_))));
    assert!(matches!(StoreClient::connect("tcp://127.0.0.1:1"), Err(Error::Connect(_))));
}

#[test]
fn a_handler_learns_who_asks() {
    let server = start();
    for way in WAYS {
        let item = way.connect(server.address).find(1, "request").unwrap();
        let path = if way.0 == Transport::Http { "Some(\"/store\")" } else { "None" };
        assert_eq!(item.name, Some(format!("Some(127.0.0.1) {path} None")), "{way:?}");
    }
    assert!(thrift_runtime::request().peer_addr().is_none(), "nothing is left behind");
}

#[test]
fn threads_share_a_client() {
    let server = start();
    for way in WAYS {
        let client = way.connect(server.address);
        thread::scope(|scope| {
            for thread in 0..8 {
                let client = client.clone();
                scope.spawn(move || {
                    for call in 0..50 {
                        let id = thread * 1_000 + call;
                        assert_eq!(client.find(id, &format!("of {thread}")).unwrap().id, id);
                    }
                });
            }
        });
    }
}
