//! Blocking services: beside asynchronous ones or alone, and across files.

use thrift_runtime::{ApplicationErrorKind, Error};

use crate::golden::options_blocking::base::{Denied, blocking::Base};
use crate::golden::options_blocking::blocking::{
    Entry, Missing, Order, Store as AsyncStore, StoreClearError, StoreFindError, blocking,
};
use crate::golden::options_blocking_only::only::{CounterAddError, TooLarge, blocking as only};
use blocking::{Elsewhere, ElsewhereClient, ElsewhereServer, Store};

struct Handler;

impl Base for Handler {
    fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
    fn whoami(&self, loud: bool) -> Result<String, Error> {
        Ok(if loud { "ME" } else { "me" }.to_owned())
    }
}

impl Store for Handler {
    fn find(&self, key: String, least: i32) -> Result<i32, StoreFindError> {
        match key.as_str() {
            "missing" => Err(Missing { key: Some(key) }.into()),
            "denied" => Err(Denied::default().into()),
            "application" => Err(Error::application(ApplicationErrorKind(77), "no").into()),
            _ => Ok(least),
        }
    }
    fn entries(&self, keys: Vec<String>, order: Order, after: Entry) -> Result<Vec<Entry>, Error> {
        let number = if order == Order::NUMBER { after.number } else { None };
        Ok(keys.into_iter().map(|key| Entry { key, number }).collect())
    }
    fn forget(&self, _: String) -> Result<(), Error> {
        panic!("nobody learns of this")
    }
    fn clear(&self) -> Result<(), StoreClearError> {
        Err(Denied { why: Some("never".to_owned()) }.into())
    }
    fn channel_(&self) -> Result<String, Error> {
        Ok("channel".to_owned())
    }
}

impl Elsewhere for Handler {
    fn nothing(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn a_client_takes_a_server_directly() {
    let client = ElsewhereClient::new(ElsewhereServer::new(Handler));
    client.nothing().unwrap();
    client.ping().unwrap();
    assert_eq!(client.whoami(true).unwrap(), "ME");
    assert_eq!(client.find("key", 7).unwrap(), 7);
    assert!(
        matches!(client.find("missing", 1), Err(StoreFindError::Missing(it)) if it.key.as_deref() == Some("missing"))
    );
    assert!(matches!(client.find("denied", 1), Err(StoreFindError::Denied(_))));
    match client.find("application", 1) {
        Err(StoreFindError::Other(Error::Application(error))) => assert_eq!(error.kind.0, 77),
        other => panic!("{other:?}"),
    }
    let entry = Entry { key: "key".to_owned(), number: Some(5) };
    assert_eq!(client.entries(&["key".to_owned()], Order::NUMBER, &entry).unwrap(), [entry]);
    client.forget("key").unwrap();
    assert!(matches!(client.clear(), Err(StoreClearError::Denied(_))));
    assert_eq!(client.channel_().unwrap(), "channel");
}

/// The asynchronous handler of the same service, by the same types.
struct Later;

impl crate::golden::options_blocking::base::Base for Later {
    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
    async fn whoami(&self, loud: bool) -> Result<String, Error> {
        Handler.whoami(loud)
    }
}

impl AsyncStore for Later {
    async fn find(&self, key: String, least: i32) -> Result<i32, StoreFindError> {
        Handler.find(key, least)
    }
    async fn entries(&self, keys: Vec<String>, order: Order, after: Entry) -> Result<Vec<Entry>, Error> {
        Handler.entries(keys, order, after)
    }
    async fn forget(&self, _: String) -> Result<(), Error> {
        Ok(())
    }
    async fn clear(&self) -> Result<(), StoreClearError> {
        Handler.clear()
    }
    async fn channel_(&self) -> Result<String, Error> {
        Handler.channel_()
    }
}

#[tokio::test]
async fn types_and_errors_are_those_of_the_asynchronous_service() {
    use crate::golden::options_blocking::blocking::{StoreClient, StoreServer};
    let client = StoreClient::new(StoreServer::new(Later));
    assert_eq!(client.find("key", 7).await.unwrap(), 7);
    assert!(matches!(client.find("missing", 1).await, Err(StoreFindError::Missing(_))));
}

struct Counter;

impl only::Counter for Counter {
    fn add(&self, amount: i32) -> Result<i32, CounterAddError> {
        amount.checked_add(1).ok_or_else(|| TooLarge { limit: Some(i32::MAX) }.into())
    }
}

#[test]
fn there_may_be_no_other_services() {
    let client = only::CounterClient::new(only::CounterServer::new(Counter));
    assert_eq!(client.add(1).unwrap(), 2);
    assert!(matches!(client.add(i32::MAX), Err(CounterAddError::TooLarge(_))));
}
