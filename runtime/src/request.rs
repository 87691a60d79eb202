//! A request on its way to what answers it: the whole message, of which the head is read, and what came with it.

use crate::answer::{Answer, LateAnswer};
use crate::application::{ApplicationError, ApplicationErrorKind};
use crate::arguments::{self, ReadArguments};
#[cfg(feature = "rpc")]
use crate::call::called;
use crate::codegen::Result as Decoded;
use crate::context::Metadata;
use crate::error::Error;
use crate::handler::{Deadline, Handler, Started};
use crate::limits::Limits;
use crate::log::log;
use crate::message::body::{self, Body};
use crate::message::{MessageError, MessageHeader, MessageKind, Protocol};
use crate::outcome::{MethodError, ReturnValue};
use crate::protocol::InputProtocol;
use crate::reply::{Reply, ReplyFuture};
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

/// One request: a whole message, of which the head is read.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    header: MessageHeader<'a>,
    /// The message has another method's name.
    is_renamed: bool,
    /// The name that the reply has, where it is a part of the program.
    replied: Option<&'static str>,
    body: Body<'a>,
    limits: &'a Limits,
    metadata: &'a Metadata,
    /// How long the handler may take.
    timeout: Option<Duration>,
}

impl<'a> Request<'a> {
    /// Reads the head of a message, in whichever protocol it is.
    ///
    /// # Errors
    /// The bytes are no message, or no request.
    #[inline(always)]
    pub fn read(message: &'a [u8], limits: &'a Limits, metadata: &'a Metadata) -> Result<Self, MessageError> {
        Self::with(message, None, limits, metadata, None)
    }

    /// The same, with what [`sharing`](Self::sharing) and [`within`](Self::within) add. It is made where it stays: what is put
    /// together of small parts takes longer to copy than to make.
    #[inline(always)]
    pub(crate) fn with(
        message: &'a [u8],
        shared: Option<&'a Bytes>,
        limits: &'a Limits,
        metadata: &'a Metadata,
        timeout: Option<Duration>,
    ) -> Result<Self, MessageError> {
        let protocol = Protocol::of(message)?;
        let (header, place) = protocol.read_header(message)?;
        match header.kind {
            MessageKind::Call | MessageKind::Oneway => {}
            kind @ (MessageKind::Reply | MessageKind::Exception) => return Err(MessageError::NotARequest(kind)),
        }
        let body = Body { protocol, message, place, shared };
        Ok(Self { header, is_renamed: false, replied: None, body, limits, metadata, timeout })
    }

    /// The same for a message that was written under this name, or that of a service and this.
    pub(crate) fn written(
        header: MessageHeader<'a>,
        protocol: Protocol,
        message: &'a [u8],
        limits: &'a Limits,
        metadata: &'a Metadata,
    ) -> Result<Self, MessageError> {
        let Some(place) = protocol.behind(header, message) else { return Self::read(message, limits, metadata) };
        let body = Body { protocol, message, place, shared: None };
        Ok(Self { header, is_renamed: false, replied: None, body, limits, metadata, timeout: None })
    }

    /// Has decoded binaries be slices of `message`, which holds the very bytes of this request's message.
    #[inline(always)]
    pub fn sharing(mut self, message: &'a Bytes) -> Self {
        self.body.shared = Some(message);
        self
    }

    /// Bounds how long the handler may take.
    #[inline(always)]
    pub fn within(self, timeout: Option<Duration>) -> Self {
        Self { timeout, ..self }
    }

    /// The same request for a method of that name, as when the name of a service was before it.
    pub fn for_method(mut self, name: &'a str) -> Self {
        self.is_renamed |= self.header.name != name;
        (self.header.name, self.replied) = (name, None);
        self
    }

    /// Says that the reply has this name, to spare those who keep it a copy.
    pub(crate) fn replied_as(self, method: &'static str) -> Self {
        Self { replied: Some(method), ..self }
    }

