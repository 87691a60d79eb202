//! Runs a handler so that whatever it does, its own call is all that fails.

use crate::context::Metadata;
use crate::log::log;
use crate::request::Request;
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

/// What has come of a handler that was started.
pub(crate) enum Started<T, R> {
    /// It is done, and this was made of its result. An error says what it did instead.
    Done(Result<T, String>),
    Waits(Handler<R>),
}

impl<R: Future> Handler<R> {
    /// Starts a handler and polls it, since most are done at once, and makes something of its result: with the request's
    /// metadata in reach. An error says what the handler did instead: that it panicked, or took too long. Everything that is
    /// the handler's is dropped in here, too, where a panic harms nobody else.
    // What goes through a function's result is copied, which takes as long here as all else that is done.
    #[inline(always)]
    pub(crate) fn start<T>(
        request: &Request<'_>,
        start: impl FnOnce() -> R,
        finish: impl FnOnce(R::Output) -> T,
    ) -> Started<T, R> {
        let deadline = request.deadline();
        let bounded = deadline.map(|deadline| request.metadata().clone().with_deadline(deadline.at));
        let metadata = bounded.as_ref().unwrap_or(request.metadata());
        let mut running = Contained(None);
        let begin = || {
            let running = running.0.insert(Box::pin(start()));
            // Who waits for it is not known yet. One that is not done is polled again by those.
            running.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        };
        match step(metadata, begin, finish) {
            Poll::Ready(done) => Started::Done(done),
            Poll::Pending => Started::Waits(Self { metadata: metadata.clone(), deadline, running }),
        }
    }

    /// Runs it to its end.
    pub(crate) async fn run<T>(mut self, mut finish: impl FnMut(R::Output) -> T) -> Result<T, String> {
        let deadline = self.deadline;
        let running = poll_fn(|cx| {
            let Self { metadata, running, .. } = &mut self;
            let go_on = || running.0.as_mut().map_or(Poll::Pending, |running| running.as_mut().poll(cx));
            step(metadata, go_on, &mut finish)
        });
        match deadline {
            #[cfg(feature = "rpc")]
            // In a box, as it would be the largest part of a handler that is given any time.
            Some(Deadline { at, limit }) => {
                let left = at.saturating_duration_since(Instant::now());
                match Box::pin(tokio::time::timeout(left, running)).await {
                    Ok(done) => done,
                    Err(_) => Err(format!("took longer than {limit:?}")),
                }
            }
            _ => running.await,
        }
    }
}

/// Takes one step of a handler, in the scope of its request's metadata. Nothing of one is used after a panic: its future is
/// dropped, unpolled.
#[inline(always)]
fn step<O, T>(
    metadata: &Metadata,
    poll: impl FnOnce() -> Poll<O>,
    finish: impl FnOnce(O) -> T,
) -> Poll<Result<T, String>> {
    let mut done = None;
    let step = || {
        if let Poll::Ready(output) = poll() {
            done = Some(finish(output));
        }
    };
    match (caught(metadata, step), done) {
        (Ok(()), None) => Poll::Pending,
        (Ok(()), Some(done)) => Poll::Ready(Ok(done)),
        (Err(why), _) => Poll::Ready(Err(why)),
    }
}

/// Takes one step of a handler, which may be all of it, with the request's metadata in reach. An error says that it panicked.
#[inline(always)]
pub(crate) fn caught<T>(metadata: &Metadata, step: impl FnOnce() -> T) -> Result<T, String> {
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
