//! One connection of a server that speaks HTTP/1.1, as long as its requests are plain: one is answered after the other,
//! though they may come at once, and the replies leave together.
//!
//! The head of a request is compared with the last one before it is read: clients send the same each time.

use super::rules::Rules;
use crate::context::Metadata;
use crate::error::Error;
use crate::incoming::SHARE_FROM;
use crate::processor::Processor;
use crate::reply::{Reply, ReplyFuture};
use crate::server::Shared;
use crate::server::connection::{Client, Ended, Stop};
use crate::server::in_flight::InFlight;
use crate::server::output::FULL;
use crate::server::permits::Permits;
use crate::transport::http_head::{Extent, Found, PlainHead};
use crate::transport::http_reply::{CLOSE, Date, Refusal, write_head};
use bytes::Buf;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::SemaphorePermit;

pub(super) struct Plain<'s, S, P> {
    pub(super) client: Client<'s, S>,
    processor: &'s P,
    rules: Rules,
    /// Of all requests of the connection.
    metadata: Metadata,
    /// The last head, and the metadata of its request.
    last: Option<(PlainHead, Metadata)>,
    /// How many bytes of the input were taken and are still in there: they are let go of together.
    at: usize,
    /// The request whose head has come.
    request: Option<Extent>,
    permits: Permits<'s>,
    /// That of the request.
    permit: Option<SemaphorePermit<'s>>,
    /// The handler that waits.
    handler: Option<ReplyFuture<'s>>,
    /// Those of oneway requests whose client was answered.
    pub(super) oneways: InFlight<'s, (), SemaphorePermit<'s>>,
    /// The date of the replies that leave together.
    date: Option<Date>,
    /// So much of the input had come when the server stopped: it is answered, and nothing after it.
    until: Option<usize>,
    /// What becomes of the connection when all is written.
    end: Option<End>,
}

/// How plain requests come to an end.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// With the connection.
    Closed,
    /// The input begins with something else.
    Odd,
    /// The input begins with a request whose body takes too long.
    Slow,
}

impl<'s, S: AsyncRead + AsyncWrite + Unpin, P: Processor> Plain<'s, S, P> {
    pub(super) fn new(client: Client<'s, S>, metadata: Metadata, processor: &'s P, shared: &'s Shared) -> Self {
        Self {
            client,
            processor,
            rules: Rules::of(&shared.settings),
            metadata,
            last: None,
            at: 0,
            request: None,
            permits: Permits::new(&shared.requests),
            permit: None,
            handler: None,
            oneways: InFlight::new(true),
            date: None,
            until: None,
            end: None,
        }
    }

