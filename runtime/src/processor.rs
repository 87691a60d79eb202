//! Answering requests: what a server hands to generated code, and what generated code hands to a handler.

use crate::application::{ApplicationError, ApplicationErrorKind};
use crate::arguments::{self, ReadArguments};
use crate::codec::{DecodeOwned, Encode};
use crate::codegen::Result as Decoded;
use crate::context::Metadata;
use crate::error::{DecodeError, EncodeError, Error};
use crate::handler::run;
use crate::limits::Limits;
use crate::log::log;
use crate::message::{MessageError, MessageHeader, MessageKind};
use crate::protocol::binary::{BinaryReader, BinaryWriter};
use crate::protocol::{InputProtocol, OutputProtocol};
use crate::structs::{Rest, StructWriter};
use crate::wire::Field;
use bytes::Bytes;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// The text that a client gets for an error of a handler that is not meant for it.
const INTERNAL: &str = "Internal error";

/// The text in place of one that does not fit into a message.
const TOO_LONG: &str = "The server's message is over its limit";

/// The bytes that the fixed part of a small result takes.
const RESULT_ROOM: usize = 32;

/// Anything that answers requests: a generated server around a handler, a `Connection` to a server
/// elsewhere, or a layer around another processor.
///
/// A generated client calls any processor, so `StoreClient::new(StoreServer::new(handler))` works without sockets.
pub trait Processor: Send + Sync + 'static {
    /// Answers one request. What the answer needs of the request is decoded before this returns.
    fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h>;

    /// The bounds within which a client writes requests and reads replies.
    fn limits(&self) -> Limits {
        Limits::default()
    }

    /// The sequence id for a client's next request. It need only differ where requests share a connection.
    fn next_sequence_id(&self) -> i32 {
        0
    }
}

macro_rules! processor_behind {
    ($($pointer:ident),*) => { $(
        impl<P: Processor + ?Sized> Processor for $pointer<P> {
            fn process<'h>(&'h self, request: Request<'_>) -> ReplyFuture<'h> {
                (**self).process(request)
            }
            fn limits(&self) -> Limits {
                (**self).limits()
            }
            fn next_sequence_id(&self) -> i32 {
                (**self).next_sequence_id()
            }
        }
    )* };
}
processor_behind!(Arc, Box);

/// One request: a whole message, of which the head is read.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    header: MessageHeader<'a>,
    message: &'a [u8],
    /// Where the arguments begin in `message`.
    body: usize,
    /// The same bytes as `message`, where they can be shared.
    shared: Option<&'a Bytes>,
    limits: Limits,
    metadata: &'a Metadata,
    /// How long the handler may take.
    timeout: Option<Duration>,
}

impl<'a> Request<'a> {
    /// Reads the head of a message.
    ///
    /// # Errors
    /// The bytes are no message, or no request.
    pub fn read(message: &'a [u8], limits: Limits, metadata: &'a Metadata) -> Result<Self, MessageError> {
        let (header, body) = MessageHeader::read_binary(message)?;
        match header.kind {
            MessageKind::Call | MessageKind::Oneway => {}
            kind @ (MessageKind::Reply | MessageKind::Exception) => return Err(MessageError::NotARequest(kind)),
        }
        Ok(Self { header, message, body, shared: None, limits, metadata, timeout: None })
    }

    /// Has decoded binaries be slices of `message`, which holds the very bytes of this request's message.
    pub(crate) fn sharing(self, message: &'a Bytes) -> Self {
        Self { shared: Some(message), ..self }
    }

    /// Bounds how long the handler may take.
    #[cfg(feature = "rpc")]
    pub(crate) fn within(self, timeout: Option<Duration>) -> Self {
        Self { timeout, ..self }
    }

