//! The messages that answer a request: what a handler returned, or why there is no result.

use crate::application::{ApplicationError, ApplicationErrorKind};
use crate::codec::Encode;
use crate::error::{DecodeError, EncodeError, Error};
use crate::limits::Limits;
use crate::log::log;
use crate::message::{MessageHeader, MessageKind, Protocol, body};
use crate::outcome::{MethodError, ReturnValue};
use crate::pieces::{Message, SHARED_FROM};
use crate::protocol::OutputProtocol;
use crate::reply::Reply;
use crate::request::Request;
use crate::spare;
use crate::structs::StructWriter;
#[cfg(any(feature = "rpc", feature = "blocking"))]
use bytes::Bytes;

/// The text that a client gets for an error of a handler that is not meant for it.
const INTERNAL: &str = "Internal error";

/// The text in place of one that does not fit into a message.
const TOO_LONG: &str = "The server's message is over its limit";

/// The bytes that the fixed part of a small result takes.
const RESULT_ROOM: usize = 32;

/// A binary is shared only if it is at least such a part of the request, half of it: it may be a slice of that, which it keeps
/// alive until a slow client has taken it.
const SHARED_PART: usize = 2;

/// What a reply needs to know of its request.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    method: &'a str,
    protocol: Protocol,
    sequence_id: i32,
    limits: &'a Limits,
    request_bytes: usize,
}

/// The same of a request that is not there any more when the reply is.
pub(crate) struct LateAnswer {
    method: Box<str>,
    protocol: Protocol,
    sequence_id: i32,
    limits: Limits,
    request_bytes: usize,
}

impl LateAnswer {
    pub(crate) fn to(request: &Request<'_>) -> Self {
        let Answer { method, protocol, sequence_id, limits, request_bytes } = Answer::to(request);
        Self { method: method.into(), protocol, sequence_id, limits: *limits, request_bytes }
    }

    pub(crate) fn answer(&self) -> Answer<'_> {
        let &Self { ref method, protocol, sequence_id, ref limits, request_bytes } = self;
        Answer { method, protocol, sequence_id, limits, request_bytes }
    }
}

impl<'a> Answer<'a> {
    #[inline]
    pub(crate) fn to(request: &'a Request<'_>) -> Self {
        let MessageHeader { name, sequence_id, .. } = request.header();
        let (protocol, limits, request_bytes) = (request.protocol(), request.bounds(), request.message_bytes());
        Self { method: name, protocol, sequence_id, limits, request_bytes }
    }

    #[inline]
    fn write<W: body::Write>(
        &self,
        message: &mut Message,
        kind: MessageKind,
        limits: &Limits,
        body: W,
    ) -> Result<(), W::Error> {
        let header = MessageHeader { name: self.method, kind, sequence_id: self.sequence_id };
        let share_from = SHARED_FROM.max(self.request_bytes / SHARED_PART);
        body::write(message, spare::take(), self.protocol, header, limits, share_from, body)
    }

    /// Makes the message for what a handler returned, and puts it into `reply`, which has none.
    // What was made just now is not moved any more, neither the value nor the message: that takes long.
    pub(crate) fn result<T: ReturnValue, E: MethodError>(
        &self,
        result: Result<T, E>,
        reply: &mut Result<Reply, Error>,
    ) {
        let Ok(Reply { message, .. }) = reply else { return };
        let message = message.insert(Message::default());
        let written = match &result {
            Ok(value) => self.write(message, MessageKind::Reply, self.limits, Returned(value)),
            Err(_) => return self.thrown(result, reply),
        };
        if let Err(error) = written {
            *reply = self.error(Error::Encode(error));
        }
    }

    #[inline(never)]
    fn thrown<T, E: MethodError>(&self, result: Result<T, E>, reply: &mut Result<Reply, Error>) {
        let (Err(error), Ok(Reply { message, .. })) = (result, &mut *reply) else { return };
        let message = message.insert(Message::default());
        if let Err(error) = self.write(message, MessageKind::Reply, self.limits, Thrown(error)) {
            *reply = self.error(error);
        }
    }

