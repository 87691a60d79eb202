//! The loop that answers the messages of one connection.
//!
//! All messages that have come are handed to the processor before the replies are written, in one write. A handler is
//! polled in place; one that waits goes on beside the others of its connection, while more is read.

use super::connection::{Client, Ended, Stop};
use super::in_flight::InFlight;
use super::output::FULL;
use super::permits::Permits;
use super::{Settings, Shared};
use crate::context::Metadata;
use crate::error::Error;
use crate::incoming::{Intake, SHARE_FROM, TakeRequest, Taken, over_limit};
use crate::message::MessageError;
use crate::processor::Processor;
use crate::reply::Reply;
use crate::request::Request;
use crate::transport::Framing;
use crate::transport::envelope::Envelope;
use bytes::{Buf, Bytes, BytesMut};
use std::future::{Future, poll_fn};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::SemaphorePermit;

pub(super) struct Answering<'s, S, P> {
    client: Client<'s, S>,
    framing: Framing,
    processor: &'s P,
    metadata: &'s Metadata,
    in_flight: InFlight<'s, Envelope, SemaphorePermit<'s>>,
    frame_limit: usize,
    /// A whole message at the beginning of the input that waits for the permit.
    found: Option<Range<usize>>,
    permits: Permits<'s>,
    /// Why no more is read, if it is no good reason.
    fault: Option<Ended>,
    /// Nothing more is read.
    has_ended: bool,
    /// How many bytes of the input were taken.
    taken: u64,
    /// The messages that had begun to come here when the server stopped are answered, and no others.
    until: Option<u64>,
}

impl<'s, S: AsyncRead + AsyncWrite + Unpin, P: Processor> Answering<'s, S, P> {
    pub(super) fn new(
        client: Client<'s, S>,
        framing: Framing,
        metadata: &'s Metadata,
        processor: &'s P,
        shared: &'s Shared,
    ) -> Self {
        let in_flight = InFlight::new(!client.settings.out_of_order);
        let frame_limit = Framing::frame_limit(&client.settings.limits);
        Self {
            client,
            framing,
            processor,
            metadata,
            in_flight,
            frame_limit,
            found: None,
            permits: Permits::new(&shared.requests),
            fault: None,
            has_ended: false,
            taken: 0,
            until: None,
        }
    }

    pub(super) async fn run(mut self, mut stop: Stop) -> Result<(), Ended> {
        let ended = poll_fn(|cx| {
            loop {
                match self.poll(cx) {
                    Poll::Pending if self.until.is_none() && stop.poll(cx).is_ready() => {
                        self.until = Some(self.taken + self.client.input.len() as u64);
                    }
                    ended => return ended,
                }
            }
        })
        .await;
        let lingers = match &ended {
            Ok(()) => !self.client.input.is_empty(),
            Err(ended) => matches!(ended, Ended::Invalid(_) | Ended::NoRoom),
        };
        self.client.close(lingers).await;
        // Nobody waits for these, so that a connection that broke is no reason to drop them.
        self.in_flight.forget_replies();
        self.in_flight.finish_oneways().await;
        ended
    }

