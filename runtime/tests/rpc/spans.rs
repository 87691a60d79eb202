//! A subscriber of `tracing` that keeps the spans of calls as text.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Event, Metadata, Subscriber};

/// The spans in the order of their beginning, and the events with the span that they were in.
#[derive(Clone, Default)]
pub(crate) struct Spans(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    spans: Vec<Fields>,
    entered: Vec<u64>,
    events: Vec<(Option<u64>, String)>,
}

pub(crate) type Fields = BTreeMap<String, String>;

impl Spans {
    /// Keeps what happens on this thread from here on, while the guard lives.
    pub(crate) fn listen() -> (Self, DefaultGuard) {
        // With a single subscriber, tracing asks the one of the thread that comes first to a line whether the line is of
        // interest, and keeps the answer: that thread may be another test's, which has none. With two it asks both.
        static SECOND: OnceLock<Dispatch> = OnceLock::new();
        SECOND.get_or_init(|| Dispatch::new(Self::default()));
        let spans = Self::default();
        let guard = tracing::subscriber::set_default(spans.clone());
        (spans, guard)
    }

    /// The fields of all spans named `rpc`.
    pub(crate) fn calls(&self) -> Vec<Fields> {
        let state = self.0.lock().unwrap();
        state.spans.iter().filter(|span| span["span"] == "rpc").cloned().collect()
    }

    /// What was logged within the call.
    pub(crate) fn events_of(&self, call: usize) -> Vec<String> {
        let state = self.0.lock().unwrap();
        let calls: Vec<usize> = (0..state.spans.len()).filter(|&at| state.spans[at]["span"] == "rpc").collect();
        let id = calls[call] as u64 + 1;
        state.events.iter().filter(|(span, _)| *span == Some(id)).map(|(_, text)| text.clone()).collect()
    }
}

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut state = self.0.lock().unwrap();
        let mut fields = Fields::from([("span".to_owned(), span.metadata().name().to_owned())]);
        span.record(&mut Text(&mut fields));
        state.spans.push(fields);
        Id::from_u64(state.spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        values.record(&mut Text(&mut self.0.lock().unwrap().spans[span.into_u64() as usize - 1]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Text(&mut fields));
        let mut state = self.0.lock().unwrap();
        let span = state.entered.last().copied();
        state.events.push((span, fields.remove("message").unwrap_or_default()));
    }

    fn enter(&self, span: &Id) {
        self.0.lock().unwrap().entered.push(span.into_u64());
    }

    fn exit(&self, _: &Id) {
        self.0.lock().unwrap().entered.pop();
    }
}

struct Text<'a>(&'a mut Fields);

impl Visit for Text<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = self.0.entry(field.name().to_owned()).or_default();
        text.clear();
        write!(text, "{value:?}").unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}
