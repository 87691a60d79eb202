//! Code that is generated with options.

use crate::golden::options_choices::annotated::choices::{self, Blob};
use crate::golden::options_client::client::{Job, QueueAddError, QueueClient};
use crate::golden::options_custom::custom::{self, Either, Kind, NotFound, ShelfGetError, Simple, Simples};
use crate::golden::options_extern::user;
use crate::golden::options_keys::keys;
use crate::golden::options_server::server::{self, Base, Queue, QueueServer};
use crate::golden::options_shared::made::of::shared;
use crate::golden::options_types::types;
use crate::golden::options_unknown::unknown;
use crate::round_trip;
use std::hash::Hash;
use thrift_runtime::{Bytes, Error, binary, json};

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

/// What a binary is can differ from one field to the next; on the wire it does not.
#[test]
fn bytes_are_vectors_where_that_is_chosen() {
    let blob = Blob::new(b"data".to_vec());
    let (given, list, parts): (&Vec<u8>, &Vec<Vec<u8>>, &Vec<Bytes>) = (&blob.given, &blob.list, &blob.parts);
    assert_eq!((given.as_slice(), list.len(), parts.len()), (b"abc".as_slice(), 2, 1));
    assert_eq!(
        (blob.copied.as_slice(), blob.other.as_slice()),
        (&[Bytes::from("a"), "b".into()][..], &[b"c".to_vec()][..])
    );
    let shared: &Option<Bytes> = &blob.shared;
    assert_eq!((shared.as_deref(), blob.alias.as_ref()), (Some(b"shared".as_slice()), b"alias".as_slice()));
    assert_eq!(round_trip(&blob), blob);
    assert_eq!(json::from_slice::<Blob>(&json::to_vec(&blob).unwrap()).unwrap(), blob);
    assert_eq!(choices::BLOB.list, [b"c"]);
    assert_eq!(choices::BYTES, b"const\n");
    assert_eq!(round_trip(&choices::Either::Bytes(vec![1])), choices::Either::Bytes(vec![1]));
    let empty: Blob = binary::from_slice(&binary::to_vec(&Blob::new(Vec::new())).unwrap()).unwrap();
    assert!(empty.data.is_empty());
}

/// Types that are no keys have no order, and equality of doubles is Rust's.
#[test]
fn only_keys_have_an_order() {
    fn is_key<T: Ord + Hash>() {}
    is_key::<keys::Key>();
    is_key::<keys::Inner>();
    is_key::<keys::Innermost>();
    is_key::<keys::Deep>();
    is_key::<keys::Argument>();
    let nan = keys::Plain { number: f64::NAN, ..Default::default() };
    assert_ne!(nan, nan);
    let key = keys::Key { number: f64::NAN, ..Default::default() };
    assert_eq!(round_trip(&key), key);
    let generated = include_str!("../golden/options-keys/keys.rs");
    for (derives, name) in [
        ("Clone, Debug, Default, PartialEq", "Plain"),
        ("Clone, Debug, Default, PartialEq, Eq, Hash", "Wanted"),
        ("Clone, Debug, Default", "Deep"),
        ("Clone, Debug, Default", "Key"),
    ] {
        assert!(generated.contains(&format!("#[derive({derives})]\npub struct {name} {{")), "{name}");
    }
}

/// The type that stands for one of the IDL of `options-extern`, which is of another part of the crate.
pub(crate) type Mine = keys::Argument;

/// A service that the IDL of `options-extern` does not generate, in a module that is called like a keyword.
pub(crate) mod r#gen {
    pub(crate) use crate::golden::options_client::client::BaseClient as ThereClient;
    pub(crate) use crate::golden::options_server::server::{Base as There, BaseServer as ThereServer};
}

struct Shared;

impl shared::Base for Shared {
    async fn r#move(&self, from: shared::Point, level: shared::Level) -> Result<shared::Point, shared::BaseMoveError> {
        match level {
            shared::Level::HIGH => Ok(shared::Point { y: from.y + 1, ..from }),
            _ => Err(shared::Lost::default().into()),
        }
    }
}

impl user::User for Shared {
    async fn shape(
        &self,
        shape: shared::Shape,
        points: Vec<shared::Point>,
    ) -> Result<shared::Shape, user::UserShapeError> {
        if points.is_empty() { Err(shared::Lost::default().into()) } else { Ok(shape) }
    }
}

/// Two crates share the types and services of a file that one of them generates.
#[tokio::test]
async fn files_of_another_crate_are_named_there() {
    let own = user::Own::new(shared::Point::new(1));
    assert_eq!((&own.origin, own.level), (&shared::Point { x: 0, y: 5 }, shared::Level::HIGH));
    assert_eq!(own.levels, [shared::Level::LOW]);
    assert_eq!(own.shapes[&shared::Point::new(1)], shared::Shape::Point(shared::Point::new(2)));
    assert_eq!(own.elsewhere.number, Some(1));
    assert_eq!(round_trip(&own), own);

    let client = user::UserClient::new(user::UserServer::new(Shared));
    assert_eq!(client.r#move(&shared::Point::new(1), shared::Level::HIGH).await.unwrap(), shared::Point { x: 1, y: 6 });
    assert!(matches!(
        client.r#move(&shared::Point::new(1), shared::Level::LOW).await,
        Err(shared::BaseMoveError::Lost(_))
    ));
    let shape = shared::Shape::Points(vec![shared::Point::new(1)]);
    assert_eq!(client.shape(&shape, &[shared::Point::new(1)]).await.unwrap(), shape);
    assert!(matches!(client.shape(&shape, &[]).await, Err(user::UserShapeError::Lost(_))));
}

/// A struct that keeps unknown fields is made as any other.
#[test]
fn constants_have_no_unknown_fields() {
    assert_eq!(*unknown::EMPTY, unknown::Empty::default());
    assert_eq!((unknown::BLOB.blob.as_deref(), unknown::BLOB.unknown_fields.is_empty()), (Some(&b"a"[..]), true));
    assert_eq!(*unknown::HOLDER, unknown::Holder::new(unknown::OlderChoice::Number(1)));
    let error = NotFound { unknown_fields: Default::default(), key: "a".to_owned() };
    assert_eq!(round_trip(&error), error);
}
