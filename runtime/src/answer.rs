//! The messages that answer a request: what a handler returned, or why there is no result.

use crate::application::{ApplicationError, ApplicationErrorKind};
use crate::codec::Encode;
use crate::error::{DecodeError, EncodeError, Error};
use crate::limits::Limits;
use crate::log::log;
use crate::message::{MessageHeader, MessageKind, Protocol, body};
use crate::outcome::{MethodError, ReturnValue};
use crate::pieces::SHARED_FROM;
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

/// A binary is shared only if it is at least such a part of the request: it may be a slice of that, which it keeps alive
/// until a slow client has taken it.
const SHARED_PART: usize = 4;

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
    fn message<W: body::Write>(&self, kind: MessageKind, limits: &Limits, body: W) -> Result<Reply, W::Error> {
        let header = MessageHeader { name: self.method, kind, sequence_id: self.sequence_id };
        let share_from = SHARED_FROM.max(self.request_bytes / SHARED_PART);
        body::message(spare::take(), self.protocol, header, limits, share_from, body).map(Reply::written)
    }

    /// The message for what a handler returned.
    pub(crate) fn result<T: ReturnValue, E: MethodError>(&self, result: Result<T, E>) -> Result<Reply, Error> {
        match self.message(MessageKind::Reply, self.limits, MethodResult(result)) {
            Err(Error::Application(error)) => self.exception(&error),
            Err(error) => {
                log!(ERROR, "the handler of {:?} failed: {error}", self.method);
                self.exception(&internal())
            }
            message => message,
        }
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
        let message = self.message(MessageKind::Exception, self.limits, error).or_else(|why| {
            log!(WARN, "the error of {:?} goes out without its text: {why}", self.method);
            self.message(MessageKind::Exception, &unlimited(), &ApplicationError::new(error.kind, TOO_LONG))
        });
        Ok(message?)
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
    body::message(buffer, protocol, header, &unlimited(), usize::MAX, error).map(Bytes::from)
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

/// The struct that a result is on the wire.
struct MethodResult<T, E>(Result<T, E>);

impl<T: ReturnValue, E: MethodError> body::Write for MethodResult<T, E> {
    type Error = Error;
    fn write<P: OutputProtocol>(self, out: &mut P) -> Result<(), Error> {
        let mut s = StructWriter::new(out, &[], RESULT_ROOM);
        match self.0 {
            Ok(value) => value.encode_result(&mut s),
            Err(error) => error.encode(&mut s)?,
        }
        s.end();
        Ok(())
    }
}
