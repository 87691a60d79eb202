//! What comes of a request over HTTP, and the response that says so.

use crate::context::Metadata;
use crate::error::Error;
use crate::log::log;
use crate::pieces::Message;
use crate::reply::Reply;
use crate::transport::http::CONTENT_TYPE;
use bytes::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE as CONTENT_TYPE_NAME, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::sync::OwnedSemaphorePermit;

/// What a request needs that is in flight, where their number is bounded: it may run on when it was answered, and its
/// reply may wait for the client when the handler is done.
pub(super) type Permit = Option<OwnedSemaphorePermit>;

/// The body of a response.
pub(super) struct Payload {
    pub(super) message: Message,
    pub(super) _permit: Permit,
}

/// What a request comes to.
pub(super) enum Outcome {
    Reply(Message),
    NoPost,
    TooLarge { limit: usize },
    Invalid(String),
    TooSlow,
    Failed,
}

impl Outcome {
    /// No reply, as to a oneway request. A client waits for the response to one, too, though it says nothing.
    pub(super) const NOTHING: Self = Self::Reply(Message::Shared(Bytes::new()));

    pub(super) fn of(reply: Result<Reply, Error>) -> Self {
        match reply {
            Ok(reply) => reply.into_bytes().map_or(Self::NOTHING, Self::Reply),
            Err(error) => {
                log!(WARN, "no reply to a request over HTTP: {error}");
                Self::Failed
            }
        }
    }

    /// The headers of the request are of no use any more, but their memory is.
    pub(super) fn into_response(self, permit: Permit, metadata: &mut Metadata) -> Response<Payload> {
        let mut headers = metadata.take_http_headers().unwrap_or_default();
        headers.clear();
        let (status, content_type, message) = match self {
            Self::Reply(message) => (StatusCode::OK, CONTENT_TYPE, message),
            other => {
                if matches!(other, Self::NoPost) {
                    headers.insert(ALLOW, HeaderValue::from_static("POST"));
                }
                let (status, text) = other.words();
                (status, HeaderValue::from_static("text/plain; charset=utf-8"), Message::Own(text.into()))
            }
        };
        headers.insert(CONTENT_TYPE_NAME, content_type);
        let mut response = Response::new(Payload { message, _permit: permit });
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    /// What a client is told in place of a reply.
    fn words(self) -> (StatusCode, String) {
        match self {
            Self::Reply(_) => (StatusCode::OK, String::new()),
            Self::NoPost => (StatusCode::METHOD_NOT_ALLOWED, "send Thrift messages by POST\n".to_owned()),
            Self::TooLarge { limit } => {
                (StatusCode::PAYLOAD_TOO_LARGE, format!("the message is over the limit of {limit} bytes\n"))
            }
            Self::Invalid(reason) => (StatusCode::BAD_REQUEST, format!("not a Thrift request: {reason}\n")),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body took too long\n".to_owned()),
            Self::Failed => (StatusCode::INTERNAL_SERVER_ERROR, "the request failed\n".to_owned()),
        }
    }
}
