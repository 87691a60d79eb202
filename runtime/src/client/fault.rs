//! Why a call has no reply, in a form that many calls of one connection can share.

use crate::error::{Error, InvalidReply, Timeout};
use crate::message::MessageError;
use bytes::Bytes;
use std::io;

/// What comes of a request: its reply, or none to a oneway request.
pub(super) type Outcome = Result<Option<Bytes>, Failed>;

/// A call that failed.
#[derive(Clone, Debug)]
pub(super) struct Failed {
    pub(super) fault: Fault,
    /// None of the request was sent, for sure.
    pub(super) unsent: bool,
}

/// Why a connection, or a call on it, has ended.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// The server has closed it, or it is not needed any more.
    Closed,
    Broken(io::ErrorKind, String),
    /// The server has sent what is no message.
    Message(MessageError),
    /// The server has sent a reply that nobody asked for.
    Reply(InvalidReply),
    /// The call took too long.
    Timeout,
    /// The server leaves calls unanswered, and its connections are as many as may be.
    Unanswered,
}

impl Fault {
    pub(super) fn broken(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Closed,
            kind => Self::Broken(kind, error.to_string()),
        }
    }

    /// What is to be said to the other calls on a connection that is closed for this.
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::InvalidReply(error) => Self::Reply(error.clone()),
            Error::Message(error) => Self::Message(error.clone()),
            _ => Self::Closed,
        }
    }
}

impl From<MessageError> for Fault {
    fn from(error: MessageError) -> Self {
        Self::Message(error)
    }
}

impl Failed {
    /// The error of a call to that server.
    pub(super) fn into_error(self, peer: &str) -> Error {
        let error = match self.fault {
            Fault::Timeout if self.unsent => return Error::Timeout(Timeout::Connection),
            Fault::Timeout => return Error::Timeout(Timeout::Call),
            // It comes back with every try.
            Fault::Message(error) if self.unsent => return Error::Message(error),
            Fault::Closed => Error::Closed { peer: peer.to_owned() },
            Fault::Broken(kind, text) => {
                Error::Io(io::Error::new(kind, format!("the connection to {peer} broke: {text}")))
            }
            Fault::Message(error) => Error::Message(error),
            Fault::Reply(error) => Error::InvalidReply(error),
            Fault::Unanswered => {
                let text = format!("the connection to {peer} was given up: it leaves too many calls unanswered");
                Error::Io(io::Error::new(io::ErrorKind::ConnectionAborted, text))
            }
        };
        if self.unsent { Error::Unsent(Box::new(error)) } else { error }
    }
}

/// Says of an error on a connection which server it was to. The end of the stream counts as one.
pub(super) fn name_peer(error: Error, peer: &impl ToString) -> Error {
    match error {
        Error::Io(error) => Failed { fault: Fault::broken(&error), unsent: false }.into_error(&peer.to_string()),
        Error::Unsent(error) => Error::Unsent(Box::new(name_peer(*error, peer))),
        error => error,
    }
}