    /// The name that the reply has: without the service before it.
    #[cfg(feature = "rpc")]
    pub(crate) fn reply_name(&self) -> Cow<'static, str> {
        match self.replied {
            Some(method) => Cow::Borrowed(method),
            None => Cow::Owned(called(self.header.name).to_owned()),
        }
    }

    /// The same request with other metadata.
    pub fn with_metadata(self, metadata: &'a Metadata) -> Self {
        Self { metadata, ..self }
    }

    /// How long the handler may take.
    #[cfg(feature = "tower")]
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// The method's name as the IDL spells it.
    pub fn method(&self) -> &'a str {
        self.header.name
    }

    /// The head of the message.
    pub fn header(&self) -> MessageHeader<'a> {
        self.header
    }

    /// The protocol that the request is in, and its reply has to be.
    pub fn protocol(&self) -> Protocol {
        self.body.protocol
    }

    /// The bounds within which the request is read and its reply written.
    pub fn limits(&self) -> Limits {
        *self.limits
    }

    pub(crate) fn bounds(&self) -> &'a Limits {
        self.limits
    }

    /// Where the request came from.
    pub fn metadata(&self) -> &'a Metadata {
        self.metadata
    }

    /// The size of the whole message.
    pub fn message_bytes(&self) -> usize {
        self.body.message.len()
    }

    /// The whole message, head and arguments.
    pub fn message(&self) -> Bytes {
        match (self.bytes(), self.body.shared) {
            (Cow::Owned(renamed), _) => renamed.into(),
            (Cow::Borrowed(_), Some(shared)) => shared.clone(),
            (Cow::Borrowed(message), None) => Bytes::copy_from_slice(message),
        }
    }

    /// The same for those who do not keep it.
    pub(crate) fn bytes(&self) -> Cow<'a, [u8]> {
        let Body { protocol, message, .. } = self.body;
        if self.is_renamed {
            return protocol.with_header(message, self.header).unwrap_or_default().into();
        }
        message.into()
    }

    /// The metadata for a handler, with its deadline.
    pub(crate) fn bounded_metadata(&self) -> Metadata {
        let metadata = self.metadata.clone();
        match self.deadline() {
            Some(deadline) => metadata.with_deadline(deadline.at),
            None => metadata,
        }
    }

    /// When the handler has to be done.
    #[inline(always)]
    pub(crate) fn deadline(&self) -> Option<Deadline> {
        self.timeout.and_then(|limit| Some(Deadline { at: Instant::now().checked_add(limit)?, limit }))
    }

    /// Reads the arguments, for a handler.
    #[inline(always)]
    pub fn arguments<A: ReadArguments>(&self) -> Invocation<'_, A::Values> {
        let values = self.body.read(self.limits, ArgumentsOf::<A>(PhantomData));
        Invocation { request: self, values }
    }

    /// Answers that there is no such method.
    pub fn unknown_method<'h>(self) -> ReplyFuture<'h> {
        let text = format!("Invalid method name: '{}'", self.header.name);
        self.refuse(ApplicationErrorKind::UNKNOWN_METHOD, text)
    }

    /// Answers that the call failed, and says why. A oneway request gets no answer, so that the reason is logged.
    pub fn refuse<'h>(self, kind: ApplicationErrorKind, text: String) -> ReplyFuture<'h> {
        if kind == ApplicationErrorKind::UNKNOWN_METHOD {
            return self.refuse_name(kind, text);
        }
        self.refused(self.refusal(kind, text))
    }

    /// Answers that there is no such method or service.
    pub(crate) fn refuse_name<'h>(self, kind: ApplicationErrorKind, text: String) -> ReplyFuture<'h> {
        self.refused(self.refusal(kind, text).map(Reply::naming_nothing))
    }

    fn refusal(&self, kind: ApplicationErrorKind, text: String) -> Result<Reply, Error> {
        if self.header.kind == MessageKind::Oneway {
            log!(WARN, "a oneway request was refused: {text:?}");
            return Ok(Reply::none());
        }
        Answer::to(self).exception(&ApplicationError::new(kind, text))
    }

    fn refused<'h>(&self, reply: Result<Reply, Error>) -> ReplyFuture<'h> {
        let reply = ReplyFuture::ready(reply);
        if self.header.kind == MessageKind::Oneway { reply.oneway() } else { reply }
    }
}

/// The arguments of a method.
struct ArgumentsOf<A>(PhantomData<A>);

impl<A: ReadArguments> body::Read for ArgumentsOf<A> {
    type Value = A::Values;
    fn read<'de, P: InputProtocol<'de>>(self, input: &mut P) -> Decoded<A::Values> {
        arguments::read::<A, P>(input)
    }
}

/// A request with its arguments, for a handler to answer.
#[derive(Debug)]
pub struct Invocation<'a, V> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) values: Decoded<V>,
}

impl<V> Invocation<'_, V> {
    /// Has a handler answer.
    #[inline(always)]
    pub fn call<'h, F, R, T, E>(self, handler: F) -> ReplyFuture<'h>
    where
        V: Send + 'h,
        F: FnOnce(V) -> R + Send + 'h,
        R: Future<Output = Result<T, E>> + Send + 'h,
        T: ReturnValue,
        E: MethodError,
    {
        let answer = Answer::to(self.request);
        let values = match self.values {
            Ok(values) => values,
            Err(error) => return ReplyFuture::ready(answer.invalid(&error)),
        };
        let mut reply = Ok(Reply::none());
        let begin = || handler(values);
        match Handler::start(self.request, begin, |result| answer.result(result, &mut reply)) {
            Started::Done(Ok(())) => ReplyFuture::ready(reply),
            Started::Done(Err(why)) => ReplyFuture::ready(answer.failed(&why)),
            Started::Waits(handler) => {
                let late = LateAnswer::to(self.request);
                ReplyFuture::new(async move {
                    let mut reply = Ok(Reply::none());
                    match handler.run(|result| late.answer().result(result, &mut reply)).await {
                        Ok(()) => reply,
                        Err(why) => late.answer().failed(&why),
                    }
                })
            }
        }
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
        let method = self.request.header.name;
        let values = match self.values {
            Ok(values) => values,
            Err(error) => {
                log!(WARN, "invalid arguments of the oneway method {method:?}: {error}");
                return ReplyFuture::ready(Ok(Reply::none())).oneway();
            }
        };
        let begin = || handler(values);
        let finish = |result: Result<(), E>| result.map_err(|error| format!("failed: {error}"));
        let reply = match Handler::start(self.request, begin, finish) {
            Started::Done(done) => ReplyFuture::ready(taken(done, method)),
            Started::Waits(handler) => {
                let method = method.to_owned();
                ReplyFuture::new(async move { taken(handler.run(finish).await, &method) })
            }
        };
        reply.oneway()
    }
}

/// What comes of a oneway request: nobody else will hear how its handler failed.
fn taken(done: Result<Result<(), String>, String>, method: &str) -> Result<Reply, Error> {
    if let Err(why) | Ok(Err(why)) = done {
        log!(ERROR, "the handler of the oneway method {method:?} {why}");
    }
    Ok(Reply::none())
}
