//! Why a call, a handler or a server failed.

use super::{DecodeError, EncodeError};
use crate::application::{ApplicationError, ApplicationErrorKind};
use crate::message::{MessageError, MessageKind};
use std::borrow::Cow;
use std::sync::Arc;
use std::{fmt, io};

/// Why a call failed; also what a handler returns when it fails.
///
/// From a handler, [`Error::Application`] goes to the client as it is. Anything else is logged, and the client learns no
/// more than `Internal error`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server answered that the call failed, for a reason that the IDL does not declare.
    #[error(transparent)]
    Application(#[from] ApplicationError),
    /// The reply's result could not be decoded.
    #[error("invalid result: {0}")]
    Decode(DecodeError),
    /// The arguments or the result could not be encoded.
    #[error("the message cannot be written: {0}")]
    Encode(EncodeError),
    /// The peer sent something that is no message.
    #[error("invalid message: {0}")]
    Message(MessageError),
    /// The reply is a message, but not one that answers the call.
    #[error("invalid reply: {0}")]
    InvalidReply(InvalidReply),
    /// There is no connection to the server: the last attempt to make one failed so. After two failures in a row, further
    /// attempts are made only from time to time, and calls fail at once in between.
    #[error(transparent)]
    Connect(Arc<io::Error>),
    /// The connection ended, as is said inside, before any of the request was sent.
    #[error("the request was not sent: {0}")]
    Unsent(Box<Error>),
    /// As many calls as may wait for a connection do so already: `ClientBuilder::max_waiting`.
    #[error("{waiting} calls are waiting for a connection already")]
    QueueFull {
        /// How many.
        waiting: usize,
    },
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The call took too long.
    #[error("{0}")]
    Timeout(Timeout),
    /// There are more calls than a layer lets through, which this one is not.
    #[error("too many calls at a time")]
    Overloaded,
    /// The peer closed the connection before it had replied.
    #[error("{peer} closed the connection before it replied")]
    Closed {
        /// The peer's host and port.
        peer: String,
    },
    /// An HTTP server answered without a Thrift message.
    #[error("the server answered with HTTP status {status} and no Thrift message: {text}")]
    Http {
        /// The status.
        status: u16,
        /// How the body begins, if it is plain text.
        text: String,
    },
    /// HTTP that cannot be understood, in words.
    #[error("invalid HTTP: {0}")]
    InvalidHttp(String),
    /// A peer that TLS does not trust, or settings of TLS that cannot be used, in words.
    #[error("{0}")]
    Tls(String),
    /// A URL that names no server, in words.
    #[error("{0}")]
    Url(String),
    /// An error of the program around a handler.
    #[error(transparent)]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Wraps a foreign error, for handlers: `.map_err(Error::internal)?`. It is logged; the client sees `Internal error`.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// Whether nothing of the request has left the client, for a reason that may pass. Then calling again is safe whatever the
    /// method does. After any other error of a connection, and after a timeout of the call, the server may have carried out
    /// the request.
    pub fn is_unsent(&self) -> bool {
        matches!(
            self,
            Self::Connect(_)
                | Self::Unsent(_)
                | Self::QueueFull { .. }
                | Self::Overloaded
                | Self::Timeout(Timeout::Connect | Timeout::Connection)
        )
    }

    /// An error that the client shall see.
    pub fn application(kind: ApplicationErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Application(ApplicationError::new(kind, message))
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<EncodeError> for Error {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<MessageError> for Error {
    fn from(error: MessageError) -> Self {
        Self::Message(error)
    }
}

/// What took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timeout {
    /// Connecting to the server.
    Connect,
    /// Waiting for a connection that takes the call. The request was not sent.
    Connection,
    /// The call as a whole, waiting for a free connection included.
    Call,
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting took too long",
            Self::Connection => "no connection was free in time",
            Self::Call => "the call took too long",
        })
    }
}

/// Why a message does not answer the call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum InvalidReply {
    /// It has the sequence id of another call.
    SequenceId {
        /// The call's.
        expected: i32,
        /// The reply's.
        found: i32,
    },
    /// It is for another method.
    Method {
        /// The call's.
        expected: String,
        /// The reply's.
        found: String,
    },
    /// It is a request.
    Kind(MessageKind),
    /// It has a sequence id that no call on its connection has.
    Unasked(i32),
    /// There is none, as to a oneway request.
    Missing,
}

impl fmt::Display for InvalidReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SequenceId { expected, found } => write!(f, "it has sequence id {found}, the call has {expected}"),
            Self::Method { expected, found } => write!(f, "it is for method {found:?}, the call is of {expected:?}"),
            Self::Kind(kind) => write!(f, "it is a message of kind {kind:?}"),
            Self::Unasked(found) => write!(f, "it has sequence id {found}, which no call has"),
            Self::Missing => f.write_str("the server did not reply"),
        }
    }
}
