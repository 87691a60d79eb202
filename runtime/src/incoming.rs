//! From the bytes of a message that has come to the request in it, and what goes back in place of a reply that cannot.

use crate::answer::{exception, internal_error};
use crate::application::{ApplicationError, ApplicationErrorKind};
use crate::context::Metadata;
use crate::error::Error;
use crate::limits::Limits;
use crate::log::log;
use crate::message::{MessageError, MessageHeader, MessageKind, Protocol};
use crate::pieces::Message;
use crate::reply::Reply;
use crate::request::Request;
use crate::transport::envelope::{Envelope, Opened};
use bytes::Bytes;
use std::borrow::Cow;
use std::time::Duration;

/// Messages of so many bytes and more are handed over as a shared buffer, of which decoded binaries are slices. A
/// binary taken from a smaller one is a copy, so that it does not keep alive the buffer of many messages.
pub(crate) const SHARE_FROM: usize = 16 * 1024;

/// What a request is handed on to. To a closure it would be copied.
pub(crate) trait TakeRequest {
    /// What comes of it.
    type Outcome;
    /// Takes a request that came in this envelope.
    fn take(self, envelope: Envelope, request: Request<'_>) -> Self::Outcome;
}

/// What has become of a message that a server has got.
pub(crate) enum Taken<R> {
    /// It was handed on.
    Request(R),
    /// There is no knowing what is in it, but how to say so.
    Unreadable(Envelope, Result<Reply, Error>),
}

/// How the messages of a connection are taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intake<'a> {
    /// Messages have no frames.
    pub(crate) is_bare: bool,
    pub(crate) limits: &'a Limits,
    pub(crate) metadata: &'a Metadata,
    /// How long a handler may take. What a client says that it waits may be less.
    pub(crate) timeout: Option<Duration>,
}

impl Intake<'_> {
    /// Hands on the request in a message, of which a frame's length is taken off. `shared`: the same bytes, where they can be
    /// shared.
    ///
    /// # Errors
    /// The bytes are no message, or no request.
    #[inline(always)]
    pub(crate) fn take<T: TakeRequest>(
        self,
        frame: &[u8],
        shared: Option<&Bytes>,
        taker: T,
    ) -> Result<Taken<T::Outcome>, MessageError> {
        let Self { is_bare, limits, metadata, timeout } = self;
        // As most are.
        if is_bare || Opened::is_plain(frame) {
            let envelope = if is_bare { Envelope::Bare } else { Envelope::Framed };
            let request = Request::with(frame, shared, limits, metadata, timeout)?;
            return Ok(Taken::Request(taker.take(envelope, request)));
        }
        self.open(frame, shared, taker)
    }

    /// Opens an envelope.
    #[inline(never)]
    fn open<T: TakeRequest>(
        self,
        frame: &[u8],
        shared: Option<&Bytes>,
        taker: T,
    ) -> Result<Taken<T::Outcome>, MessageError> {
        let Self { limits, metadata, timeout, .. } = self;
        let Opened { envelope, protocol, message, headers, timeout: patience, .. } = Opened::read(frame, limits)?;
        let message = match message {
            Ok(message) => message,
            Err(error @ MessageError::Transform(_)) => {
                let reply = unreadable(envelope, protocol, &error);
                return Ok(Taken::Unreadable(envelope, reply));
            }
            Err(error) => return Err(error),
        };
        // Apache's C++ library sends one when it closes.
        if message.is_empty() {
            return Ok(Taken::Unreadable(envelope, Ok(Reply::none())));
        }
        // Large messages are shared, and those that were decompressed are of their own.
        let inflated;
        let (message, own) = match message {
            Cow::Borrowed(message) => (message, shared.map(|frame| frame.slice_ref(message))),
            Cow::Owned(message) => {
                inflated = Bytes::from(message);
                (&*inflated, (inflated.len() >= SHARE_FROM).then(|| inflated.clone()))
            }
        };
        let with_headers = (!headers.is_empty()).then(|| metadata.clone().with_headers(headers));
        let metadata = with_headers.as_ref().unwrap_or(metadata);
        let timeout = [timeout, patience].into_iter().flatten().min();
        let request = Request::with(message, own.as_ref(), limits, metadata, timeout)?;
        Ok(Taken::Request(taker.take(envelope, request)))
    }
}

/// The answer to a message that was transformed in a way that is not known, so that not even its method is.
fn unreadable(envelope: Envelope, protocol: Protocol, error: &MessageError) -> Result<Reply, Error> {
    let error = ApplicationError::new(ApplicationErrorKind::INVALID_TRANSFORM, error.to_string());
    let sequence_id = envelope.sequence_id().unwrap_or_default();
    let header = MessageHeader { name: "", kind: MessageKind::Exception, sequence_id };
    exception(protocol, header, &error).map(Reply::new).map_err(Error::Encode)
}

/// What is sent in place of a reply for which the largest frame is too small.
#[cold]
pub(crate) fn over_limit(reply: &Message, limit: usize) -> Result<Bytes, MessageError> {
    let (head, length) = (reply.beginning(), reply.len());
    let protocol = Protocol::of(head)?;
    let (header, _) = protocol.read_header(head)?;
    log!(ERROR, "the reply of {:?} has {length} bytes; the largest frame has {limit}", header.name);
    internal_error(protocol, header).map_err(|_| MessageError::FrameTooLarge { length, limit })
}
