//! The loop that answers the messages of a connection.
//!
//! All messages that have come are answered before the replies are written, in one write.

use super::Settings;
use super::connection::{Client, Ended};
use crate::blocking::processor::Processor;
use crate::context::Metadata;
use crate::error::Error;
use crate::incoming::{Intake, SHARE_FROM, TakeRequest, Taken, over_limit};
use crate::pieces::{Message, Pieces};
use crate::reply::Reply;
use crate::request::Request;
use crate::transport::Framing;
use crate::transport::envelope::Envelope;
use bytes::Buf;
use std::ops::Range;

/// Replies are written at the latest when they are so many bytes together.
pub(super) const FLUSH_AT: usize = 64 * 1024;

pub(super) struct Answering<'s, P> {
    client: Client<'s>,
    framing: Framing,
    processor: &'s P,
    metadata: Metadata,
    frame_limit: usize,
}

impl<'s, P: Processor> Answering<'s, P> {
    pub(super) fn new(client: Client<'s>, framing: Framing, metadata: Metadata, processor: &'s P) -> Self {
        let frame_limit = Framing::frame_limit(&client.settings.limits);
        Self { client, framing, processor, metadata, frame_limit }
    }

    pub(super) fn run(mut self) -> Result<(), Ended> {
        loop {
            let answered = self.answer_all();
            // What came before a fault was asked in good order, and is answered.
            self.client.write()?;
            answered?;
            let input = self.client.input.as_slice();
            let missing = self.framing.least_length(input).saturating_sub(input.len());
            if !self.client.fill(missing)? {
                return Ok(());
            }
        }
    }

    /// Answers all messages that have come as a whole.
    fn answer_all(&mut self) -> Result<(), Ended> {
        loop {
            let nothing = self.framing.nothing(self.client.input.as_slice());
            if nothing > 0 {
                self.client.input.advance(nothing);
                // It was no message that had begun.
                self.client.begins_anew();
            }
            let Some(place) = self.framing.next(self.client.input.as_slice())? else { return Ok(()) };
            self.client.begins_anew();
            self.answer(place)?;
            if self.client.output.remaining() >= FLUSH_AT {
                self.client.write()?;
            }
        }
    }

    /// Takes a message out of the input and appends the reply to the output.
    fn answer(&mut self, place: Range<usize>) -> Result<(), Ended> {
        let Self { client: Client { input, output, settings, .. }, framing, processor, metadata, frame_limit } = self;
        let is_bare = matches!(framing, Framing::Unframed(_));
        let intake = Intake { is_bare, limits: &settings.limits, metadata, timeout: None };
        let process = Process { processor: *processor, settings };
        let taken = if place.len() >= SHARE_FROM {
            let mut frame = input.take(place.end);
            frame.advance(place.start);
            intake.take(&frame, Some(&frame), process)?
        } else {
            let end = place.end;
            let taken = intake.take(input.as_slice().get(place).unwrap_or_default(), None, process)?;
            input.advance(end);
            taken
        };
        let (Taken::Request((envelope, reply)) | Taken::Unreadable(envelope, reply)) = taken;
        match reply.map_err(Ended::Processor)?.message_mut() {
            Some(reply) => put(reply, envelope, *frame_limit, output),
            None => Ok(()),
        }
    }
}

/// Has a request answered.
struct Process<'a, P> {
    processor: &'a P,
    settings: &'a Settings,
}

impl<P: Processor> TakeRequest for Process<'_, P> {
    type Outcome = (Envelope, Result<Reply, Error>);

    fn take(self, envelope: Envelope, request: Request<'_>) -> Self::Outcome {
        let reply = match self.settings.allowed.refusal(&request, envelope.transport()) {
            Some((kind, text)) => request.blocking_refuse(kind, text),
            None => self.processor.process(request),
        };
        (envelope, reply)
    }
}

/// Appends a reply to the output.
fn put(reply: &mut Message, envelope: Envelope, limit: usize, output: &mut Pieces) -> Result<(), Ended> {
    let written = if envelope.is_prefix() {
        let begun = envelope.begin(reply.beginning(), reply.len(), limit, output.own());
        begun.map(|()| output.push(reply))
    } else {
        envelope.write(&reply.whole(), limit, output.own())
    };
    written.or_else(|_| {
        let instead = over_limit(reply, limit)?;
        envelope.write(&instead, usize::MAX, output.own())
    })?;
    reply.recycle();
    Ok(())
}