    /// Answers until something else comes. Then all replies have left.
    pub(super) async fn run(&mut self, stop: &mut Stop) -> Result<End, Ended> {
        let ended = poll_fn(|cx| {
            loop {
                match self.poll(cx) {
                    Poll::Pending if self.until.is_none() && stop.poll(cx).is_ready() => {
                        self.until = Some(self.client.input.len());
                    }
                    ended => return ended,
                }
            }
        })
        .await;
        (self.permit, self.handler) = (None, None);
        ended
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<End, Ended>> {
        loop {
            if !self.oneways.is_empty() {
                let _ = self.oneways.poll_next(cx);
            }
            let missing = self.answer(cx);
            if self.client.poll_write(missing.is_some(), cx)?.is_ready() {
                continue;
            }
            self.client.share.keep(self.client.input.len() + self.client.output.len()).map_err(Ended::from)?;
            if let Some(missing) = missing
                && let Poll::Ready(count) = self.client.poll_read_on(missing, cx)?
            {
                if count == 0 {
                    self.end = Some(if self.client.input.is_empty() { End::Closed } else { End::Odd });
                }
                continue;
            }
            let is_idle = self.client.output.is_empty();
            if let Some(end) = self.end.filter(|_| is_idle) {
                return Poll::Ready(Ok(end));
            }
            ready!(self.client.poll_tick(cx));
            if self.client.input.is_empty() {
                self.last = None;
            }
            match self.client.overdue(missing.is_some(), is_idle) {
                Some(Ended::Slow) if self.request.is_some() => self.end = Some(End::Slow),
                Some(ended) => return Poll::Ready(Err(ended)),
                None => {}
            }
        }
    }

    /// Answers what has come. Returns how many bytes are known to be missing of the next request; `None` where something
    /// else has to happen before more is read.
    fn answer(&mut self, cx: &mut Context<'_>) -> Option<usize> {
        self.date = None;
        let missing = self.answer_whole(cx);
        self.settle();
        missing
    }

    fn answer_whole(&mut self, cx: &mut Context<'_>) -> Option<usize> {
        // One after another, requests that are answered at once are in flight under the same permit.
        loop {
            if let Some(handler) = &mut self.handler {
                let Poll::Ready(mut reply) = Pin::new(handler).poll(cx) else { return None };
                self.handler = None;
                self.put(&mut reply);
            }
            if self.until == Some(0) {
                self.end = Some(End::Closed);
            }
            if self.end.is_some() || self.client.output.len() >= FULL {
                self.permit = None;
                self.permits.leave();
                return None;
            }
            let Some(request) = self.request.or_else(|| self.next_head()) else {
                self.permit = None;
                return if self.end.is_none() { Some(0) } else { None };
            };
            self.request = Some(request);
            if self.permit.is_none() {
                // Before the body: what is read of it is kept, too.
                let Poll::Ready(permit) = self.permits.poll(cx) else { return None };
                self.permit = permit;
                self.client.begins_anew();
            }
            let missing = (request.head + request.body).saturating_sub(self.rest().len());
            if missing > 0 {
                return Some(missing);
            }
            self.request = None;
            self.take(request, cx);
        }
    }

    /// The request that the rest of the input begins with, once its head is there.
    fn next_head(&mut self) -> Option<Extent> {
        let rest = self.client.input.get(self.at..).unwrap_or_default();
        let found = match self.last.as_mut().and_then(|(head, metadata)| Some((head.find(rest)?, head, metadata))) {
            Some((found, head, metadata)) => {
                if found.body != head.body {
                    head.body = found.body;
                    *metadata = std::mem::take(metadata).with_content_length(found.body);
                }
                Found::Plain(found)
            }
            None => match PlainHead::read(rest) {
                Found::Plain((head, parts)) => {
                    let found = head.extent();
                    self.last = Some((head, self.metadata.clone().with_http(parts)));
                    Found::Plain(found)
                }
                Found::Partial => Found::Partial,
                Found::Odd => Found::Odd,
            },
        };
        match found {
            Found::Plain(found) if found.body <= self.rules.limits.message_bytes => Some(found),
            Found::Partial => None,
            Found::Plain(_) | Found::Odd => {
                self.end = Some(End::Odd);
                None
            }
        }
    }

    /// What is not taken of the input.
    fn rest(&self) -> &[u8] {
        self.client.input.get(self.at..).unwrap_or_default()
    }

    /// Lets go of the bytes that were taken.
    fn settle(&mut self) {
        self.client.input.advance(std::mem::take(&mut self.at));
    }

    /// Takes a request out of the input, has it processed, and puts the reply into the output if it is there.
    fn take(&mut self, request: Extent, cx: &mut Context<'_>) {
        let end = request.head + request.body;
        if let Some(until) = &mut self.until {
            *until = until.saturating_sub(end);
        }
        if request.body >= SHARE_FROM {
            self.settle();
        }
        let metadata = self.last.as_ref().map_or(&self.metadata, |(_, metadata)| metadata);
        let begun = if request.body >= SHARE_FROM {
            let mut message = self.client.expected.take(&mut self.client.input, end);
            message.advance(request.head);
            self.rules.begin(self.processor, &message, Some(&message), metadata)
        } else {
            self.client.expected.small();
            let message = self.rest().get(request.head..end).unwrap_or_default();
            let begun = self.rules.begin(self.processor, message, None, metadata);
            self.at += end;
            begun
        };
        let mut handler = match begun {
            Ok(handler) => handler,
            Err(refusal) => return self.refuse(&refusal),
        };
        if let Some(reply) = handler.done() {
            return self.put(reply);
        }
        match Pin::new(&mut handler).poll(cx) {
            Poll::Ready(mut reply) => self.put(&mut reply),
            Poll::Pending
                if handler.is_oneway() && self.oneways.len() < self.client.settings.requests_per_connection =>
            {
                self.oneways.push((), handler, self.permit.take());
                self.put(&mut Ok(Reply::none()));
            }
            Poll::Pending => self.handler = Some(handler),
        }
    }

    /// Appends a reply to the output.
    fn put(&mut self, reply: &mut Result<Reply, Error>) {
        let reply = match reply {
            Ok(reply) => reply,
            Err(error) => return self.refuse(&Refusal::failed(error)),
        };
        let (connection, date) = self.begin_reply();
        let output = &mut self.client.output;
        match reply.message_mut() {
            Some(message) => {
                output.append(|out| write_head(message.len(), connection, date, out));
                output.push(message);
            }
            None => output.append(|out| write_head(0, connection, date, out)),
        }
    }

    /// Says in place of a reply why there is none.
    fn refuse(&mut self, refusal: &Refusal) {
        let (connection, date) = self.begin_reply();
        self.client.output.append(|out| refusal.write(connection, date, out));
    }

    /// What the head of the next reply says of the connection, and its date.
    fn begin_reply(&mut self) -> (&'static str, Date) {
        // The client has what it asked for, and time for the next request.
        self.client.begins_anew();
        let connection = if self.until == Some(0) { CLOSE } else { "" };
        (connection, *self.date.get_or_insert_with(Date::now))
    }
}
