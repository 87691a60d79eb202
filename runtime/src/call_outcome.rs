//! What a call comes to as can be seen from outside, for those who watch calls go by.

use crate::application::ApplicationErrorKind;
use crate::call::Failure;
use crate::error::{Error, Timeout};
use crate::limits::Limits;
use crate::message::body::Body;
use crate::message::{MessageKind, Protocol};
use crate::reply::{Reply, ReplyFuture};

/// What a call came to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum CallOutcome<'a> {
    /// The method returned. Of a oneway call: it was sent, or on the server it was taken, whatever came of it.
    Returned,
    /// The method threw an exception that the IDL declares.
    Exception,
    /// The server answered with an application exception.
    Failed(ApplicationErrorKind),
    /// There is no reply.
    NoReply(&'a Error),
    /// The call was given up before it was over: its future was dropped.
    Cancelled,
}

impl<'a> CallOutcome<'a> {
    /// One word for a label: `returned`, `exception`, `failed`, `no_reply` or `cancelled`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Returned => "returned",
            Self::Exception => "exception",
            Self::Failed(_) => "failed",
            Self::NoReply(_) => "no_reply",
            Self::Cancelled => "cancelled",
        }
    }

    /// What went wrong, in one word of few that there are; `None` where nothing did, or what the IDL declares.
    pub fn error_type(self) -> Option<&'static str> {
        Some(match self {
            Self::Returned | Self::Exception => return None,
            Self::Failed(kind) => kind.name().unwrap_or("UNKNOWN"),
            Self::NoReply(Error::Timeout(Timeout::Call)) => "timeout",
            Self::NoReply(Error::Overloaded) => "overloaded",
            Self::NoReply(error) if error.is_unsent() => "unsent",
            Self::NoReply(_) => "error",
            Self::Cancelled => "cancelled",
        })
    }

    fn of(reply: &'a Result<Reply, Error>) -> Self {
        match reply {
            Ok(reply) => reply.beginning().map_or(Self::Returned, Self::of_message),
            Err(error) => Self::NoReply(error),
        }
    }

    /// Tells by the bytes at its beginning, or all.
    fn of_message(message: &[u8]) -> Self {
        let unknown = Self::Failed(ApplicationErrorKind::UNKNOWN);
        let Ok(protocol) = Protocol::of(message) else { return unknown };
        let Ok((header, place)) = protocol.read_header(message) else { return unknown };
        if header.kind == MessageKind::Exception {
            let body = Body { protocol, message, place, shared: None };
            return body.read(&Limits::default(), Failure).map_or(unknown, |error| Self::Failed(error.kind));
        }
        let result = message.get(place).unwrap_or_default();
        if is_success(protocol, result) { Self::Returned } else { Self::Exception }
    }
}

/// Whether a result has the field 0, or none as that of a `void` method: by its first field, as it has no other.
fn is_success(protocol: Protocol, result: &[u8]) -> bool {
    match (protocol, result) {
        (Protocol::Binary, [0, ..] | [_, 0, 0, ..]) => true,
        // A header that does not count from the last field has the type alone in its first byte.
        (Protocol::Compact, [0, ..] | [0..=0x0f, 0, ..]) => true,
        #[cfg(feature = "json")]
        (Protocol::Json, result) => result.starts_with(b"{}") || result.starts_with(b"{\"0\""),
        _ => false,
    }
}

/// The same reply; `end` learns once what the call comes to, and the reply if there is one.
pub(crate) fn watch<'h, F>(mut reply: ReplyFuture<'h>, end: F) -> ReplyFuture<'h>
where
    F: FnOnce(CallOutcome<'_>, Option<&Reply>) + Send + 'h,
{
    let mut ending = Ending(Some(end));
    if let Some(reply) = reply.done() {
        ending.tell(CallOutcome::of(reply), reply.as_ref().ok());
    }
    if ending.0.is_none() {
        return reply;
    }
    reply.wrap(|reply| async move {
        let reply = reply.await;
        ending.tell(CallOutcome::of(&reply), reply.as_ref().ok());
        reply
    })
}

/// Tells also of a call that is dropped.
struct Ending<F: FnOnce(CallOutcome<'_>, Option<&Reply>)>(Option<F>);

impl<F: FnOnce(CallOutcome<'_>, Option<&Reply>)> Ending<F> {
    fn tell(&mut self, outcome: CallOutcome<'_>, reply: Option<&Reply>) {
        if let Some(end) = self.0.take() {
            end(outcome, reply);
        }
    }
}

impl<F: FnOnce(CallOutcome<'_>, Option<&Reply>)> Drop for Ending<F> {
    fn drop(&mut self) {
        self.tell(CallOutcome::Cancelled, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &[u8], name: &str, error: Option<&str>) {
        let reply = Ok(Reply::new(bytes::Bytes::copy_from_slice(message)));
        let outcome = CallOutcome::of(&reply);
        assert_eq!((outcome.name(), outcome.error_type()), (name, error), "{}", message.escape_ascii());
    }

    #[test]
    fn replies_tell_in_each_protocol() {
        check(b"\x80\x01\0\x02\0\0\0\x03add\0\0\0\x07\x08\0\0\0\0\0\x05\0", "returned", None);
        check(b"\x82\x41\x07\x03add\x05\0\x0a\0", "returned", None);
        check(b"\x80\x01\0\x02\0\0\0\x04ping\0\0\0\x03\0", "returned", None);
        check(b"\x82\x41\x03\x04ping\0", "returned", None);
        check(b"\x80\x01\0\x02\0\0\0\x03add\0\0\0\x03\x0c\0\x01\x0b\0\x01\0\0\0\x01x\0\0", "exception", None);
        check(b"\x82\x41\x03\x03add\x1c\x18\x01x\0\0", "exception", None);
        check(b"\x82\x41\x03\x03add\x0c\x28\x18\x01x\0\0", "exception", None);
        let failed = b"\x80\x01\0\x03\0\0\0\x03foo\0\0\0\x02\x0b\0\x01\0\0\0\x04nope\x08\0\x02\0\0\0\x01\0";
        check(failed, "failed", Some("UNKNOWN_METHOD"));
        check(b"\x82\x61\x02\x03foo\x18\x04nope\x15\x02\0", "failed", Some("UNKNOWN_METHOD"));
        check(b"", "failed", Some("UNKNOWN"));
        check(&failed[..20], "failed", Some("UNKNOWN"));
        #[cfg(feature = "json")]
        {
            check(b"[1,\"add\",2,7,{\"0\":{\"i32\":5}}]", "returned", None);
            check(b"[1,\"ping\",2,7,{}]", "returned", None);
            check(b"[1,\"add\",2,7,{\"1\":{\"rec\":{}}}]", "exception", None);
            check(b"[1,\"foo\",3,2,{\"1\":{\"str\":\"nope\"},\"2\":{\"i32\":1}}]", "failed", Some("UNKNOWN_METHOD"));
        }
    }
}
