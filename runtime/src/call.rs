//! A client's call: writes the request, hands it to a processor, reads the reply.

use crate::application::{ApplicationError, ApplicationErrorKind};
use crate::arguments::{self, WriteArguments};
use crate::codec::Decode;
use crate::codegen::Result as Decoded;
use crate::context::Metadata;
use crate::error::{EncodeError, Error, InvalidReply};
use crate::limits::Limits;
use crate::message::body::{self, Body};
use crate::message::{MessageError, MessageHeader, MessageKind, Protocol};
use crate::outcome::{MethodError, ReturnValue};
use crate::pieces::Message;
use crate::processor::{Dialect, Processor};
use crate::protocol::{InputProtocol, OutputProtocol};
use crate::reply::ReplyFuture;
use crate::request::Request;
use crate::spare;
use crate::structs::StructReader;
use bytes::Bytes;
use std::marker::PhantomData;
use std::ops::Range;

/// A request that is written but not sent yet. It borrows nothing.
#[derive(Debug)]
pub struct Call<C> {
    channel: C,
    method: &'static str,
    protocol: Protocol,
    limits: Limits,
    sequence_id: i32,
    /// Written as a call.
    message: Result<Vec<u8>, Error>,
}

impl<C: Processor + Clone> Call<C> {
    /// Writes a request.
    pub fn new(channel: &C, method: &'static str, arguments: impl WriteArguments) -> Self {
        let sequence_id = channel.next_sequence_id();
        let Dialect { protocol, limits, service } = channel.dialect();
        let qualified = service.map(|service| format!("{service}:{method}"));
        let name = qualified.as_deref().unwrap_or(method);
        let header = MessageHeader { name, kind: MessageKind::Call, sequence_id };
        let mut message = Message::default();
        let written =
            body::write(&mut message, spare::take(), protocol, header, &limits, usize::MAX, Arguments(&arguments));
        let message = written.map(|()| Vec::from(message)).map_err(Error::Encode);
        Self { channel: channel.clone(), method, protocol, limits, sequence_id, message }
    }

    /// Sends the request and awaits the reply.
    ///
    /// # Errors
    /// A declared exception, or whatever else went wrong.
    pub async fn reply<T: ReturnValue, E: MethodError>(mut self) -> Result<T, E> {
        let mut reply = self.send(MessageKind::Call).await?;
        let message = reply.message_mut().ok_or(Error::InvalidReply(InvalidReply::Missing))?;
        if message.len() >= SHARE_FROM {
            message.share();
        }
        let outcome = read_reply(message, self.protocol, self.method, self.sequence_id, &self.limits);
        message.recycle();
        outcome
    }

    /// Sends the request, to which there is no reply.
    ///
    /// # Errors
    /// The request could not be sent.
    pub async fn oneway<E: MethodError>(mut self) -> Result<(), E> {
        if let Ok(message) = &mut self.message {
            self.protocol.set_kind(message, MessageKind::Oneway);
        }
        self.send(MessageKind::Oneway).await?;
        Ok(())
    }

    /// Hands the message on, which is not needed any more while the reply is awaited.
    fn send(&mut self, kind: MessageKind) -> ReplyFuture<'_> {
        match std::mem::replace(&mut self.message, Ok(Vec::new())) {
            Ok(message) if message.len() < SHARE_FROM => {
                let reply = self.process(kind, &message, None);
                spare::give(message);
                reply
            }
            Ok(message) => {
                let message = Bytes::from(message);
                self.process(kind, &message, Some(&message))
            }
            Err(error) => ReplyFuture::ready(Err(error)),
        }
    }

    fn process(&self, kind: MessageKind, message: &[u8], shared: Option<&Bytes>) -> ReplyFuture<'_> {
        let metadata = Metadata::default();
        let header = MessageHeader { name: self.method, kind, sequence_id: self.sequence_id };
        match Request::written(header, self.protocol, message, &self.limits, &metadata) {
            Ok(request) => {
                let request = request.replied_as(self.method);
                self.channel.process(match shared {
                    Some(message) => request.sharing(message),
                    None => request,
                })
            }
            Err(error) => ReplyFuture::ready(Err(error.into())),
        }
    }
}

/// A request of fewer bytes is copied, where it is kept, and its buffer used again: that costs less than to share it.
pub(crate) const SHARE_FROM: usize = 16 * 1024;

/// What is kept of a reply of fewer bytes is copied, for the same reason.
const SHARE_REPLY_FROM: usize = 1024;