    /// The method's name as the IDL spells it.
    pub fn method(&self) -> &'a str {
        self.header.name
    }

    /// The head of the message.
    pub fn header(&self) -> MessageHeader<'a> {
        self.header
    }

    /// Where the request came from.
    pub fn metadata(&self) -> &'a Metadata {
        self.metadata
    }

    /// The whole message, head and arguments.
    pub fn message(&self) -> Bytes {
        self.shared.cloned().unwrap_or_else(|| Bytes::copy_from_slice(self.message))
    }

    /// Reads the arguments, for a handler.
    pub fn arguments<A: ReadArguments>(self) -> Invocation<'a, A::Values> {
        let values = decode(self.message, self.body, self.shared, &self.limits, |reader| {
            let values = arguments::read::<A, _>(reader)?;
            // What follows may be a request, which would never be answered.
            reader.check_end()?;
            Ok(values)
        });
        Invocation { request: self, values }
    }

    /// Answers that there is no such method.
    pub fn unknown_method<'h>(self) -> ReplyFuture<'h> {
        let method = self.header.name;
        if self.header.kind == MessageKind::Oneway {
            log!(WARN, "a oneway request for the unknown method {method:?}");
            return ReplyFuture::ready(Ok(Reply::none()));
        }
        let text = format!("Invalid method name: '{method}'");
        let error = ApplicationError::new(ApplicationErrorKind::UNKNOWN_METHOD, text);
        ReplyFuture::ready(Answer::to(&self).exception(&error))
    }
}

/// A request with its arguments, for a handler to answer.
#[derive(Debug)]
pub struct Invocation<'a, V> {
    request: Request<'a>,
    values: Decoded<V>,
}

impl<V> Invocation<'_, V> {
    /// Has a handler answer.
    pub fn call<'h, F, R, T, E>(self, handler: F) -> ReplyFuture<'h>
    where
        V: Send + 'h,
        F: FnOnce(V) -> R + Send + 'h,
        R: Future<Output = Result<T, E>> + Send + 'h,
        T: ReturnValue,
        E: MethodError,
    {
        let answer = Answer::to(&self.request);
        let values = match self.values {
            Ok(values) => values,
            Err(error) => return ReplyFuture::ready(answer.invalid(&error)),
        };
        let (metadata, timeout) = (self.request.metadata.clone(), self.request.timeout);
        ReplyFuture::new(async move {
            match run(metadata, timeout, || handler(values), |result| answer.result(result)).await {
                Ok(reply) => reply,
                Err(why) => answer.failed(&why),
            }
        })
    }

    /// Has a handler take a request to which there is no reply, whatever happens: the IDL says so, and clients do not
    /// read one even when they sent the request as a call.
    pub fn oneway<'h, F, R, E>(self, handler: F) -> ReplyFuture<'h>
    where
        V: Send + 'h,
        F: FnOnce(V) -> R + Send + 'h,
        R: Future<Output = Result<(), E>> + Send + 'h,
        E: fmt::Display + Send + 'h,
    {
        let method = self.request.header.name.to_owned();
        let values = match self.values {
            Ok(values) => values,
            Err(error) => {
                log!(WARN, "invalid arguments of the oneway method {method:?}: {error}");
                return ReplyFuture::ready(Ok(Reply::none()));
            }
        };
        let (metadata, timeout) = (self.request.metadata.clone(), self.request.timeout);
        ReplyFuture::new(async move {
            let finish = |result: Result<(), E>| {
                if let Err(error) = result {
                    log!(ERROR, "the handler of the oneway method {method:?} failed: {error}");
                }
            };
            if let Err(why) = run(metadata, timeout, || handler(values), finish).await {
                log!(ERROR, "the handler of the oneway method {method:?} {why}");
            }
            Ok(Reply::none())
        })
    }
}

/// A handler may keep a small binary for long, and the frame that it came in may be big.
const SHARED_MIN: usize = 64;

