//! One connection that carries many calls at a time, told apart by their sequence ids.
//!
//! Callers append their messages to one buffer and wait in a table. A task, the driver, owns the socket: it writes what has
//! gathered in one write, and hands each reply to its call. What was given up keeps its id, so that a late reply reaches
//! nobody.

mod calls;
mod driver;

use super::fault::{Failed, Fault, Outcome};
use super::outgoing::Outgoing;
use super::wrapping::Wrapping;
use crate::message::{MessageError, MessageHeader, Protocol};
use crate::transport::framed;
use bytes::Bytes;
use calls::{Calls, Entry, Waiting};
use driver::Driver;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// While so many bytes wait to be written, further messages wait outside of the buffer.
const ROOM: usize = 256 * 1024;

/// So many calls that wait for room are remembered, though they were given up.
const OUTSIDE: usize = 1000;

/// After so many calls that were given up one after another, without any message from the server, it is taken for gone.
const UNHEARD: usize = 8;

/// With so many calls given up and not answered yet, a connection takes no more of them.
const GIVEN_UP: usize = 1000;

/// The connection, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Multiplexed(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Whether further calls may be begun.
    usable: AtomicBool,
    /// How often whole messages have come.
    heard: AtomicU64,
    /// The longest message that goes behind its length. `None`: it has one already, or needs none.
    frame: Option<usize>,
    wrapping: Wrapping,
}

#[derive(Debug, Default)]
struct State {
    calls: Calls,
    /// Messages for the driver to write.
    output: Vec<u8>,
    /// How many bytes there were in `output` since the beginning.
    appended: u64,
    /// Calls for whose messages there is no room.
    outside: VecDeque<Entry>,
    /// How many calls were given up one after another while nothing came, and how often something had come before.
    unheard: (usize, u64),
    /// Where oneway messages end.
    oneways: VecDeque<(Entry, u64)>,
    /// The driver, unless it is awake.
    driver: Option<Waker>,
    /// Why the connection ends.
    ended: Option<Fault>,
}

impl Multiplexed {
    /// Has a task of the present runtime drive the stream, of which is said whether it may send a part of what it takes before
    /// it fails to take it, as TLS and compression do. Without calls for `idle_timeout`, or a quarter more, it closes.
    pub(super) fn spawn<S>(stream: S, transforms: bool, wrapping: Wrapping, idle_timeout: Duration) -> Self
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (framing, frame) = (wrapping.framing(), wrapping.frame_limit());
        let (state, usable) = (Mutex::default(), AtomicBool::new(true));
        let shared = Arc::new(Shared { state, usable, heard: AtomicU64::new(0), frame, wrapping });
        tokio::spawn(Driver::new(stream, transforms, framing, Arc::clone(&shared), idle_timeout).run());
        Self(shared)
    }

    /// Whether it takes further calls.
    pub(super) fn is_usable(&self) -> bool {
        self.0.usable.load(Ordering::Acquire)
    }

    /// Ends the connection and all its calls.
    pub(super) fn end(&self, fault: Fault) {
        self.0.end(fault);
    }

    /// Sends a request and awaits what comes of it.
    ///
    /// # Errors
    /// With whether the request was surely not sent.
    pub(super) fn exchange<'m>(&'m self, request: &'m Outgoing) -> Exchange<'m> {
        Exchange { shared: &self.0, request, entry: None }
    }
}

impl Drop for Multiplexed {
    fn drop(&mut self) {
        self.0.end(Fault::Closed);
    }
}

/// One call, from its entry to its end.
pub(super) struct Exchange<'m> {
    shared: &'m Shared,
    request: &'m Outgoing,
    /// Where it is found, from its entry until it has learnt how it ended.
    entry: Option<Entry>,
}

impl Future for Exchange<'_> {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let Some(entry) = self.entry else {
            self.begin(cx.waker())?;
            return Poll::Pending;
        };
        let outcome = ready!(self.shared.lock().calls.poll(entry, cx.waker()));
        self.entry = None;
        let Outgoing { protocol, sequence_id, .. } = *self.request;
        Poll::Ready(match outcome {
            Ok(Some(reply)) if entry.id != sequence_id => {
                let reply = renumber(protocol, &reply, sequence_id);
                reply.map(Some).map_err(|error| Failed { fault: Fault::Message(error), unsent: false })
            }
            outcome => outcome,
        })
    }
}

