//! The task that owns the socket of a multiplexed connection.

use super::{Shared, wake};
use crate::client::fault::Fault;
use crate::client::quiet::Quiet;
use crate::message::MessageError;
use crate::transport::Framing;
use crate::transport::read::{self, Expected};
use bytes::{Buf, Bytes, BytesMut};
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::task::unconstrained;
use tokio::time::{Sleep, sleep_until, timeout};

/// Replies from here on share the memory that they were read into, if they fill at least a quarter of it; others are copied,
/// and keep nothing else alive.
const SHARE_FROM: usize = 16 * 1024;

/// When so many bytes were read, the callers have their turn: what has come is still in the CPU's caches then, and the memory
/// of large replies comes free.
const TURN: usize = 256 * 1024;

/// The bytes that one read can take at least, and the step in which the buffer of a large message grows.
const CHUNK: usize = 64 * 1024;

/// A buffer that is larger than this was grown by one large message, and is not kept.
const KEEP: usize = 128 * 1024;

/// How long a TLS connection may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

pub(super) struct Driver<S> {
    stream: S,
    /// What the stream has not taken may be sent all the same.
    transforms: bool,
    shared: Arc<Shared>,
    framing: Framing,
    input: BytesMut,
    expected: Expected,
    /// What has come as a whole, and who is to know: empty, but for their memory.
    replies: Vec<Bytes>,
    wakers: Vec<Waker>,
    /// What is being written, from `at` on.
    output: Vec<u8>,
    at: usize,
    /// How many bytes were written since the beginning.
    written: u64,
    /// Other tasks have had their turn since the driver was woken.
    has_stepped_back: bool,
    timer: Pin<Box<Sleep>>,
    quiet: Quiet,
    /// When to look the next time whether there are calls.
    look: Instant,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Driver<S> {
    pub(super) fn new(
        stream: S,
        transforms: bool,
        framing: Framing,
        shared: Arc<Shared>,
        idle_timeout: Duration,
    ) -> Self {
        let quiet = Quiet::new(idle_timeout);
        let look = Instant::now() + quiet.quarter();
        let timer = Box::pin(sleep_until(look.into()));
        Self {
            stream,
            transforms,
            shared,
            framing,
            input: BytesMut::new(),
            expected: Expected::default(),
            replies: Vec::new(),
            wakers: Vec::new(),
            output: Vec::new(),
            at: 0,
            written: 0,
            has_stepped_back: false,
            timer,
            quiet,
            look,
        }
    }

    pub(super) async fn run(mut self) {
        let fault = poll_fn(|cx| self.advance(cx)).await;
        self.fail(fault);
        let _ = timeout(GOODBYE, self.stream.shutdown()).await;
    }

    /// Does what can be done now. Ready: the connection has ended.
    fn advance(&mut self, cx: &mut Context<'_>) -> Poll<Fault> {
        match self.step(cx) {
            Ok(()) => Poll::Pending,
            Err(fault) => Poll::Ready(fault),
        }
    }

    fn step(&mut self, cx: &mut Context<'_>) -> Result<(), Fault> {
        let count = self.read_some(TURN, cx)?;
        // Callers that have just got a reply, or are ready for another reason, may have more to say: it goes with one write.
        // A call that is alone waits for nobody.
        if !std::mem::take(&mut self.has_stepped_back) && (count > 1 || self.shared.lock().calls.waiting() > 1) {
            self.has_stepped_back = true;
            cx.waker().wake_by_ref();
            return Ok(());
        }
        if let Err(fault) = self.write_all(cx) {
            // The server may have said why before it closed.
            self.read_some(usize::MAX, cx)?;
            return Err(fault);
        }
        self.look_at_the_clock(cx)
    }

    /// Writes until there is nothing left, or no room in the socket.
    fn write_all(&mut self, cx: &mut Context<'_>) -> Result<(), Fault> {
        loop {
            let is_blocked = self.write(cx).map_err(|error| Fault::broken(&error))?;
            if !self.attend(cx, is_blocked)? {
                return Ok(());
            }
        }
    }

    /// Writes what was taken from the callers. True: there is no room in the socket.
    fn write(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        while let Some(rest) = self.output.get(self.at..).filter(|rest| !rest.is_empty()) {
            let Poll::Ready(count) = Pin::new(&mut self.stream).poll_write(cx, rest)? else { return Ok(true) };
            if count == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            self.at += count;
            self.written += count as u64;
        }
        self.output.clear();
        self.at = 0;
        Ok(Pin::new(&mut self.stream).poll_flush(cx)?.is_pending())
    }

    /// Takes what the callers have appended, unless the last is not written yet. False: there is nothing to write now;
    /// who appends something will wake the driver.
    fn attend(&mut self, cx: &mut Context<'_>, is_blocked: bool) -> Result<bool, Fault> {
        let mut state = self.shared.lock();
        if let Some(fault) = &state.ended {
            return Err(fault.clone());
        }
        if self.shared.is_worn_out(&state) {
            return Err(Fault::Closed);
        }
        let mut sent = Vec::new();
        if !is_blocked {
            sent = state.written(self.written);
            self.output.shrink_to(KEEP);
            std::mem::swap(&mut self.output, &mut state.output);
            self.shared.admit(&mut state);
        }
        let goes_on = !is_blocked && !self.output.is_empty();
        if !goes_on && state.driver.is_none() {
            state.driver = Some(cx.waker().clone());
        }
        let earliest = state.calls.earliest();
        drop(state);
        wake(sent);
        if let Some(earliest) = earliest.map(Into::into)
            && earliest < self.timer.deadline()
        {
            self.timer.as_mut().reset(earliest);
        }
        Ok(goes_on)
    }

    /// Reads until nothing more is there, or it was so much, and hands over what is whole. Returns how many replies that were.
    fn read_some(&mut self, most: usize, cx: &mut Context<'_>) -> Result<usize, Fault> {
        let (mut count, mut bytes) = (0, 0);
        while bytes < most {
            match self.read(cx) {
                Poll::Pending => return Ok(count),
                Poll::Ready(Ok(0)) => return Err(Fault::Closed),
                Poll::Ready(Ok(more)) => bytes += more,
                Poll::Ready(Err(error)) => return Err(Fault::broken(&error)),
            }
            count += self.deliver()?;
        }
        cx.waker().wake_by_ref();
        Ok(count)
    }

    fn read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Self { stream, framing, input, expected, .. } = self;
        let missing = framing.least_length(input).saturating_sub(input.len());
        if expected.is_large() {
            return expected.poll_read(stream, cx, input, missing);
        }
        if input.is_empty() && input.capacity() > KEEP {
            *input = BytesMut::new();
        }
        // It grows with the bytes that come, and not with the length that the server claims.
        input.reserve(missing.clamp(CHUNK, input.len().max(CHUNK)));
        pin!(stream.read_buf(input)).poll(cx)
    }

