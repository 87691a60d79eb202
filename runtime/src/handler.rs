//! Runs a handler so that whatever it does, its own call is all that fails.

use crate::context::Metadata;
use crate::log::log;
use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// When a handler has to be done, and how long it had when it began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    pub(crate) at: Instant,
    #[cfg_attr(not(feature = "rpc"), allow(dead_code, reason = "handlers that block are not stopped"))]
    pub(crate) limit: Duration,
}

/// A handler that has begun and waits.
pub(crate) struct Handler<R> {
    metadata: Metadata,
    deadline: Option<Deadline>,
    /// No part of another future: one that panics would drop it while it unwinds, where a second panic ends the program.
    running: Contained<R>,
}

impl<R: Future> Handler<R> {
    /// Starts a handler and polls it, since most are done at once, and makes something of its result: with the request's
    /// metadata in reach. An error says what the handler did instead: that it panicked, or took too long. Everything that is
    /// the handler's is dropped in here, too, where a panic harms nobody else.
    pub(crate) fn start<T>(
        metadata: Metadata,
        deadline: Option<Deadline>,
        start: impl FnOnce() -> R,
        finish: impl FnOnce(R::Output) -> T,
    ) -> Result<Result<T, String>, Self> {
        let mut handler = Self { metadata, deadline, running: Contained(None) };
        let mut begin = Some(|| Box::pin(start()));
        // Who waits for it is not known yet. One that is not done is polled again by those.
        let polled = handler.step(&mut Context::from_waker(Waker::noop()), &mut begin, finish);
        match polled {
            Poll::Ready(done) => Ok(done),
            Poll::Pending => Err(handler),
        }
    }

    /// Runs it to its end.
    pub(crate) async fn run<T>(mut self, finish: impl Fn(R::Output) -> T) -> Result<T, String> {
        let deadline = self.deadline;
        let running = poll_fn(|cx| self.step(cx, &mut None::<fn() -> Pin<Box<R>>>, &finish));
        match deadline {
            #[cfg(feature = "rpc")]
            // In a box, as it would be the largest part of a handler that is given any time.
            Some(Deadline { at, limit }) => match Box::pin(tokio::time::timeout_at(at.into(), running)).await {
                Ok(done) => done,
                Err(_) => Err(format!("took longer than {limit:?}")),
            },
            _ => running.await,
        }
    }

    fn step<T>(
        &mut self,
        cx: &mut Context<'_>,
        begin: &mut Option<impl FnOnce() -> Pin<Box<R>>>,
        finish: impl FnOnce(R::Output) -> T,
    ) -> Poll<Result<T, String>> {
        let Self { metadata, running, .. } = self;
        let step = || {
            if let Some(begin) = begin.take() {
                running.0 = Some(begin());
            }
            match &mut running.0 {
                Some(running) => running.as_mut().poll(cx).map(finish),
                None => Poll::Pending,
            }
        };
        match caught(metadata, step) {
            Ok(poll) => poll.map(Ok),
            // Nothing of the handler is used after a panic: its future is dropped, unpolled.
            Err(why) => Poll::Ready(Err(why)),
        }
    }
}

/// Takes one step of a handler, which may be all of it, with the request's metadata in reach. An error says that it panicked.
pub(crate) fn caught<T>(metadata: &mut Metadata, step: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(|| metadata.scope(step))).map_err(panicked)
}

/// A future whose panic, when it is dropped, goes no further.
struct Contained<R>(Option<Pin<Box<R>>>);

impl<R> Drop for Contained<R> {
    fn drop(&mut self) {
        if let Some(running) = self.0.take()
            && let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(running)))
        {
            panicked_in_drop(payload);
        }
    }
}

#[cold]
fn panicked_in_drop(payload: Box<dyn Any + Send>) {
    log!(ERROR, "a handler panicked when it was dropped: {}", panic_text(payload));
}

#[cold]
fn panicked(payload: Box<dyn Any + Send>) -> String {
    format!("panicked: {}", panic_text(payload))
}

fn panic_text(payload: Box<dyn Any + Send>) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no text)").to_owned();
    // What a handler panics with may panic in its turn, and so on: then it is not dropped at all.
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(another);
    }
    text
}