    /// Ready when the connection has ended.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        loop {
            while let Poll::Ready((envelope, mut reply)) = self.in_flight.poll_next(cx) {
                self.client.begins_anew();
                self.put(envelope, &mut reply);
            }
            let is_full = self.take_requests(cx);
            self.has_ended |= self.until.is_some_and(|until| self.taken >= until);
            if self.client.poll_write(!is_full, cx)?.is_ready() {
                continue;
            }
            self.keep()?;
            let may_read = !(is_full || self.has_ended);
            if may_read && let Poll::Ready(count) = self.poll_read(cx)? {
                if count == 0 {
                    self.has_ended = true;
                    self.fault = (!self.client.input.is_empty()).then_some(Ended::Cut);
                }
                continue;
            }
            let is_idle = self.in_flight.is_empty() && self.client.output.is_empty();
            if is_idle && self.has_ended {
                return Poll::Ready(self.fault.take().map_or(Ok(()), Err));
            }
            if self.client.poll_tick(cx).is_pending() {
                return Poll::Pending;
            }
            if let Some(ended) = self.client.overdue(may_read, is_idle) {
                match ended {
                    // What came before is answered.
                    Ended::Slow if may_read => (self.has_ended, self.fault) = (true, Some(ended)),
                    _ => return Poll::Ready(Err(ended)),
                }
            }
        }
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, Ended>> {
        let missing = self.framing.least_length(&self.client.input).saturating_sub(self.client.input.len());
        self.client.poll_read_lent(missing, cx)
    }

    /// Has all messages answered that have come as a whole; true when there is no room for more, though some may be there.
    fn take_requests(&mut self, cx: &mut Context<'_>) -> bool {
        if self.client.input.is_empty() {
            return !self.has_ended && self.is_full();
        }
        // It is lent out: the reply to a message in it is written before the message is let go.
        let mut input = std::mem::take(&mut self.client.input);
        let is_full = self.metadata.scope(|| self.take_whole(&mut input, cx));
        if self.fault.is_none() {
            self.client.settle(input);
        }
        is_full
    }

    fn take_whole(&mut self, input: &mut BytesMut, cx: &mut Context<'_>) -> bool {
        // One after another, requests that are answered at once are in flight under the same permit.
        let mut permit = None;
        // What was taken is let go of together.
        let mut at = 0;
        let is_full = loop {
            if self.has_ended || self.until.is_some_and(|until| self.taken >= until) {
                break false;
            }
            if self.is_full() {
                self.permits.leave();
                break true;
            }
            let nothing = self.framing.nothing(input.get(at..).unwrap_or_default());
            (at, self.taken) = (at + nothing, self.taken + nothing as u64);
            let Some(place) = self.find(input.get(at..).unwrap_or_default()) else { break false };
            if permit.is_none() {
                match self.permits.poll(cx) {
                    Poll::Ready(got) => permit = got,
                    Poll::Pending => {
                        self.found = Some(place);
                        break true;
                    }
                }
            }
            self.taken += place.end as u64;
            if place.len() >= SHARE_FROM {
                input.advance(std::mem::take(&mut at));
                let mut frame = self.client.expected.take(input, place.end);
                frame.advance(place.start);
                self.take(&frame, Some(&frame), &mut permit, cx);
            } else {
                self.client.expected.small();
                let frame = input.get(at + place.start..at + place.end).unwrap_or_default();
                at += place.end;
                self.take(frame, None, &mut permit, cx);
            }
        };
        input.advance(at);
        is_full
    }

    /// Counts what came and what waits to leave. Where that is too much beside what others keep, no more is read; replies that are
    /// there leave, unless it is they that are too much.
    fn keep(&mut self) -> Result<(), Ended> {
        let replies = self.client.output.len() + self.in_flight.held_bytes();
        if self.client.share.keep(self.client.input.len() + replies).is_ok() {
            return Ok(());
        }
        self.end(Ended::NoRoom);
        self.client.input = BytesMut::new();
        Ok(self.client.share.keep(replies)?)
    }

    /// Whether there is no room for more replies.
    fn is_full(&self) -> bool {
        let waiting = self.client.output.len().max(self.in_flight.held_bytes());
        waiting >= FULL || self.in_flight.len() >= self.client.settings.requests_per_connection
    }

    /// The place of a whole message in the input.
    fn find(&mut self, input: &[u8]) -> Option<Range<usize>> {
        if self.found.is_some() {
            return self.found.take();
        }
        match self.framing.next(input) {
            Ok(found) => found,
            Err(error) => {
                self.end(Ended::Invalid(error));
                None
            }
        }
    }

    /// Reads no more. What came before a fault of the client was asked in good order, and is answered.
    fn end(&mut self, fault: Ended) {
        (self.has_ended, self.fault) = (true, Some(fault));
        self.permits.leave();
        self.client.input.clear();
    }

    /// Has a message processed, and puts the reply into the output if it is there. If it is not, the request keeps the permit.
    #[inline(always)]
    fn take(
        &mut self,
        frame: &[u8],
        shared: Option<&Bytes>,
        permit: &mut Option<SemaphorePermit<'s>>,
        cx: &mut Context<'_>,
    ) {
        let Settings { limits, handler_timeout: timeout, .. } = self.client.settings;
        let is_bare = matches!(self.framing, Framing::Unframed(_));
        let intake = Intake { is_bare, limits, metadata: self.metadata, timeout: *timeout };
        let taken = intake.take(frame, shared, Begin { answering: self, permit, cx });
        self.client.begins_anew();
        match taken {
            Ok(Taken::Request(())) => {}
            Ok(Taken::Unreadable(envelope, mut reply)) => self.put_in_turn(envelope, &mut reply),
            Err(error) => self.end(Ended::Invalid(error)),
        }
    }

    /// Puts a reply into the output, or has it wait for those before it.
    #[inline(always)]
    fn put_in_turn(&mut self, envelope: Envelope, reply: &mut Result<Reply, Error>) {
        if self.in_flight.has_no_turns() {
            self.put(envelope, reply);
        } else {
            self.in_flight.push_ready(envelope, take(reply));
        }
    }

    /// Appends a reply to the output.
    fn put(&mut self, envelope: Envelope, reply: &mut Result<Reply, Error>) {
        let message = match reply {
            Ok(reply) => reply.message_mut(),
            Err(_) => match take(reply) {
                Ok(_) => return,
                Err(error) => return self.fail(Ended::Processor(error)),
            },
        };
        let Some(message) = message else { return };
        let (limit, output) = (self.frame_limit, &mut self.client.output);
        let written = if envelope.is_prefix() {
            let begun = output.append(|out| envelope.begin(message.beginning(), message.len(), limit, out));
            begun.map(|()| output.push(message))
        } else {
            let written = output.append(|out| envelope.write(&message.whole(), limit, out));
            written.map(|()| message.recycle())
        };
        let written = written.or_else(|error| match error {
            MessageError::FrameTooLarge { .. } => {
                let instead = over_limit(message, limit)?;
                output.append(|out| envelope.write(&instead, usize::MAX, out))
            }
            other => Err(other),
        });
        if let Err(error) = written {
            self.fail(Ended::Invalid(error));
        }
    }

    /// Ends because a request gets no reply. A client that counts on their order would take later replies for it.
    fn fail(&mut self, fault: Ended) {
        if !self.client.settings.out_of_order {
            self.in_flight.forget_replies();
        }
        self.end(fault);
    }
}