    /// Hands over the replies that have come as a whole. Returns how many.
    fn deliver(&mut self) -> Result<usize, Fault> {
        let broken = loop {
            match self.next_reply() {
                Ok(Some(reply)) => self.replies.push(reply),
                Ok(None) => break Ok(()),
                Err(error) => break Err(Fault::Message(error)),
            }
        };
        let count = self.replies.len();
        if count == 0 {
            return broken.map(|()| 0);
        }
        self.shared.heard.fetch_add(1, Ordering::Relaxed);
        let mut state = self.shared.lock();
        let delivered = self.replies.drain(..).try_for_each(|reply| {
            self.wakers.extend(state.calls.answer(reply, self.written)?);
            Ok(())
        });
        let is_over = self.shared.is_worn_out(&state);
        drop(state);
        wake(self.wakers.drain(..));
        delivered.and(broken)?;
        if is_over { Err(Fault::Closed) } else { Ok(count) }
    }

    fn next_reply(&mut self) -> Result<Option<Bytes>, MessageError> {
        let Some(message) =
            self.framing.next(&self.input).map_err(|error| read::as_http(&self.input).unwrap_or(error))?
        else {
            return Ok(None);
        };
        let reply = if message.len() < SHARE_FROM || 4 * message.len() < self.input.capacity() {
            let reply = self.input.get(message.clone()).map(Bytes::copy_from_slice).unwrap_or_default();
            self.input.advance(message.end);
            self.expected.small();
            reply
        } else {
            let mut reply = self.expected.take(&mut self.input, message.end);
            reply.advance(message.start);
            reply
        };
        let (reply, is_last) = self.shared.wrapping.unwrap(reply)?;
        if is_last {
            self.shared.retire();
        }
        Ok(Some(reply))
    }

    /// Ends the calls whose time is over, and the connection when it is idle.
    fn look_at_the_clock(&mut self, cx: &mut Context<'_>) -> Result<(), Fault> {
        // Also when reading and writing have used up all that the task may do in one turn: they may do so in each.
        while Pin::new(&mut unconstrained(self.timer.as_mut())).poll(cx).is_ready() {
            let now = Instant::now();
            let mut state = self.shared.lock();
            let expired = state.calls.expire(now, self.shared.heard.load(Ordering::Relaxed));
            let mut is_idle = false;
            if now >= self.look {
                is_idle = self.quiet.is_over(state.calls.begun(), state.calls.waiting());
                self.look = now + self.quiet.quarter();
            }
            if expired.silent || is_idle {
                // A peer that is gone without a word looks like one that is silent, and one that drips is no better.
                self.shared.retire();
            }
            let is_over = self.shared.is_worn_out(&state);
            let next = state.calls.earliest().map_or(self.look, |earliest| earliest.min(self.look));
            drop(state);
            wake(expired.wakers);
            if is_over {
                return Err(Fault::Closed);
            }
            self.release();
            self.timer.as_mut().reset(next.into());
        }
        Ok(())
    }

    /// Lets go of buffers that are not in use, so that a quiet connection costs little.
    fn release(&mut self) {
        if self.quiet.has_begun() && self.input.is_empty() && self.output.is_empty() {
            self.expected.release(&mut self.input);
            self.output = Vec::new();
            (self.replies, self.wakers) = Default::default();
            let mut state = self.shared.lock();
            state.calls.release();
            if state.output.is_empty() {
                state.output = Vec::new();
            }
        }
    }
}

impl<S> Driver<S> {
    /// Ends all calls.
    fn fail(&mut self, fault: Fault) {
        self.shared.retire();
        let mut state = self.shared.lock();
        let fault = state.ended.get_or_insert(fault).clone();
        let offered = if self.transforms { self.output.len().saturating_sub(self.at) as u64 } else { 0 };
        let wakers = state.calls.fail(&fault, self.written + offered);
        (state.output, state.outside, state.oneways) = Default::default();
        drop(state);
        wake(wakers);
    }
}

/// The runtime drops its tasks when it ends, and nobody shall wait for this one.
impl<S> Drop for Driver<S> {
    fn drop(&mut self) {
        self.fail(Fault::Closed);
    }
}
