//! Calls, by several tasks at a bounded rate, of which every answer is checked.

use crate::backend::hash;
use crate::generated::hasher::{Hashed, HasherClient};
use crate::{Error, PATIENCE};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use thrift_runtime::Processor;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const TASKS: usize = 16;

/// The pause of a task between two calls.
const PAUSE: Duration = Duration::from_millis(5);

/// What has come of the calls so far.
#[derive(Clone, Default)]
pub(crate) struct Counts {
    pub(crate) calls: usize,
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    pub(crate) failed: usize,
    pub(crate) first_failure: Option<String>,
    by_process: BTreeMap<i32, usize>,
}

impl Counts {
    /// The right answers that a process has given.
    pub(crate) fn of(&self, process: i32) -> usize {
        self.by_process.get(&process).copied().unwrap_or_default()
    }

    fn add(&mut self, text: &str, answer: Result<Hashed, thrift_runtime::Error>) {
        self.calls += 1;
        let failure = match answer {
            Ok(hashed) if hashed.hash == hash(text) => {
                self.right += 1;
                *self.by_process.entry(hashed.process).or_default() += 1;
                return;
            }
            Ok(hashed) => {
                self.wrong += 1;
                format!("process {} answered {:x} to {text:?}", hashed.process, hashed.hash)
            }
            Err(error) => {
                self.failed += 1;
                format!("{text:?} failed: {error}")
            }
        };
        self.first_failure.get_or_insert(failure);
    }
}

/// Tasks that call. Dropping it aborts them.
pub(crate) struct Load {
    tasks: JoinSet<()>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    counts: Mutex<Counts>,
    stop: AtomicBool,
}

impl Load {
    pub(crate) fn start<P: Processor + Clone>(client: HasherClient<P>) -> Self {
        let (shared, mut tasks) = (Arc::<Shared>::default(), JoinSet::new());
        for task in 0..TASKS {
            tasks.spawn(call(task, client.clone(), Arc::clone(&shared)));
        }
        Self { tasks, shared }
    }

    pub(crate) fn calls(&self) -> usize {
        self.shared.counts().calls
    }

    /// Waits for what is to become of the calls.
    pub(crate) async fn wait_until(&self, condition: impl Fn(&Counts) -> bool) -> Result<(), Error> {
        let wait = async {
            while !condition(&self.shared.counts()) {
                sleep(PAUSE).await;
            }
        };
        timeout(PATIENCE, wait).await.map_err(|_| "a server that is up is not called".into())
    }

    /// Waits for the calls that are on their way, and makes no more.
    pub(crate) async fn stop(mut self) -> Result<Counts, Error> {
        self.shared.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended?;
        }
        Ok(self.shared.counts().clone())
    }
}

impl Shared {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn call<P: Processor + Clone>(task: usize, client: HasherClient<P>, shared: Arc<Shared>) {
    for number in 0.. {
        if shared.stop.load(Ordering::Relaxed) {
            return;
        }
        let text = format!("text {number} of task {task}");
        let answer = client.hash(&text).await;
        shared.counts().add(&text, answer);
        sleep(PAUSE).await;
    }
}