/// Hands a request to the processor, and puts the reply into the output if it is there.
struct Begin<'a, 'c, 's, S, P> {
    answering: &'a mut Answering<'s, S, P>,
    permit: &'a mut Option<SemaphorePermit<'s>>,
    cx: &'a mut Context<'c>,
}

impl<S: AsyncRead + AsyncWrite + Unpin, P: Processor> TakeRequest for Begin<'_, '_, '_, S, P> {
    type Outcome = ();

    #[inline(always)]
    fn take(self, envelope: Envelope, request: Request<'_>) {
        let Self { answering, permit, cx } = self;
        let mut reply = match answering.client.settings.allowed.refusal(&request, envelope.transport()) {
            None => answering.processor.process(request),
            Some((kind, text)) => request.refuse(kind, text),
        };
        match reply.done() {
            Some(reply) => answering.put_in_turn(envelope, reply),
            None => match Pin::new(&mut reply).poll(cx) {
                Poll::Ready(mut reply) => answering.put_in_turn(envelope, &mut reply),
                Poll::Pending => answering.in_flight.push(envelope, reply, permit.take()),
            },
        }
    }
}

/// Takes the reply from where it is: it is not looked at again.
fn take(reply: &mut Result<Reply, Error>) -> Result<Reply, Error> {
    std::mem::replace(reply, Ok(Reply::none()))
}
