//! The Rust handler of `Cross`, and a server of it for one test.

use super::golden::cross::{
    Choice, Cross, CrossCheckError, CrossFindError, CrossServer, Everything, Id, Level, Named, NotFound, Refused,
    Second,
};
use super::golden::ids::Ids;
use super::sample;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Mutex, mpsc};
use std::thread::{self, JoinHandle};
use thrift_runtime::codegen::{Bytes, Uuid};
use thrift_runtime::{Error, Server};
use tokio::sync::oneshot;

/// How many notes are kept.
const KEPT: usize = 1_000;

/// Answers as the comments in cross.thrift say.
#[derive(Debug, Default)]
pub(crate) struct Handler {
    notes: Mutex<VecDeque<String>>,
}

impl Named for Handler {
    async fn name(&self) -> Result<String, Error> {
        Ok("cross".to_owned())
    }
}

impl Cross for Handler {
    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn echo_bool(&self, value: bool) -> Result<bool, Error> {
        Ok(value)
    }

    async fn echo_i8(&self, value: i8) -> Result<i8, Error> {
        Ok(value)
    }

    async fn echo_i16(&self, value: i16) -> Result<i16, Error> {
        Ok(value)
    }

    async fn echo_i32(&self, value: i32) -> Result<i32, Error> {
        Ok(value)
    }

    async fn echo_i64(&self, value: i64) -> Result<i64, Error> {
        Ok(value)
    }

    async fn echo_double(&self, value: f64) -> Result<f64, Error> {
        Ok(value)
    }

    async fn echo_string(&self, value: String) -> Result<String, Error> {
        Ok(value)
    }

    async fn echo_binary(&self, value: Bytes) -> Result<Bytes, Error> {
        Ok(value)
    }

    async fn echo_level(&self, value: Level) -> Result<Level, Error> {
        Ok(value)
    }

    async fn echo_list(&self, value: Vec<i64>) -> Result<Vec<i64>, Error> {
        Ok(value)
    }

    async fn echo_set(&self, value: BTreeSet<String>) -> Result<BTreeSet<String>, Error> {
        Ok(value)
    }

    async fn echo_map(&self, value: BTreeMap<String, i32>) -> Result<BTreeMap<String, i32>, Error> {
        Ok(value)
    }

    async fn echo_choice(&self, value: Choice) -> Result<Choice, Error> {
        Ok(value)
    }

    async fn echo_id(&self, value: Id) -> Result<Id, Error> {
        Ok(value)
    }

    async fn echo(&self, value: Everything) -> Result<Everything, Error> {
        Ok(value)
    }

    async fn nest(&self, value: Everything) -> Result<BTreeMap<Id, BTreeMap<Level, Everything>>, Error> {
        Ok(sample::nest(&value))
    }

    async fn find(&self, key: String) -> Result<String, CrossFindError> {
        if key.starts_with("missing") {
            return Err(NotFound { key: Some(key), code: Some(404) }.into());
        }
        if key.starts_with("refused") {
            return Err(Refused { message: Some(format!("{key} is refused")) }.into());
        }
        Ok(format!("name of {key}"))
    }

    async fn check(&self, code: i32) -> Result<(), CrossCheckError> {
        if code == 0 { Ok(()) } else { Err(NotFound { key: Some(String::new()), code: Some(code) }.into()) }
    }

    async fn concat(&self, left: String, right: String) -> Result<String, Error> {
        // A handler that waits: the reply is not there when it is first polled.
        tokio::task::yield_now().await;
        Ok(format!("{left}+{right}"))
    }

    async fn fail(&self) -> Result<String, Error> {
        Err(Error::internal("a handler's error that no client shall see"))
    }

    async fn note(&self, line: String) -> Result<(), Error> {
        let mut notes = self.notes.lock().unwrap();
        notes.push_back(line);
        if notes.len() > KEPT {
            notes.pop_front();
        }
        Ok(())
    }

    async fn notes(&self) -> Result<Vec<String>, Error> {
        Ok(self.notes.lock().unwrap().iter().cloned().collect())
    }
}

/// The services that stand beside `Cross`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Beside;

impl Second for Beside {
    async fn echo_string(&self, value: String) -> Result<String, Error> {
        Ok(format!("second: {value}"))
    }
}

impl Ids for Beside {
    async fn echo_uuid(&self, value: Uuid) -> Result<Uuid, Error> {
        Ok(value)
    }

    async fn echo_uuids(&self, value: BTreeMap<Uuid, Vec<Uuid>>) -> Result<BTreeMap<Uuid, Vec<Uuid>>, Error> {
        Ok(value)
    }
}

/// A server of [`Cross`] on a free port, until it is dropped.
pub(crate) struct CrossService {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl CrossService {
    /// Serves from a thread of its own, since the test's waits for a program.
    pub(crate) fn start() -> Self {
        let (stop, stopped) = oneshot::channel();
        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::bind("127.0.0.1:0").await.unwrap();
                sender.send(server.local_addr().unwrap()).unwrap();
                tokio::select! {
                    served = server.serve(CrossServer::new(Handler::default())) => served.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        let address = receiver.recv().expect("the server listens");
        Self { address, stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for CrossService {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().map(JoinHandle::join);
        if !thread::panicking() {
            assert!(matches!(ended, Some(Ok(()))), "the server panicked");
        }
    }
}
