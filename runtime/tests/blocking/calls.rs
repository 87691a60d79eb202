//! Calls of all kinds, over each way to a server and without sockets.

use super::generated::store::StoreFindError;
use super::generated::store::blocking::{StoreClient, StoreServer};
use super::{Handler, WAYS, eventually, start};
use std::sync::atomic::Ordering;
use std::thread;
use thrift_runtime::blocking::{Processor, Router, Server};
use thrift_runtime::{ApplicationErrorKind, Error, Transport};

pub(crate) fn check<C: Processor + Clone>(client: &StoreClient<C>, handler: &Handler) {
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

#[test]
fn several_services_share_a_port() {
    let (one, other) = (Handler::default(), Handler::default());
    let router =
        Router::new().service("One", StoreServer::new(one.clone())).service("Other", StoreServer::new(other.clone()));
    let server = Server::bind("127.0.0.1:0").unwrap();
    let (address, handle) = (server.local_addr().unwrap(), server.handle());
    let serving = thread::spawn(move || server.serve(router));
    for way in WAYS {
        let connection = way.builder().connect(way.url(address)).unwrap();
        StoreClient::new(connection.clone().service("One")).ping().unwrap();
        assert_eq!(StoreClient::new(connection.clone().service("Other")).find(7, "name").unwrap().id, 7);
        let error = StoreClient::new(connection.service("None")).ping().unwrap_err();
        assert!(matches!(&error, Error::Application(error) if error.message.contains("None")), "{error:?}");
    }
    assert_eq!((one.pings.load(Ordering::SeqCst), one.begun.load(Ordering::SeqCst)), (WAYS.len() as u32, 0));
    assert_eq!((other.pings.load(Ordering::SeqCst), other.begun.load(Ordering::SeqCst)), (0, WAYS.len() as u32));
    handle.shutdown();
    serving.join().unwrap().unwrap();
}

#[cfg(unix)]
#[test]
fn a_unix_socket_is_as_good_as_a_port() {
    let folder = std::env::temp_dir().join(format!("thrift-blocking-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("server.sock");
    // Nobody listens on this one any more.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let server = Server::bind_unix(&path).unwrap();
    assert!(Server::bind_unix(&path).is_err(), "somebody listens");
    let (handle, handler) = (server.handle(), Handler::default());
    let processor = StoreServer::new(handler.clone());
    let serving = thread::spawn(move || server.serve(processor));
    let (plain, escaped) = (path.to_str().unwrap(), path.to_str().unwrap().replace('/', "%2F"));
    for way in WAYS {
        let http = way.0 == Transport::Http;
        let url = if http { format!("http+unix://{escaped}/store") } else { format!("unix://{plain}") };
        let client = StoreClient::new(way.builder().connect(url).unwrap());
        assert_eq!(client.find(7, "name").unwrap().id, 7);
        assert!(client.find(1, "request").unwrap().name.unwrap().starts_with("None "), "a Unix socket has no address");
    }
    handle.shutdown();
    serving.join().unwrap().unwrap();
    assert!(!path.exists());
    let error = StoreClient::connect(format!("unix://{plain}")).unwrap_err();
    assert!(matches!(error, Error::Connect(_)), "{error:?}");
    std::fs::remove_dir_all(&folder).unwrap();
}
