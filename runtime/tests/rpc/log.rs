//! What the library logs.

use std::fmt;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Metadata, Subscriber};

/// Keeps the lines of this thread from here on.
pub(crate) struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    _guard: DefaultGuard,
}

impl Log {
    pub(crate) fn start() -> Self {
        let lines = Arc::default();
        let guard = set_default(Lines(Arc::clone(&lines)));
        Self { lines, _guard: guard }
    }

    /// Waits for a line with these words, and takes all up to it.
    pub(crate) async fn expect(&self, words: &str) {
        super::soon(async {
            while !self.take(words) {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        })
        .await;
    }

    fn take(&self, words: &str) -> bool {
        let mut lines = self.lines.lock().unwrap();
        let found = lines.iter().position(|line| line.contains(words));
        found.map(|at| lines.drain(..=at)).is_some()
    }
}

/// Shows what there was instead of the expected line.
impl Drop for Log {
    fn drop(&mut self) {
        println!("{:#?}", self.lines.lock().unwrap());
    }
}

struct Lines(Arc<Mutex<Vec<String>>>);

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("thrift_runtime")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, _: &Field, value: &dyn fmt::Debug) {
        self.0 += &format!(" {value:?}");
    }
}
