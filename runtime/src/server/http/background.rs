//! Handlers of oneway requests over HTTP that run on when their clients have been answered.

use crate::log::log;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::{JoinError, JoinSet};

/// Tasks that run by themselves until the last clone of this is dropped, or to their end if they are detached.
#[derive(Clone)]
pub(super) struct Background(Arc<Tasks>);

struct Tasks {
    running: Mutex<JoinSet<()>>,
    /// So many at a time: who asks without end is made to wait.
    most: usize,
    is_detached: bool,
}

impl Background {
    /// Tasks that end with what they belong to.
    pub(super) fn new(most: usize) -> Self {
        Self(Arc::new(Tasks { running: Mutex::default(), most, is_detached: false }))
    }

    /// Tasks that nobody waits for.
    pub(super) fn detached(most: usize) -> Self {
        Self(Arc::new(Tasks { running: Mutex::default(), most, is_detached: true }))
    }

    /// Has the work done from here on. It is given back when there is too much of it already.
    pub(super) fn spawn<F>(&self, work: F) -> Option<F>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let mut running = self.0.running();
        while let Some(ended) = running.try_join_next() {
            report(ended);
        }
        if running.len() >= self.0.most {
            return Some(work);
        }
        running.spawn(async move {
            work.await;
        });
        None
    }

    /// Waits until all is done: what oneway requests asked for, also when their client has left.
    pub(super) async fn finish(self) {
        let mut running = std::mem::take(&mut *self.0.running());
        while let Some(ended) = running.join_next().await {
            report(ended);
        }
    }
}

fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        log!(ERROR, "a oneway request failed: {error}");
    }
}

impl Tasks {
    fn running(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        if self.is_detached {
            self.running().detach_all();
        }
    }
}
