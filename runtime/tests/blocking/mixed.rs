//! The blocking client with the asynchronous server, and the other way round.

use super::certificates::Authority;
use super::generated::store as asynchronous;
use super::generated::store::StoreFindError;
use super::generated::store::blocking::StoreClient;
use super::{WAYS, Way, soon, start, start_with};
use asynchronous::{Base, Item, NotFound, Store};
#[cfg(feature = "zlib")]
use thrift_runtime::Transport;
use thrift_runtime::{Client, Error, Server};

struct Handler;

impl Base for Handler {
    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Store for Handler {
    async fn find(&self, id: i64, name: String) -> Result<Item, StoreFindError> {
        match name.as_str() {
            "missing" => Err(NotFound::default().into()),
            _ => Ok(Item { id, name: Some(name), ..Item::default() }),
        }
    }
    async fn forget(&self, _: i64) -> Result<(), Error> {
        Ok(())
    }
}

#[tokio::test]
async fn a_blocking_client_calls_an_asynchronous_server() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let serving = tokio::spawn(server.serve(asynchronous::StoreServer::new(Handler)));
    let calls = tokio::task::spawn_blocking(move || {
        for way in WAYS {
            println!("{way:?}");
            let client = way.connect(address);
            for id in 0..20 {
                client.forget(id).unwrap();
                assert_eq!(client.find(id, "name").unwrap().id, id);
                assert!(matches!(client.find(id, "missing"), Err(StoreFindError::NotFound(_))));
            }
            client.ping().unwrap();
        }
    });
    soon(calls).await.unwrap();
    serving.abort();
}

#[cfg(feature = "zlib")]
#[tokio::test]
async fn so_it_is_where_connections_are_compressed() {
    let ways = WAYS.into_iter().filter(|way| !matches!(way.0, Transport::TtHeader | Transport::Http));
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let serving = tokio::spawn(server.serve(asynchronous::StoreServer::new(Handler)));
    let each = ways.clone();
    let calls = tokio::task::spawn_blocking(move || {
        for way in each {
            let client = StoreClient::new(way.builder().zlib(true).connect(way.url(address)).unwrap());
            for id in 0..20 {
                assert_eq!(client.find(id, &"name".repeat(10_000)).unwrap().id, id, "{way:?}");
            }
        }
    });
    soon(calls).await.unwrap();
    serving.abort();

    let server = start();
    for Way(transport, protocol) in ways {
        let builder = Client::builder().transport(transport).protocol(protocol).zlib(true);
        let url = Way(transport, protocol).url(server.address);
        let client = asynchronous::StoreClient::new(builder.connect(url).await.unwrap());
        for id in 0..20 {
            assert_eq!(soon(client.find(id, &"name".repeat(10_000))).await.unwrap().id, id, "{transport} {protocol}");
        }
    }
}

#[tokio::test]
async fn so_it_is_inside_of_tls() {
    let authority = Authority::new();
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let (address, tls) = (server.local_addr().unwrap(), authority.client());
    let server = server.tls(authority.issue(&["localhost"]).server()).unwrap();
    let serving = tokio::spawn(server.serve(asynchronous::StoreServer::new(Handler)));
    let calls = tokio::task::spawn_blocking(move || {
        for way in WAYS {
            let connection = way.builder().tls(tls.clone()).connect(way.secured_url(address)).unwrap();
            let client = StoreClient::new(connection);
            for id in 0..20 {
                assert_eq!(client.find(id, "name").unwrap().id, id, "{way:?}");
            }
        }
    });
    soon(calls).await.unwrap();
    serving.abort();

    let server = start_with(|server| server.tls(authority.issue(&["localhost"]).server()).unwrap());
    for Way(transport, protocol) in WAYS {
        let way = Way(transport, protocol);
        let builder = Client::builder().transport(transport).protocol(protocol).tls(authority.client());
        let client = asynchronous::StoreClient::new(builder.connect(way.secured_url(server.address)).await.unwrap());
        for id in 0..20 {
            assert_eq!(soon(client.find(id, "name")).await.unwrap().id, id, "{way:?}");
        }
    }
}

#[tokio::test]
async fn an_asynchronous_client_calls_a_blocking_server() {
    let server = start();
    for way in WAYS {
        println!("{way:?}");
        let Way(transport, protocol) = way;
        let builder = Client::builder().transport(transport).protocol(protocol);
        let client = asynchronous::StoreClient::new(builder.connect(way.url(server.address)).await.unwrap());
        for id in 0..20 {
            soon(client.forget(id)).await.unwrap();
            assert_eq!(soon(client.find(id, "name")).await.unwrap().id, id);
            assert!(matches!(soon(client.find(id, "missing")).await, Err(StoreFindError::NotFound(_))));
        }
        soon(client.ping()).await.unwrap();
    }
}