/// Reads what follows after the head of a binary message.
pub(crate) fn decode<T>(
    message: &[u8],
    body: usize,
    shared: Option<&Bytes>,
    limits: &Limits,
    read: impl FnOnce(&mut BinaryReader<'_>) -> Decoded<T>,
) -> Decoded<T> {
    // The head was read from the same bytes, so the body begins within them.
    let frame = shared.filter(|frame| body <= frame.len()).map(|frame| frame.slice(body..));
    read(&mut match &frame {
        Some(frame) => BinaryReader::from_frame(frame, limits).sharing_from(SHARED_MIN),
        None => BinaryReader::new(message.get(body..).unwrap_or_default(), limits),
    })
}

/// Writes a binary message.
pub(crate) fn encode<E: From<EncodeError>>(
    header: MessageHeader<'_>,
    limits: &Limits,
    write: impl FnOnce(&mut BinaryWriter) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let mut writer = begin(header, limits);
    write(&mut writer)?;
    Ok(writer.finish()?)
}

fn begin(header: MessageHeader<'_>, limits: &Limits) -> BinaryWriter {
    let mut message = Vec::with_capacity(header.name.len() + 64);
    header.write_binary(&mut message);
    let mut writer = BinaryWriter::new(message, limits);
    // The head counts too: the reader's limit is that of a whole message.
    writer.start = 0;
    writer
}

/// The answer in place of a reply that cannot be sent.
#[cfg(feature = "rpc")]
pub(crate) fn internal_error(header: MessageHeader<'_>) -> Result<Bytes, EncodeError> {
    exception(header, &internal(), &unbounded())
}

/// Writes the message that says that a call failed.
fn exception(header: MessageHeader<'_>, error: &ApplicationError, limits: &Limits) -> Result<Bytes, EncodeError> {
    let header = MessageHeader { kind: MessageKind::Exception, ..header };
    let message = encode(header, limits, |out| {
        error.encode(out);
        Ok(())
    });
    message.map(Bytes::from)
}

/// For answers that are short, whatever the limits: a client is better served with one than with none.
fn unbounded() -> Limits {
    Limits { message_bytes: usize::MAX, ..Limits::default() }
}

fn internal() -> ApplicationError {
    ApplicationError::new(ApplicationErrorKind::INTERNAL_ERROR, INTERNAL)
}

/// What a reply needs to know of its request.
struct Answer {
    method: String,
    sequence_id: i32,
    limits: Limits,
}

impl Answer {
    fn to(request: &Request<'_>) -> Self {
        let MessageHeader { name, sequence_id, .. } = request.header;
        Self { method: name.to_owned(), sequence_id, limits: request.limits }
    }

    fn header(&self, kind: MessageKind) -> MessageHeader<'_> {
        MessageHeader { name: &self.method, kind, sequence_id: self.sequence_id }
    }

    /// The message for what a handler returned.
    fn result<T: ReturnValue, E: MethodError>(&self, result: Result<T, E>) -> Result<Reply, Error> {
        let message = encode(self.header(MessageKind::Reply), &self.limits, |out| {
            let mut s = StructWriter::new(out, &[], RESULT_ROOM);
            match result {
                Ok(value) => value.encode_result(&mut s),
                Err(error) => error.encode(&mut s)?,
            }
            s.end();
            Ok(())
        });
        self.reply(message)
    }

    /// The reply with this message, or the message for the error.
    fn reply(&self, message: Result<Vec<u8>, Error>) -> Result<Reply, Error> {
        match message {
            Ok(message) => Ok(Reply::new(message.into())),
            Err(Error::Application(error)) => self.exception(&error),
            Err(error) => {
                log!(ERROR, "the handler of {:?} failed: {error}", self.method);
                self.exception(&internal())
            }
        }
    }

    /// The message for arguments that cannot be decoded.
    fn invalid(&self, error: &DecodeError) -> Result<Reply, Error> {
        log!(WARN, "invalid arguments of the method {:?}: {error}", self.method);
        self.exception(&ApplicationError::new(ApplicationErrorKind::PROTOCOL_ERROR, error.to_string()))
    }

    /// The message for a handler that broke off.
    fn failed(&self, why: &str) -> Result<Reply, Error> {
        log!(ERROR, "the handler of {:?} {why}", self.method);
        self.exception(&internal())
    }

    fn exception(&self, error: &ApplicationError) -> Result<Reply, Error> {
        let header = self.header(MessageKind::Exception);
        let message = exception(header, error, &self.limits).or_else(|why| {
            log!(WARN, "the error of {:?} goes out without its text: {why}", self.method);
            exception(header, &ApplicationError::new(error.kind, TOO_LONG), &unbounded())
        });
        Ok(Reply::new(message?))
    }
}

/// The reply to a request.
#[derive(Clone, Debug, Default)]
pub struct Reply(Option<Bytes>);

