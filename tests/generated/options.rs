//! Code that is generated with options.

use crate::golden::options_client::client::{Job, QueueAddError, QueueClient};
use crate::golden::options_custom::custom::{self, Either, Kind, NotFound, ShelfGetError, Simple, Simples};
use crate::golden::options_server::server::{self, Base, Queue, QueueServer};
use crate::golden::options_types::types;
use crate::round_trip;
use thrift_runtime::Error;

struct Handler;

impl Base for Handler {
    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Queue for Handler {
    async fn add(&self, job: server::Job, priority: i32) -> Result<i64, server::QueueAddError> {
        match job.name.as_str() {
            "" => Err(server::Busy { message: Some("no name".to_owned()) }.into()),
            _ => Ok(i64::from(priority)),
        }
    }

    async fn all(&self) -> Result<Vec<server::Job>, Error> {
        Ok(vec![server::Job::new("first".to_owned())])
    }
}

#[tokio::test]
async fn a_client_alone_calls_a_server_alone() {
    let client = QueueClient::new(QueueServer::new(Handler));
    client.ping().await.unwrap();
    assert_eq!(client.add(&Job::new("a".to_owned()), 7).await.unwrap(), 7);
    let error = client.add(&Job::new(String::new()), 7).await.unwrap_err();
    assert!(matches!(error, QueueAddError::Busy(busy) if busy.message.as_deref() == Some("no name")));
    assert_eq!(client.all().await.unwrap(), [Job::new("first".to_owned())]);
}

#[test]
fn types_alone_have_constants_and_no_services() {
    assert_eq!(types::LIMIT, 3);
    assert_eq!(types::Job::new("a".to_owned()).name, "a");
    assert!(!include_str!("../golden/options-types/types.rs").contains("Queue"));
    assert!(!include_str!("../golden/options-client/client.rs").contains("Server"));
    assert!(!include_str!("../golden/options-server/server.rs").contains("Client"));
}

/// The names in Rust are chosen; those on the wire are the IDL's.
#[test]
#[allow(deprecated)]
fn names_are_chosen() {
    let plain = Simple { value: 1, value_: 2, kind: 3 };
    let copy = plain;
    assert_eq!(round_trip(&plain), copy);
    let list: Simples = vec![plain];
    assert_eq!((custom::MOST, custom::nothing.len(), list.len()), (3, 0, 1));
    assert_eq!((Kind::tiny.name(), Kind::name_.name()), (Some("SMALL"), Some("NAME")));
    assert_eq!(round_trip(&Either::Number(7)), Either::Number(7));
    assert!(round_trip(&custom::bool_ { on: true }).on);
    let error: ShelfGetError = NotFound::new("key".to_owned()).into();
    assert!(matches!(error, ShelfGetError::Gone(exception) if exception.key == "key"));
}