/// Reads what a call comes to by its reply, which stands together.
pub(crate) fn read_reply<T: ReturnValue, E: MethodError>(
    reply: &Message,
    protocol: Protocol,
    method: &str,
    sequence_id: i32,
    limits: &Limits,
) -> Result<T, E> {
    let message = reply.beginning();
    let (kind, place) = check_reply(message, protocol, method, sequence_id)?;
    let shared = reply.shared().filter(|reply| reply.len() >= SHARE_REPLY_FROM);
    let body = Body { protocol, message, place, shared };
    if kind == MessageKind::Exception {
        return Err(Error::Application(body.read(limits, Failure).map_err(Error::Decode)?).into());
    }
    match body.read(limits, Outcome(PhantomData)) {
        Ok(Some(outcome)) => outcome,
        Ok(None) => Err(missing_result(method).into()),
        Err(error) => Err(Error::Decode(error).into()),
    }
}

fn missing_result(method: &str) -> Error {
    Error::application(ApplicationErrorKind::MISSING_RESULT, format!("{method} failed: unknown result"))
}

/// Checks that a reply answers the call. Returns what it is, and where the struct in it is.
pub(crate) fn check_reply(
    reply: &[u8],
    protocol: Protocol,
    method: &str,
    sequence_id: i32,
) -> Result<(MessageKind, Range<usize>), Error> {
    let usual = MessageHeader { name: method, kind: MessageKind::Reply, sequence_id };
    match protocol.behind(usual, reply) {
        Some(body) => Ok((MessageKind::Reply, body)),
        None => check_closely(reply, protocol, method, sequence_id),
    }
}

fn check_closely(
    reply: &[u8],
    protocol: Protocol,
    method: &str,
    sequence_id: i32,
) -> Result<(MessageKind, Range<usize>), Error> {
    let found = Protocol::of(reply)?;
    if found != protocol {
        return Err(Error::Message(MessageError::UnexpectedProtocol(found)));
    }
    let (header, body) = protocol.read_header(reply)?;
    let invalid = if header.sequence_id != sequence_id {
        InvalidReply::SequenceId { expected: sequence_id, found: header.sequence_id }
    } else if !answers(header.name, method) {
        InvalidReply::Method { expected: method.to_owned(), found: header.name.to_owned() }
    } else {
        match header.kind {
            kind @ (MessageKind::Reply | MessageKind::Exception) => return Ok((kind, body)),
            kind @ (MessageKind::Call | MessageKind::Oneway) => InvalidReply::Kind(kind),
        }
    };
    Err(Error::InvalidReply(invalid))
}

/// Whether a reply of that name answers the method. To a call of `service:method` it has the plain name, but not from all
/// servers.
fn answers(name: &str, method: &str) -> bool {
    name == method || name.split_once(':').is_some_and(|(_, name)| name == method)
}

/// The name that replies to a request of that name have: without the service before it.
#[cfg(any(feature = "rpc", feature = "blocking"))]
pub(crate) fn called(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, method)| method)
}

/// The struct that the arguments are on the wire.
struct Arguments<'a, A>(&'a A);

impl<A: WriteArguments> body::Write for Arguments<'_, A> {
    type Error = EncodeError;
    fn write<P: OutputProtocol>(self, out: &mut P) -> Result<(), EncodeError> {
        arguments::write(self.0, out);
        Ok(())
    }
}

/// An application exception.
pub(crate) struct Failure;

impl body::Read for Failure {
    type Value = ApplicationError;
    fn read<'de, P: InputProtocol<'de>>(self, input: &mut P) -> Decoded<ApplicationError> {
        ApplicationError::decode(input)
    }
}

/// A result. `None`: it lacks the value that the method returns.
struct Outcome<T, E>(PhantomData<(T, E)>);

impl<T: ReturnValue, E: MethodError> body::Read for Outcome<T, E> {
    type Value = Option<Result<T, E>>;
    fn read<'de, P: InputProtocol<'de>>(self, input: &mut P) -> Decoded<Self::Value> {
        let mut fields = StructReader::new(input)?.rest();
        let (mut value, mut error) = (None, None);
        while let Some(field) = fields.next()? {
            match field.id {
                0 => value = T::decode_result(&mut fields, field)?.or(value),
                _ => error = E::decode(&mut fields, field)?.or(error),
            }
        }
        Ok(error.map(Err).or_else(|| value.or_else(T::absent).map(Ok)))
    }
}
