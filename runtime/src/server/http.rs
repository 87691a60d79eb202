//! One connection of a server that speaks HTTP/1.1: a request's body is a message, the response's body its reply.
//!
//! Any path and any content type are taken. `200` carries whatever Thrift has to say, also that a call failed; other
//! statuses mean that there was no Thrift request.

use super::connection::{Ended, Stop};
use super::rewind::Rewind;
use super::{SHARE_FROM, Settings};
use crate::context::Metadata;
use crate::log::log;
use crate::processor::{Processor, Request};
use crate::transport::http::{BodyError, CONTENT_TYPE, collect};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE as CONTENT_TYPE_NAME, EXPECT, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

/// The longest timeout that is given to hyper, which adds it to the present time and panics where that overflows.
const FOR_EVER: Duration = Duration::from_secs(1 << 30);

/// Serves the connection, of which `prefix` was read already.
pub(super) async fn serve<S, P>(
    stream: S,
    prefix: Bytes,
    peer: SocketAddr,
    processor: &P,
    settings: &Settings,
    mut stop: Stop,
) -> Result<(), Ended>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    P: Processor,
{
    let stream = TokioIo::new(Rewind::new(prefix, stream, settings.write_timeout));
    let service = service_fn(|request: hyper::Request<Incoming>| async move {
        let (parts, body) = request.into_parts();
        Ok::<_, Infallible>(answer(parts, body, peer, processor, settings).await.into_response())
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(settings.message_timeout.min(FOR_EVER))
            // A client that shuts down its half of the connection still reads; and what one asked for is done to the end.
            .half_close(true)
            .serve_connection(stream, service)
    );
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.wait() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    ended.map_err(Ended::Http)
}

/// What a request comes to.
enum Outcome {
    Reply(Bytes),
    NoPost,
    TooLarge { limit: usize },
    Invalid(String),
    TooSlow,
    Failed,
}

async fn answer<P: Processor>(
    parts: Parts,
    mut body: Incoming,
    peer: SocketAddr,
    processor: &P,
    settings: &Settings,
) -> Outcome {
    if parts.method != Method::POST {
        return Outcome::NoPost;
    }
    let limits = settings.limits;
    let message = match timeout(settings.message_timeout, collect(&mut body, limits.message_bytes)).await {
        Ok(Ok(message)) => message,
        Ok(Err(BodyError::TooLarge)) => {
            if !parts.headers.contains_key(EXPECT) {
                // Closing with bytes unread could reset the connection before the client has read the answer.
                let _ = timeout(settings.message_timeout, discard(body, limits.message_bytes)).await;
            }
            return Outcome::TooLarge { limit: limits.message_bytes };
        }
        Ok(Err(BodyError::Http(error))) => return Outcome::Invalid(error.to_string()),
        Err(_) => return Outcome::TooSlow,
    };
    let metadata = Metadata::of_http(peer, parts);
    let request = match Request::read(&message, limits, &metadata) {
        Ok(request) => request.within(settings.handler_timeout),
        Err(error) => return Outcome::Invalid(error.to_string()),
    };
    let request = if message.len() < SHARE_FROM { request } else { request.sharing(&message) };
    let reply = processor.process(request);
    match reply.await {
        Ok(reply) => Outcome::Reply(reply.into_message().unwrap_or_default()),
        Err(error) => {
            log!(WARN, "no reply to {peer}: {error}");
            Outcome::Failed
        }
    }
}

/// Reads at most so many bytes of a body that nobody wants.
async fn discard(mut body: Incoming, mut limit: usize) {
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        match limit.checked_sub(length) {
            Some(left) => limit = left,
            None => return,
        }
    }
}

impl Outcome {
    fn into_response(self) -> Response<Full<Bytes>> {
        let (status, text) = match self {
            Self::Reply(message) => {
                let mut response = Response::new(Full::new(message));
                response.headers_mut().insert(CONTENT_TYPE_NAME, CONTENT_TYPE);
                return response;
            }
            Self::NoPost => (StatusCode::METHOD_NOT_ALLOWED, "send Thrift messages by POST\n".to_owned()),
            Self::TooLarge { limit } => {
                (StatusCode::PAYLOAD_TOO_LARGE, format!("the message is over the limit of {limit} bytes\n"))
            }
            Self::Invalid(reason) => (StatusCode::BAD_REQUEST, format!("not a Thrift request: {reason}\n")),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body took too long\n".to_owned()),
            Self::Failed => (StatusCode::INTERNAL_SERVER_ERROR, "the request failed\n".to_owned()),
        };
        let mut response = Response::new(Full::from(text));
        *response.status_mut() = status;
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE_NAME, plain);
        if status == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}