impl Reply {
    /// A reply: a whole message, head and result, in the request's protocol and with its sequence id.
    pub fn new(message: Bytes) -> Self {
        Self(Some(message))
    }

    /// No reply, as to a oneway request.
    pub fn none() -> Self {
        Self(None)
    }

    /// The message; `None` where there is no reply.
    pub fn message(&self) -> Option<&Bytes> {
        self.0.as_ref()
    }

    /// The message; `None` where there is no reply.
    pub fn into_message(self) -> Option<Bytes> {
        self.0
    }
}

/// The reply to come. An error means that there is none: a server closes the connection, a client's call fails.
#[derive(Debug)]
pub struct ReplyFuture<'h>(State<'h>);

enum State<'h> {
    /// `None` once it was taken.
    Ready(Option<Result<Reply, Error>>),
    Waiting(Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send + 'h>>),
}

impl<'h> ReplyFuture<'h> {
    /// A reply that takes some time.
    pub fn new(future: impl Future<Output = Result<Reply, Error>> + Send + 'h) -> Self {
        Self(State::Waiting(Box::pin(future)))
    }

    /// A reply that is there.
    pub fn ready(reply: Result<Reply, Error>) -> Self {
        Self(State::Ready(Some(reply)))
    }
}

impl Future for ReplyFuture<'_> {
    type Output = Result<Reply, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            // Once taken, nothing more comes.
            State::Ready(reply) => reply.take().map_or(Poll::Pending, Poll::Ready),
            State::Waiting(future) => future.as_mut().poll(cx),
        }
    }
}

impl fmt::Debug for State<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready(reply) => f.debug_tuple("Ready").field(reply).finish(),
            Self::Waiting(_) => f.write_str("Waiting"),
        }
    }
}

/// What a method returns when all goes well.
pub trait ReturnValue: Sized + Send + 'static {
    /// What a result without a value means. `None`: it is a fault.
    fn absent() -> Option<Self>;
    /// Writes the result's field.
    fn encode_result<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>);
    /// Reads the result's field 0.
    fn decode_result<'de, P: InputProtocol<'de>>(s: &mut Rest<'_, P>, field: Field) -> Decoded<Option<Self>>;
}

impl ReturnValue for () {
    fn absent() -> Option<Self> {
        Some(())
    }
    fn encode_result<P: OutputProtocol>(&self, _: &mut StructWriter<'_, P>) {}
    fn decode_result<'de, P: InputProtocol<'de>>(s: &mut Rest<'_, P>, field: Field) -> Decoded<Option<Self>> {
        s.skip(field).map(|()| None)
    }
}

impl<T: Encode + DecodeOwned + Send + 'static> ReturnValue for T {
    fn absent() -> Option<Self> {
        None
    }
    fn encode_result<P: OutputProtocol>(&self, s: &mut StructWriter<'_, P>) {
        s.field(0, self);
    }
    fn decode_result<'de, P: InputProtocol<'de>>(s: &mut Rest<'_, P>, field: Field) -> Decoded<Option<Self>> {
        s.take(field)
    }
}

/// What a method returns when it fails: the exceptions that the IDL declares, and [`Error`] for all the rest.
pub trait MethodError: From<Error> + Send + 'static {
    /// Writes the field of a declared exception; any other error is given back.
    ///
    /// # Errors
    /// The error, when the IDL does not declare it.
    fn encode<P: OutputProtocol>(self, s: &mut StructWriter<'_, P>) -> Result<(), Error>;
    /// Reads a field of the result other than 0. `None`: no declared exception.
    ///
    /// # Errors
    /// The bytes are no such exception.
    fn decode<'de, P: InputProtocol<'de>>(s: &mut Rest<'_, P>, field: Field) -> Decoded<Option<Self>>;
}

impl MethodError for Error {
    fn encode<P: OutputProtocol>(self, _: &mut StructWriter<'_, P>) -> Result<(), Error> {
        Err(self)
    }
    fn decode<'de, P: InputProtocol<'de>>(s: &mut Rest<'_, P>, field: Field) -> Decoded<Option<Self>> {
        s.skip(field).map(|()| None)
    }
}
