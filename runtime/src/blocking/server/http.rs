//! A connection of a blocking server that speaks HTTP/1.1: a request's body is a message, the response's body its reply.
//!
//! Any path and any content type are taken. `200` carries whatever Thrift has to say, also that a call failed; other
//! statuses mean that there was no Thrift request.

use super::connection::{Client, Ended};
use crate::blocking::http::{BodyError, Head, read_body, read_request};
use crate::blocking::processor::Processor;
use crate::blocking::stream::Deadline;
use crate::context::Metadata;
use crate::incoming::SHARE_FROM;
use crate::pieces::Message;
use crate::request::Request;
use crate::transport::Transport;
use crate::transport::http_body::Body;
use crate::transport::http_reply::{CLOSE, Date, Refusal, write_head};
use bytes::Bytes;
use http::header::EXPECT;
use http::request::Parts;
use http::{Method, Version};
use std::io::ErrorKind;

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Answers one request after the other.
pub(super) fn serve<P: Processor>(mut client: Client<'_>, metadata: Metadata, processor: &P) -> Result<(), Ended> {
    loop {
        let head = match next_head(&mut client)? {
            Ok(Some(head)) => head,
            Ok(None) => return Ok(()),
            Err(reason) => {
                respond(&mut client, Err(Refusal::Invalid(reason)), false, Version::HTTP_11)?;
                client.part();
                return Ok(());
            }
        };
        let (keep_alive, version) = (head.keep_alive, head.value.version);
        let (outcome, body_is_read) = answer(&mut client, head, metadata.clone(), processor)?;
        let keep_alive = keep_alive && body_is_read && !client.is_stopping();
        respond(&mut client, outcome, keep_alive, version)?;
        if !body_is_read {
            client.part();
        }
        if !keep_alive {
            return Ok(());
        }
    }
}

/// The next request's head. `None`: there is none. An error inside says what is wrong with it.
fn next_head(client: &mut Client<'_>) -> Result<Result<Option<Head<Parts>>, String>, Ended> {
    loop {
        // Empty lines before a request are to be passed over (RFC 9112, section 2.2).
        while client.input.as_slice().starts_with(b"\r\n") {
            client.input.advance(2);
        }
        match read_request(client.input.as_slice()) {
            Ok(Some(head)) => {
                client.input.advance(head.length);
                return Ok(Ok(Some(head)));
            }
            Ok(None) => {}
            Err(reason) => return Ok(Err(reason)),
        }
        if !client.fill(0)? {
            return Ok(Ok(None));
        }
    }
}

/// What a request comes to.
type Outcome = Result<Message, Refusal>;

/// True: the body was read, so that what follows in the stream is the next request.
fn answer<P: Processor>(
    client: &mut Client<'_>,
    head: Head<Parts>,
    metadata: Metadata,
    processor: &P,
) -> Result<(Outcome, bool), Ended> {
    let Head { value: parts, body, .. } = head;
    let limits = client.settings.limits;
    let waits = parts.headers.contains_key(EXPECT);
    if waits && matches!(body, Body::Length(length) if length > limits.message_bytes) {
        return Ok((Err(Refusal::TooLarge { limit: limits.message_bytes }), false));
    }
    if waits && parts.method == Method::POST && client.input.is_empty() {
        client.output.own().extend_from_slice(CONTINUE);
        client.write()?;
    }
    let message = match read_message(client, body, limits.message_bytes) {
        Ok(message) => message,
        Err(BodyError::TooLarge) => return Ok((Err(Refusal::TooLarge { limit: limits.message_bytes }), false)),
        Err(BodyError::Cut) => return Err(Ended::Cut),
        Err(BodyError::Invalid(reason)) => return Ok((Err(Refusal::Invalid(reason.to_owned())), false)),
        Err(BodyError::Read(error)) if error.kind() == ErrorKind::TimedOut => {
            return Ok((Err(Refusal::TooSlow), false));
        }
        Err(BodyError::Read(error)) => return Err(Ended::Io(error)),
    };
    if parts.method != Method::POST {
        return Ok((Err(Refusal::NoPost), true));
    }
    let metadata = metadata.with_http(parts);
    let request = match Request::read(&message, &limits, &metadata) {
        Ok(request) => request,
        Err(error) => return Ok((Err(Refusal::Invalid(error.to_string())), true)),
    };
    let request = if message.len() < SHARE_FROM { request } else { request.sharing(&message) };
    let reply = match client.settings.allowed.refusal(&request, Transport::Http) {
        Some((kind, text)) => request.blocking_refuse(kind, text),
        None => processor.process(request),
    };
    Ok(match reply {
        Ok(reply) => (Ok(reply.into_bytes().unwrap_or_default()), true),
        Err(error) => (Err(Refusal::failed(&error)), true),
    })
}

fn read_message(client: &mut Client<'_>, body: Body, limit: usize) -> Result<Bytes, BodyError<std::io::Error>> {
    let deadline = Deadline::after(client.settings.message_timeout);
    let Client { input, stream, .. } = client;
    read_body(body, limit, input, &mut |input, missing| {
        Ok(input.fill(missing, |room| stream.read(room, deadline.left()))? > 0)
    })
}

fn respond(client: &mut Client<'_>, outcome: Outcome, keep_alive: bool, version: Version) -> Result<(), Ended> {
    let connection = match (keep_alive, version) {
        (false, _) => CLOSE,
        (true, Version::HTTP_10) => "connection: keep-alive\r\n",
        (true, _) => "",
    };
    let output = &mut client.output;
    match outcome {
        Ok(mut reply) => {
            write_head(reply.len(), connection, Date::now(), output.own());
            output.push(&mut reply);
        }
        Err(refusal) => refusal.write(connection, Date::now(), output.own()),
    }
    client.write()
}
