//! A connection of a blocking server that speaks HTTP/1.1: a request's body is a message, the response's body its reply.
//!
//! Any path and any content type are taken. `200` carries whatever Thrift has to say, also that a call failed; other
//! statuses mean that there was no Thrift request.

use super::connection::{Client, Ended};
use crate::blocking::http::{Body, BodyError, Head, MEDIA_TYPE, read_body, read_request};
use crate::blocking::processor::Processor;
use crate::blocking::stream::Deadline;
use crate::context::Metadata;
use crate::incoming::SHARE_FROM;
use crate::log::log;
use crate::pieces::Message;
use crate::request::Request;
use crate::transport::Transport;
use bytes::Bytes;
use http::header::EXPECT;
use http::request::Parts;
use http::{Method, StatusCode, Version};
use std::io::ErrorKind;

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Answers one request after the other.
pub(super) fn serve<P: Processor>(mut client: Client<'_>, metadata: Metadata, processor: &P) -> Result<(), Ended> {
    loop {
        let head = match next_head(&mut client)? {
            Ok(Some(head)) => head,
            Ok(None) => return Ok(()),
            Err(reason) => {
                respond(&mut client, Outcome::Invalid(reason), false, Version::HTTP_11)?;
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
enum Outcome {
    Reply(Message),
    NoPost,
    TooLarge { limit: usize },
    Invalid(String),
    TooSlow,
    Failed,
}

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
        return Ok((Outcome::TooLarge { limit: limits.message_bytes }, false));
    }
    if waits && parts.method == Method::POST && client.input.is_empty() {
        client.output.own().extend_from_slice(CONTINUE);
        client.write()?;
    }
    let message = match read_message(client, body, limits.message_bytes) {
        Ok(message) => message,
        Err(BodyError::TooLarge) => return Ok((Outcome::TooLarge { limit: limits.message_bytes }, false)),
        Err(BodyError::Cut) => return Err(Ended::Cut),
        Err(BodyError::Invalid(reason)) => return Ok((Outcome::Invalid(reason.to_owned()), false)),
        Err(BodyError::Read(error)) if error.kind() == ErrorKind::TimedOut => return Ok((Outcome::TooSlow, false)),
        Err(BodyError::Read(error)) => return Err(Ended::Io(error)),
    };
    if parts.method != Method::POST {
        return Ok((Outcome::NoPost, true));
    }
    let metadata = metadata.with_http(parts);
    let request = match Request::read(&message, &limits, &metadata) {
        Ok(request) => request,
        Err(error) => return Ok((Outcome::Invalid(error.to_string()), true)),
    };
    let request = if message.len() < SHARE_FROM { request } else { request.sharing(&message) };
    let reply = match client.settings.allowed.refusal(&request, Transport::Http) {
        Some((kind, text)) => request.blocking_refuse(kind, text),
        None => processor.process(request),
    };
    Ok(match reply {
        Ok(reply) => (Outcome::Reply(reply.into_bytes().unwrap_or_default()), true),
        Err(error) => {
            log!(WARN, "no reply to a request over HTTP: {error}");
            (Outcome::Failed, true)
        }
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
    let (status, media_type, mut body) = match outcome {
        Outcome::Reply(message) => (StatusCode::OK, MEDIA_TYPE, message),
        other => {
            let (status, text) = other.words();
            (status, "text/plain; charset=utf-8", Message::Own(text.into()))
        }
    };
    let connection = match (keep_alive, version) {
        (false, _) => "connection: close\r\n",
        (true, Version::HTTP_10) => "connection: keep-alive\r\n",
        (true, _) => "",
    };
    let allow = if status == StatusCode::METHOD_NOT_ALLOWED { "allow: POST\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {} {}\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\ndate: {}\r\n{connection}{allow}\r\n",
        status.as_str(),
        status.canonical_reason().unwrap_or_default(),
        body.len(),
        httpdate::fmt_http_date(std::time::SystemTime::now()),
    );
    client.output.own().extend_from_slice(head.as_bytes());
    client.output.push(&mut body);
    client.write()
}

impl Outcome {
    fn words(&self) -> (StatusCode, String) {
        match self {
            Self::Reply(_) => (StatusCode::OK, String::new()),
            Self::NoPost => (StatusCode::METHOD_NOT_ALLOWED, "send Thrift messages by POST\n".to_owned()),
            Self::TooLarge { limit } => {
                (StatusCode::PAYLOAD_TOO_LARGE, format!("the message is over the limit of {limit} bytes\n"))
            }
            Self::Invalid(reason) => (StatusCode::BAD_REQUEST, format!("not a Thrift request: {reason}\n")),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body took too long\n".to_owned()),
            Self::Failed => (StatusCode::INTERNAL_SERVER_ERROR, "the request failed\n".to_owned()),
        }
    }
}
