//! Services without sockets: a client over a server in this process.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use thrift_runtime::{ApplicationErrorKind, Bytes, Error};

use crate::golden::exceptions::exceptions as thrown;
use crate::golden::services::services::*;

/// What the handlers wrote down.
#[derive(Default)]
struct Handler {
    lines: Mutex<Vec<String>>,
}

impl Base for Handler {
    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
    async fn new_(&self, self_: i32) -> Result<(), Error> {
        self.lines.lock().unwrap().push(format!("new {self_}"));
        Ok(())
    }
    async fn connect_(&self, r#type: i32, args: i32, handler: i32, request: i32, arguments: i32) -> Result<i32, Error> {
        Ok(r#type + 10 * args + 100 * handler + 1000 * request + 10000 * arguments)
    }
    async fn channel_(&self) -> Result<String, Error> {
        Ok("channel".to_owned())
    }
}

impl Calculator for Handler {
    async fn add(&self, left: i32, right: i32) -> Result<i32, Error> {
        left.checked_add(right).ok_or_else(|| Error::application(ApplicationErrorKind::UNKNOWN, "too large"))
    }
    async fn greet(&self, name: String, titles: Vec<String>, picture: Bytes) -> Result<String, Error> {
        Ok(format!("{} {name}, {} bytes", titles.join(" "), picture.len()))
    }
    async fn work(
        &self,
        work: Work,
        mode: Mode,
        more: BTreeMap<String, Work>,
        ids: BTreeSet<i32>,
        id: thrift_runtime::codegen::Uuid,
    ) -> Result<Work, Error> {
        let note = format!("{} {mode} {} {} {id}", work.note, more.len(), ids.len());
        Ok(Work { amount: work.amount + 1, note })
    }
    async fn choose(&self, choice: Choice) -> Result<Choice, Error> {
        match choice {
            Choice::Number(number) => Ok(Choice::Text(number.to_string())),
            other => Ok(other),
        }
    }
    async fn flag(&self, on: bool, _: i8, _: i16, _: i64, _: f64) -> Result<bool, Error> {
        Ok(!on)
    }
    async fn log(&self, line: String) -> Result<(), Error> {
        self.lines.lock().unwrap().push(line);
        Ok(())
    }
    async fn log_later(&self, line: String) -> Result<(), Error> {
        self.log(line).await
    }
    async fn reset(&self) -> Result<(), Error> {
        Err(Error::internal(std::io::Error::other("secret")))
    }
    async fn history(&self, limit: i32) -> Result<Vec<Work>, Error> {
        let lines = self.lines.lock().unwrap();
        let limit = usize::try_from(limit).unwrap();
        Ok(lines.iter().take(limit).map(|line| Work { amount: 0, note: line.clone() }).collect())
    }
}

fn client() -> CalculatorClient<CalculatorServer<Handler>> {
    CalculatorClient::new(CalculatorServer::new(Handler::default()))
}

#[tokio::test]
async fn answers_come_back() {
    let client = client();
    assert_eq!(client.add(1, 2).await.unwrap(), 3);
    let titles = ["Dr.".to_owned()];
    assert_eq!(client.greet("Ada", &titles, b"abc").await.unwrap(), "Dr. Ada, 3 bytes");
    let work = Work::new(1);
    let id = "00112233-4455-6677-8899-aabbccddeeff".parse().unwrap();
    let done = client.work(&work, Mode::SLOW, &BTreeMap::from([("w".to_owned(), work.clone())]), &BTreeSet::new(), id);
    assert_eq!(done.await.unwrap().note, "none SLOW 1 0 00112233-4455-6677-8899-aabbccddeeff");
    assert_eq!(client.choose(&Choice::Number(5)).await.unwrap(), Choice::Text("5".to_owned()));
    assert!(client.flag(false, 1, 2, 3, 4.0).await.unwrap());
}

#[tokio::test]
async fn inherited_methods_are_called_on_the_client_itself() {
    let client = client();
    client.ping().await.unwrap();
    client.new_(7).await.unwrap();
    assert_eq!(client.connect_(1, 2, 3, 4, 5).await.unwrap(), 54321);
    assert_eq!(client.channel_().await.unwrap(), "channel");
    client.log("a line").await.unwrap();
    client.log_later("another").await.unwrap();
    let lines: Vec<String> = client.history(10).await.unwrap().into_iter().map(|work| work.note).collect();
    assert_eq!(lines, ["new 7", "a line", "another"]);
}

#[tokio::test]
async fn errors_say_no_more_than_they_should() {
    let client = client();
    let error = client.add(i32::MAX, 1).await.unwrap_err();
    assert!(matches!(&error, Error::Application(error) if error.message == "too large"), "{error}");
    let error = client.reset().await.unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
    assert!(matches!(error, Error::Application(error) if error.kind == ApplicationErrorKind::INTERNAL_ERROR));
}

#[tokio::test]
async fn a_call_outlives_what_it_borrowed() {
    let client = client();
    let call = {
        let name = "Ada".to_owned();
        client.greet(&name, &[], &[])
    };
    assert_eq!(tokio::spawn(call).await.unwrap().unwrap(), " Ada, 0 bytes");
}

struct Thrower;

impl thrown::Thrower for Thrower {
    async fn nothing(&self) -> Result<(), Error> {
        Ok(())
    }
    async fn one(&self, a: i32) -> Result<i32, thrown::ThrowerOneError> {
        if a > 0 { Ok(a) } else { Err(thrown::Plain {}.into()) }
    }
    async fn many(&self, a: i32) -> Result<i32, thrown::ThrowerManyError> {
        match a {
            1 => Err(thrown::Plain {}.into()),
            2 => Err(thrown::WithMessage { message: Some("two".to_owned()), code: Some(2) }.into()),
            3 => Err(thrown::RequiredMessage::new("three".to_owned()).into()),
            4 => Err(Error::application(ApplicationErrorKind(77), "four").into()),
            _ => Ok(a),
        }
    }
    async fn twice(&self) -> Result<(), thrown::ThrowerTwiceError> {
        Err(thrown::ThrowerTwiceError::Second(thrown::WithMessage::default()))
    }
    async fn last(&self, before: thrown::WithMessage) -> Result<thrown::WithMessage, Error> {
        Ok(before)
    }
}

#[tokio::test]
async fn declared_exceptions_are_variants() {
    let client = thrown::ThrowerClient::new(thrown::ThrowerServer::new(Thrower));
    client.nothing().await.unwrap();
    assert_eq!(client.one(1).await.unwrap(), 1);
    assert!(matches!(client.one(0).await, Err(thrown::ThrowerOneError::Plain(_))));
    assert!(matches!(client.many(1).await, Err(thrown::ThrowerManyError::Plain(_))));
    let error = client.many(2).await.unwrap_err();
    assert_eq!(error.to_string(), "two");
    assert!(std::error::Error::source(&error).is_some());
    assert!(
        matches!(client.many(3).await, Err(thrown::ThrowerManyError::RequiredMessage(e)) if e.to_string() == "three")
    );
    let Err(thrown::ThrowerManyError::Other(Error::Application(error))) = client.many(4).await else { panic!() };
    assert_eq!((error.kind, &*error.message), (ApplicationErrorKind(77), "four"));
    assert!(matches!(client.twice().await, Err(thrown::ThrowerTwiceError::Second(_))));
    let exception = thrown::WithMessage { message: None, code: Some(1) };
    assert_eq!(client.last(&exception).await.unwrap(), exception);
}
