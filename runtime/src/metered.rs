//! Metrics: hooks that are told of calls and connections.

use crate::application::ApplicationErrorKind;
use crate::call_outcome::{CallOutcome, watch};
use crate::processor::{Dialect, Processor};
use crate::reply::{Reply, ReplyFuture};
use crate::request::Request;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What counts and measures calls, as a client of Prometheus or OpenTelemetry does. Each hook does nothing unless it is
/// written. They are called on the way of each call, so they should be quick.
///
/// ```
/// use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
/// use thrift_runtime::{CallOutcome, FinishedCall, Metrics};
///
/// #[derive(Default)]
/// struct Counters {
///     running: AtomicI64,
///     finished: AtomicU64,
///     failed: AtomicU64,
///     microseconds: AtomicU64,
/// }
///
/// impl Metrics for Counters {
///     fn call_started(&self) {
///         self.running.fetch_add(1, Relaxed);
///     }
///     fn call_finished(&self, call: &FinishedCall<'_>) {
///         self.running.fetch_sub(1, Relaxed);
///         self.finished.fetch_add(1, Relaxed);
///         if !matches!(call.outcome, CallOutcome::Returned | CallOutcome::Exception) {
///             self.failed.fetch_add(1, Relaxed);
///         }
///         self.microseconds.fetch_add(call.duration.as_micros() as u64, Relaxed);
///     }
/// }
/// ```
///
/// A server takes it by `Server::metrics`, a client by [`Metered`].
pub trait Metrics: Send + Sync + 'static {
    /// A call begins. It finishes once, whatever happens.
    fn call_started(&self) {}

    /// A call is over.
    fn call_finished(&self, call: &FinishedCall<'_>) {
        let _ = call;
    }

    /// A client has connected to the server.
    fn connection_opened(&self) {}

    /// The connection of a client is closed.
    fn connection_closed(&self) {}
}

impl<M: Metrics + ?Sized> Metrics for Arc<M> {
    fn call_started(&self) {
        (**self).call_started();
    }
    fn call_finished(&self, call: &FinishedCall<'_>) {
        (**self).call_finished(call);
    }
    fn connection_opened(&self) {
        (**self).connection_opened();
    }
    fn connection_closed(&self) {
        (**self).connection_closed();
    }
}

/// A call that is over.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FinishedCall<'a> {
    /// The method's name as the IDL spells it; of one of several services on a port, `service:method`. `_OTHER` where there
    /// is no such method, so that clients cannot make up names without end.
    pub method: &'a str,
    /// What came of it.
    pub outcome: CallOutcome<'a>,
    /// How long it took: for a client, until the reply was there; for a server, from the request to the reply, both as
    /// whole messages.
    pub duration: Duration,
    /// The size of the request's message.
    pub request_bytes: usize,
    /// The size of the reply's message; 0 where there is none.
    pub reply_bytes: usize,
}

/// A processor whose calls are counted and measured: a connection, for the client's side. Nothing is measured, nor is the
/// clock read, where there are no metrics.
#[derive(Clone, Debug)]
pub struct Metered<P> {
    processor: P,
    hooks: Hooks,
}

impl<P: Processor> Metered<P> {
    /// Tells the metrics of each call.
    pub fn new(processor: P, metrics: impl Metrics) -> Self {
        Self::with(processor, Hooks::new(metrics))
    }

    pub(crate) fn with(processor: P, hooks: Hooks) -> Self {
        Self { processor, hooks }
    }
}

impl<P: Processor> Processor for Metered<P> {
    #[inline(always)]
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
        match &self.hooks.0 {
            None => self.processor.process(request),
            Some(metrics) => self.measured(metrics, request),
        }
    }

    fn dialect(&self) -> Dialect<'_> {
        self.processor.dialect()
    }

    fn next_sequence_id(&self) -> i32 {
        self.processor.next_sequence_id()
    }
}

impl<P: Processor> Metered<P> {
    fn measured<'h>(&'h self, metrics: &'h Arc<dyn Metrics>, request: Request<'_>) -> ReplyFuture<'h> {
        let start = Instant::now();
        let (method, request_bytes) = (request.method().to_owned(), request.message_bytes());
        metrics.call_started();
        watch(self.processor.process(request), move |outcome, reply| {
            // A server elsewhere says it in the message alone.
            let unknown = matches!(outcome, CallOutcome::Failed(ApplicationErrorKind::UNKNOWN_METHOD));
            let unknown = unknown || reply.is_some_and(Reply::names_nothing);
            let method = if unknown { "_OTHER" } else { &method };
            let (duration, reply_bytes) = (start.elapsed(), reply.map_or(0, Reply::message_bytes));
            metrics.call_finished(&FinishedCall { method, outcome, duration, request_bytes, reply_bytes });
        })
    }
}

/// The metrics, if there are any.
#[derive(Clone, Default)]
pub(crate) struct Hooks(Option<Arc<dyn Metrics>>);

impl Hooks {
    pub(crate) fn new(metrics: impl Metrics) -> Self {
        Self(Some(Arc::new(metrics)))
    }

    /// A client has connected, until what is returned is dropped.
    #[cfg(feature = "rpc")]
    pub(crate) fn connection(&self) -> OpenConnection {
        if let Some(metrics) = &self.0 {
            metrics.connection_opened();
        }
        OpenConnection(self.clone())
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "metrics" } else { "no metrics" })
    }
}

/// Tells of a connection's end.
#[cfg(feature = "rpc")]
pub(crate) struct OpenConnection(Hooks);

#[cfg(feature = "rpc")]
impl Drop for OpenConnection {
    fn drop(&mut self) {
        if let Some(metrics) = &self.0.0 {
            metrics.connection_closed();
        }
    }
}