    /// The message for an error that the IDL does not declare.
    #[cold]
    pub(crate) fn error(&self, error: Error) -> Result<Reply, Error> {
        if let Error::Application(error) = error {
            return self.exception(&error);
        }
        log!(ERROR, "the handler of {:?} failed: {error}", self.method);
        self.exception(&internal())
    }

    /// The message for arguments that cannot be decoded.
    pub(crate) fn invalid(&self, error: &DecodeError) -> Result<Reply, Error> {
        log!(WARN, "invalid arguments of the method {:?}: {error}", self.method);
        self.exception(&ApplicationError::new(ApplicationErrorKind::PROTOCOL_ERROR, error.to_string()))
    }

    /// The message for a handler that broke off.
    pub(crate) fn failed(&self, why: &str) -> Result<Reply, Error> {
        log!(ERROR, "the handler of {:?} {why}", self.method);
        self.exception(&internal())
    }

    /// The message that says that a call failed.
    #[cold]
    pub(crate) fn exception(&self, error: &ApplicationError) -> Result<Reply, Error> {
        let mut message = Message::default();
        self.write(&mut message, MessageKind::Exception, self.limits, error).or_else(|why| {
            log!(WARN, "the error of {:?} goes out without its text: {why}", self.method);
            let error = ApplicationError::new(error.kind, TOO_LONG);
            self.write(&mut message, MessageKind::Exception, &unlimited(), &error)
        })?;
        Ok(Reply::written(message))
    }
}

/// For a message that is short: a client is better served with one than with none.
fn unlimited() -> Limits {
    Limits::default().message_bytes(usize::MAX)
}

/// The answer in place of a reply that cannot be sent.
#[cfg(any(feature = "rpc", feature = "blocking"))]
pub(crate) fn internal_error(protocol: Protocol, header: MessageHeader<'_>) -> Result<Bytes, EncodeError> {
    exception(protocol, header, &internal())
}

/// The message that says that a call failed, whatever the limits.
#[cfg(any(feature = "rpc", feature = "blocking"))]
pub(crate) fn exception(
    protocol: Protocol,
    header: MessageHeader<'_>,
    error: &ApplicationError,
) -> Result<Bytes, EncodeError> {
    let header = MessageHeader { kind: MessageKind::Exception, ..header };
    let buffer = Vec::with_capacity(header.name.len() + 64);
    let mut message = Message::default();
    body::write(&mut message, buffer, protocol, header, &unlimited(), usize::MAX, error)?;
    Ok(message.into())
}

fn internal() -> ApplicationError {
    ApplicationError::new(ApplicationErrorKind::INTERNAL_ERROR, INTERNAL)
}

impl body::Write for &ApplicationError {
    type Error = EncodeError;
    fn write<P: OutputProtocol>(self, out: &mut P) -> Result<(), EncodeError> {
        self.encode(out);
        Ok(())
    }
}

/// The struct that a return value is on the wire.
struct Returned<'a, T>(&'a T);

impl<T: ReturnValue> body::Write for Returned<'_, T> {
    type Error = EncodeError;
    fn write<P: OutputProtocol>(self, out: &mut P) -> Result<(), EncodeError> {
        let mut s = StructWriter::new(out, &[], RESULT_ROOM);
        self.0.encode_result(&mut s);
        s.end();
        Ok(())
    }
}

/// The struct that a declared exception is on the wire.
struct Thrown<E>(E);

impl<E: MethodError> body::Write for Thrown<E> {
    type Error = Error;
    fn write<P: OutputProtocol>(self, out: &mut P) -> Result<(), Error> {
        let mut s = StructWriter::new(out, &[], RESULT_ROOM);
        self.0.encode(&mut s)?;
        s.end();
        Ok(())
    }
}