impl Exchange<'_> {
    fn begin(&mut self, waker: &Waker) -> Result<(), Failed> {
        let Self { shared, request, .. } = *self;
        // Compressing takes its time, which is not for others to wait.
        let mut message = shared.wrap(request, &request.message).map_err(invalid)?;
        let mut state = shared.lock();
        let entry = shared.enter(&mut state, request, waker)?;
        self.entry = Some(entry);
        if entry.id != request.sequence_id {
            drop(state);
            let renumbered = renumber(request.protocol, &request.message, entry.id).map_err(invalid)?;
            message = Cow::Owned(shared.wrap(request, &renumbered).map_err(invalid)?.into_owned());
            state = shared.lock();
        }
        shared.submit(&mut state, entry, request, message);
        let driver = state.driver.take();
        drop(state);
        wake(driver);
        Ok(())
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.entry {
            let mut state = self.shared.lock();
            if let Some(heard) = state.calls.abandon(entry) {
                self.shared.note_given_up(&mut state, heard);
            }
            let driver = if self.shared.is_worn_out(&state) { state.driver.take() } else { None };
            drop(state);
            wake(driver);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is written for a message, but for its length.
    fn wrap<'m>(&self, request: &Outgoing, message: &'m [u8]) -> Result<Cow<'m, [u8]>, MessageError> {
        match self.frame {
            Some(limit) if message.len() > limit => Err(MessageError::FrameTooLarge { length: message.len(), limit }),
            _ => Ok(self.wrapping.wrap(request, message)?.map_or(Cow::Borrowed(message), Cow::Owned)),
        }
    }

    /// Enters a call.
    fn enter(&self, state: &mut State, request: &Outgoing, waker: &Waker) -> Result<Entry, Failed> {
        if let Some(fault) = &state.ended {
            return Err(Failed { fault: fault.clone(), unsent: true });
        }
        if !self.usable.load(Ordering::Acquire) {
            return Err(Failed { fault: Fault::Closed, unsent: true });
        }
        let Outgoing { protocol, oneway, deadline, .. } = *request;
        let (waker, heard) = (waker.clone(), self.heard.load(Ordering::Relaxed));
        let call = Waiting { waker, deadline, protocol, start: None, message: None, oneway, heard };
        Ok(state.calls.enter(request.sequence_id, &request.method, call))
    }

    /// Appends the wrapped message of a call, if there is room.
    fn submit(&self, state: &mut State, entry: Entry, request: &Outgoing, message: Cow<'_, [u8]>) {
        if state.output.len() < ROOM && state.outside.is_empty() {
            return self.append(state, entry, &message);
        }
        let message = match message {
            Cow::Owned(wrapped) => wrapped.into(),
            Cow::Borrowed(_) => request.message.to_bytes(),
        };
        state.calls.keep(entry, message);
        state.outside.push_back(entry);
        if state.outside.len() > OUTSIDE.max(2 * state.calls.waiting()) {
            let State { outside, calls, .. } = state;
            outside.retain(|entry| calls.is_kept(*entry));
        }
    }

    /// A call was given up that was written, and has waited while `heard` did not change. Many in a row without any message
    /// from the server mean that it is gone without a word.
    fn note_given_up(&self, state: &mut State, heard: u64) {
        if heard != self.heard.load(Ordering::Relaxed) {
            return;
        }
        state.unheard = match state.unheard {
            (count, since) if since == heard => (count + 1, heard),
            _ => (1, heard),
        };
        if state.unheard.0 >= UNHEARD {
            self.retire();
        }
    }

    /// Appends the message of a call, unless nobody waits for it any more.
    fn append(&self, state: &mut State, entry: Entry, message: &[u8]) {
        let before = state.output.len();
        let Some(&Waiting { oneway, .. }) = state.calls.start(entry, state.appended) else { return };
        if self.frame.is_some() {
            state.output.extend_from_slice(&framed::prefix(message.len()).unwrap_or_default());
        }
        state.output.extend_from_slice(message);
        state.appended += (state.output.len() - before) as u64;
        if oneway {
            state.oneways.push_back((entry, state.appended));
        }
    }

    /// Lets messages into the buffer that have waited for room.
    fn admit(&self, state: &mut State) {
        while state.output.len() < ROOM
            && let Some(entry) = state.outside.pop_front()
        {
            if let Some(message) = state.calls.kept(entry) {
                self.append(state, entry, &message);
            }
        }
    }

    /// Whether the connection takes no more calls, and has none. It takes none when too many were given up.
    fn is_worn_out(&self, state: &State) -> bool {
        if state.calls.given_up() >= GIVEN_UP {
            self.retire();
        }
        state.calls.waiting() == 0 && !self.usable.load(Ordering::Acquire)
    }

    /// Takes no more calls; those that wait go on.
    fn retire(&self) {
        self.usable.store(false, Ordering::Release);
    }

    fn end(&self, fault: Fault) {
        let mut state = self.lock();
        self.retire();
        state.ended.get_or_insert(fault);
        let driver = state.driver.take();
        drop(state);
        wake(driver);
    }
}

impl State {
    /// So many bytes were written. Returns who waits for no more than that.
    fn written(&mut self, count: u64) -> Vec<Waker> {
        let mut wakers = Vec::new();
        while let Some(&(entry, end)) = self.oneways.front()
            && end <= count
        {
            self.oneways.pop_front();
            wakers.extend(self.calls.written(entry));
        }
        wakers
    }
}

/// The request cannot be sent on any connection.
fn invalid(error: MessageError) -> Failed {
    Failed { fault: Fault::Message(error), unsent: true }
}

/// Writes a message again, with another sequence id.
fn renumber(protocol: Protocol, message: &[u8], sequence_id: i32) -> Result<Bytes, MessageError> {
    let (header, _) = protocol.read_header(message)?;
    protocol.with_header(message, MessageHeader { sequence_id, ..header }).map(Bytes::from)
}

/// Not to be called with the lock held: what is woken wants it.
fn wake(wakers: impl IntoIterator<Item = Waker>) {
    for waker in wakers {
        waker.wake();
    }
}

#[cfg(all(test, feature = "zlib"))]
mod tests;
