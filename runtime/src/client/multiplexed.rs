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
use calls::{Calls, Waiting};
use driver::Driver;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// While so many bytes wait to be written, further messages wait outside of the buffer.
const ROOM: usize = 256 * 1024;

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
    /// How many calls there have been.
    tickets: u64,
    /// Messages for the driver to write.
    output: Vec<u8>,
    /// How many bytes there were in `output` since the beginning.
    appended: u64,
    /// Messages for which there is no room.
    outside: VecDeque<(Entry, Bytes)>,
    /// Where oneway messages end.
    oneways: VecDeque<(Entry, u64)>,
    /// The driver, unless it is awake.
    driver: Option<Waker>,
    /// Why the connection ends.
    ended: Option<Fault>,
}

/// Where a call is found in the table.
#[derive(Clone, Copy, Debug)]
struct Entry {
    id: i32,
    /// Tells apart the calls that have the same id one after another.
    ticket: u64,
    oneway: bool,
}

impl Multiplexed {
    /// Has a task of the present runtime drive the stream. Without calls for `idle_timeout`, or a quarter more, it closes.
    pub(super) fn spawn<S>(stream: S, wrapping: Wrapping, idle_timeout: Duration) -> Self
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (framing, frame) = (wrapping.framing(), wrapping.frame_limit());
        let (state, usable) = (Mutex::default(), AtomicBool::new(true));
        let shared = Arc::new(Shared { state, usable, heard: AtomicU64::new(0), frame, wrapping });
        tokio::spawn(Driver::new(stream, framing, Arc::clone(&shared), idle_timeout).run());
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
    pub(super) async fn exchange(&self, request: &Outgoing) -> Outcome {
        let mut exchange = Exchange { shared: &self.0, id: None };
        let reply = poll_fn(|cx| exchange.poll(request, cx)).await?;
        match (reply, exchange.id) {
            (Some(reply), Some(id)) if id != request.sequence_id => {
                let reply = renumber(request.protocol, &reply, request.sequence_id);
                reply.map(Some).map_err(|error| Failed { fault: Fault::Message(error), unsent: false })
            }
            (reply, _) => Ok(reply),
        }
    }
}

impl Drop for Multiplexed {
    fn drop(&mut self) {
        self.0.end(Fault::Closed);
    }
}

/// One call, from its entry to its end.
struct Exchange<'m> {
    shared: &'m Shared,
    /// Its id on the connection, once it is entered.
    id: Option<i32>,
}

impl Exchange<'_> {
    fn poll(&mut self, request: &Outgoing, cx: &mut Context<'_>) -> Poll<Outcome> {
        match self.id {
            Some(id) => self.shared.lock().calls.poll(id, cx.waker()),
            None => {
                self.begin(request, cx.waker())?;
                Poll::Pending
            }
        }
    }

    fn begin(&mut self, request: &Outgoing, waker: &Waker) -> Result<(), Failed> {
        // Compressing takes its time, which is not for others to wait.
        let message = self.shared.wrap(request, request.message.clone()).map_err(invalid)?;
        let mut state = self.shared.lock();
        let id = self.shared.submit(&mut state, request, message, waker)?;
        self.id = Some(id);
        let driver = state.driver.take();
        drop(state);
        wake(driver);
        Ok(())
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let mut state = self.shared.lock();
            state.calls.abandon(id);
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
    fn wrap(&self, request: &Outgoing, message: Bytes) -> Result<Bytes, MessageError> {
        match self.frame {
            Some(limit) if message.len() > limit => Err(MessageError::FrameTooLarge { length: message.len(), limit }),
            _ => self.wrapping.wrap(request, message),
        }
    }

    /// Enters a call and appends its wrapped message, if there is room. Returns the call's id.
    fn submit(&self, state: &mut State, request: &Outgoing, message: Bytes, waker: &Waker) -> Result<i32, Failed> {
        if let Some(fault) = &state.ended {
            return Err(Failed { fault: fault.clone(), unsent: true });
        }
        if !self.usable.load(Ordering::Acquire) {
            return Err(Failed { fault: Fault::Closed, unsent: true });
        }
        state.tickets += 1;
        let (ticket, oneway, deadline) = (state.tickets, request.oneway, request.deadline);
        let heard = self.heard.load(Ordering::Relaxed);
        let (waker, protocol, method) = (waker.clone(), request.protocol, Arc::clone(&request.method));
        let call = Waiting { waker, deadline, protocol, method, ticket, start: None, oneway, heard };
        let id = state.calls.enter(request.sequence_id, call);
        let message = if id == request.sequence_id {
            message
        } else {
            let renumbered = renumber(request.protocol, &request.message, id);
            renumbered.and_then(|message| self.wrap(request, message)).map_err(|error| {
                state.calls.abandon(id);
                invalid(error)
            })?
        };
        let entry = Entry { id, ticket, oneway };
        if state.output.len() < ROOM && state.outside.is_empty() {
            self.append(state, entry, &message);
        } else {
            state.outside.push_back((entry, message));
        }
        Ok(id)
    }

    /// Appends the message of a call, unless nobody waits for it any more.
    fn append(&self, state: &mut State, entry: Entry, message: &[u8]) {
        let (start, before) = (state.appended, state.output.len());
        if !state.calls.start(entry.id, entry.ticket, start) {
            return;
        }
        if self.frame.is_some() {
            state.output.extend_from_slice(&framed::prefix(message.len()).unwrap_or_default());
        }
        state.output.extend_from_slice(message);
        state.appended += (state.output.len() - before) as u64;
        if entry.oneway {
            state.oneways.push_back((entry, state.appended));
        }
    }

    /// Lets messages into the buffer that have waited for room.
    fn admit(&self, state: &mut State) {
        while state.output.len() < ROOM
            && let Some((entry, message)) = state.outside.pop_front()
        {
            self.append(state, entry, &message);
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
            wakers.extend(self.calls.written(entry.id, entry.ticket));
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
