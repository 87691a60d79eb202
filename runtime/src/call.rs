//! A client's call: writes the request, hands it to a processor, reads the reply.

use crate::application::{ApplicationError, ApplicationErrorKind};
use crate::arguments::{self, WriteArguments};
use crate::codec::Decode;
use crate::codegen::Result as Decoded;
use crate::context::Metadata;
use crate::error::{Error, InvalidReply};
use crate::limits::Limits;
use crate::message::{MessageHeader, MessageKind, set_kind};
use crate::processor::{MethodError, Processor, Reply, Request, ReturnValue, decode, encode};
use crate::protocol::InputProtocol;
use crate::structs::StructReader;
use bytes::Bytes;

/// A request that is written but not sent yet. It borrows nothing.
#[derive(Debug)]
pub struct Call<C> {
    channel: C,
    method: &'static str,
    sequence_id: i32,
    /// Written as a call.
    message: Result<Vec<u8>, Error>,
}

impl<C: Processor + Clone> Call<C> {
    /// Writes a request.
    pub fn new(channel: &C, method: &'static str, arguments: impl WriteArguments) -> Self {
        let sequence_id = channel.next_sequence_id();
        let header = MessageHeader { name: method, kind: MessageKind::Call, sequence_id };
        let message = encode(header, &channel.limits(), |out| {
            arguments::write(&arguments, out);
            Ok(())
        });
        Self { channel: channel.clone(), method, sequence_id, message }
    }

    /// Sends the request and awaits the reply.
    ///
    /// # Errors
    /// A declared exception, or whatever else went wrong.
    pub async fn reply<T: ReturnValue, E: MethodError>(self) -> Result<T, E> {
        let (method, limits) = (self.method, self.channel.limits());
        let (reply, body) = self.exchange(limits).await?;
        match decode(&reply, body, Some(&reply), &limits, |input| outcome(input)) {
            Ok(Some(outcome)) => outcome,
            Ok(None) => Err(missing_result(method).into()),
            Err(error) => Err(Error::Decode(error).into()),
        }
    }

    /// Sends the request and awaits the reply, which is no exception of the server; says where its body begins.
    async fn exchange(self, limits: Limits) -> Result<(Bytes, usize), Error> {
        let message = Bytes::from(self.message?);
        let reply = send(&self.channel, &message, limits).await?;
        let reply = reply.into_message().ok_or(Error::InvalidReply(InvalidReply::Missing))?;
        let (header, body) = check_reply(&reply, self.method, self.sequence_id)?;
        if header.kind == MessageKind::Exception {
            let error = decode(&reply, body, Some(&reply), &limits, |input| ApplicationError::decode(input));
            return Err(Error::Application(error?));
        }
        Ok((reply, body))
    }

    /// Sends the request, to which there is no reply.
    ///
    /// # Errors
    /// The request could not be sent.
    pub async fn oneway<E: MethodError>(self) -> Result<(), E> {
        let mut message = self.message?;
        set_kind(&mut message, MessageKind::Oneway);
        send(&self.channel, &Bytes::from(message), self.channel.limits()).await?;
        Ok(())
    }
}

async fn send<C: Processor>(channel: &C, message: &Bytes, limits: Limits) -> Result<Reply, Error> {
    let metadata = Metadata::default();
    let reply = channel.process(Request::read(message, limits, &metadata)?.sharing(message));
    reply.await
}

fn missing_result(method: &str) -> Error {
    Error::application(ApplicationErrorKind::MISSING_RESULT, format!("{method} failed: unknown result"))
}

/// Reads the head of a reply and checks that it answers the call.
pub(crate) fn check_reply<'a>(
    reply: &'a [u8],
    method: &str,
    sequence_id: i32,
) -> Result<(MessageHeader<'a>, usize), Error> {
    let (header, body) = MessageHeader::read_binary(reply)?;
    let invalid = if header.sequence_id != sequence_id {
        InvalidReply::SequenceId { expected: sequence_id, found: header.sequence_id }
    } else if header.name != method {
        InvalidReply::Method { expected: method.to_owned(), found: header.name.to_owned() }
    } else {
        match header.kind {
            MessageKind::Reply | MessageKind::Exception => return Ok((header, body)),
            kind @ (MessageKind::Call | MessageKind::Oneway) => InvalidReply::Kind(kind),
        }
    };
    Err(Error::InvalidReply(invalid))
}

/// Reads a result. `None`: it lacks the value that the method returns.
fn outcome<'de, P: InputProtocol<'de>, T: ReturnValue, E: MethodError>(input: &mut P) -> Decoded<Option<Result<T, E>>> {
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
