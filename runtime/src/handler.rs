//! Runs a handler so that whatever it does, its own call is all that fails.

use crate::context::Metadata;
use crate::log::log;
use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

/// Starts a handler, runs it and makes something of its result: with the request's metadata in reach. An error says what
/// the handler did instead: that it panicked, or took too long. Everything that is the handler's is dropped in here, too, where a panic harms nobody else.
pub(crate) async fn run<R: Future, T>(
    metadata: Metadata,
    timeout: Option<Duration>,
    start: impl FnOnce() -> R,
    finish: impl Fn(R::Output) -> T,
) -> Result<T, String> {
    // No part of another future: one that panics would drop it while it unwinds, where a second panic ends the program.
    let mut handler = Contained(pin!(None));
    let mut start = Some(start);
    let running = poll_fn(|cx| {
        let step = || {
            if let Some(start) = start.take() {
                handler.0.set(Some(start()));
            }
            match handler.0.as_mut().as_pin_mut() {
                Some(running) => running.poll(cx).map(&finish),
                None => Poll::Pending,
            }
        };
        match caught(&metadata, step) {
            Ok(poll) => poll.map(Ok),
            // Nothing of the handler is used after a panic: its future is dropped, unpolled.
            Err(why) => Poll::Ready(Err(why)),
        }
    });
    match timeout {
        #[cfg(feature = "rpc")]
        // In a box, as it would be the largest part of a handler that is given any time.
        Some(limit) => match Box::pin(tokio::time::timeout(limit, running)).await {
            Ok(done) => done,
            Err(_) => Err(format!("took longer than {limit:?}")),
        },
        _ => running.await,
    }
}

/// Takes one step of a handler, which may be all of it, with the request's metadata in reach. An error says that it panicked.
pub(crate) fn caught<T>(metadata: &Metadata, step: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(|| metadata.scope(step))).map_err(panicked)
}

/// A future whose panic, when it is dropped, goes no further.
struct Contained<'a, F>(Pin<&'a mut Option<F>>);

impl<F> Drop for Contained<'_, F> {
    fn drop(&mut self) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| self.0.set(None))) {
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
