//! The blocking client with the asynchronous server, and the other way round.

use super::generated::store as asynchronous;
use super::generated::store::StoreFindError;
use super::{WAYS, Way, soon, start};
use asynchronous::{Base, Item, NotFound, Store};
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
