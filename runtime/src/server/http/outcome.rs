//! What comes of a request over HTTP that hyper has read, and the response that says so.

use crate::error::Error;
use crate::pieces::Message;
use crate::reply::Reply;
use crate::server::buffered::Share;
use crate::transport::http_reply::{MEDIA_TYPE, Refusal, TEXT};
use bytes::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::sync::OwnedSemaphorePermit;

/// What a request needs that is in flight, where their number is bounded: it may run on when it was answered, and its
/// reply may wait for the client when the handler is done.
pub(super) type Permit = Option<Admitted>;

pub(super) struct Admitted {
    pub(super) _turn: OwnedSemaphorePermit,
    /// For what has come of the body, and later for the reply.
    pub(super) share: Share,
}

/// The body of a response.
pub(super) struct Payload {
    pub(super) message: Message,
    pub(super) _permit: Permit,
}

/// What a request comes to.
pub(super) type Outcome = Result<Message, Refusal>;

/// No reply, as to a oneway request. A client waits for the response to one, too, though it says nothing.
pub(super) const NOTHING: Message = Message::Shared(Bytes::new());

pub(super) fn outcome(reply: Result<Reply, Error>) -> Outcome {
    match reply {
        Ok(reply) => Ok(reply.into_bytes().unwrap_or(NOTHING)),
        Err(error) => Err(Refusal::failed(&error)),
    }
}

/// The response.
pub(super) fn respond(mut outcome: Outcome, mut permit: Permit) -> Response<Payload> {
    if let (Ok(message), Some(permit)) = (&outcome, &mut permit)
        && permit.share.keep(message.len()).is_err()
    {
        outcome = Err(Refusal::NoRoom);
    }
    let (status, media_type, message) = match outcome {
        Ok(message) => (StatusCode::OK, MEDIA_TYPE, message),
        Err(refusal) => (refusal.status(), TEXT, Message::Own(refusal.text().into())),
    };
    let mut response = Response::new(Payload { message, _permit: permit });
    *response.status_mut() = status;
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
