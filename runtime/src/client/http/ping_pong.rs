//! One HTTP/1.1 connection to a server, which carries one call at a time.

use crate::call::SHARE_FROM;
use crate::client::Settings;
use crate::client::outgoing::Outgoing;
use crate::client::socket::poll_send;
use crate::error::Error;
use crate::limits::Limits;
use crate::net::Stream;
use crate::pieces::Message;
use crate::spare;
use crate::transport::http_body::{Body, ChunkError, Chunks};
use crate::transport::http_request::Requests;
use crate::transport::http_response::{Response, too_large};
use crate::transport::read;
use crate::url::HttpTarget;
use bytes::{Buf, Bytes, BytesMut};
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};

#[derive(Debug)]
pub(in crate::client) struct HttpSocket {
    stream: Stream,
    requests: Requests,
    limits: Limits,
    input: BytesMut,
    /// The server is about to close, or has not read a request to its end.
    is_last: bool,
}

impl HttpSocket {
    pub(in crate::client) fn new(stream: Stream, target: &HttpTarget, settings: &Settings) -> Self {
        let (requests, limits) = (Requests::to(target, &settings.headers), settings.limits);
        Self { stream, requests, limits, input: BytesMut::new(), is_last: false }
    }

    pub(in crate::client) fn stream(&mut self) -> &mut Stream {
        &mut self.stream
    }

    pub(in crate::client) fn is_reusable(&self) -> bool {
        self.input.is_empty() && !self.is_last
    }

    pub(in crate::client) async fn exchange(&mut self, call: &mut Outgoing) -> Result<Option<Message>, Error> {
        let failed = match self.send(call).await {
            // A server may answer what it does not take, and close.
            Err(error @ Error::Io(_)) => Some(error),
            sent => sent.map(|()| None)?,
        };
        self.is_last |= failed.is_some();
        call.message.forget();
        let (response, body) = match (self.receive().await, failed) {
            (Err(_), Some(failed)) => return Err(failed),
            (received, _) => received?,
        };
        self.is_last |= !response.keep_alive;
        Ok(response.is_reply(call.oneway, body.beginning())?.then_some(body))
    }

    /// Sends the request, as much of it as the server takes.
    async fn send(&mut self, call: &Outgoing) -> Result<(), Error> {
        let mut head = spare::take();
        self.requests.begin(&call.headers, call.message.len(), &mut head)?;
        let mut body = &call.message[..];
        if body.len() < SHARE_FROM {
            head.extend_from_slice(body);
            body = &[];
        }
        let mut sent = 0;
        let Self { stream, input, is_last, .. } = self;
        let outcome = poll_fn(|cx| {
            let transforms = stream.transforms();
            if let Poll::Ready(outcome) = poll_send(stream, transforms, cx, [&head, body], &mut sent) {
                return Poll::Ready(outcome);
            }
            // A server that wants no more of a request says so, and may wait for the client to notice.
            let read = ready!(read::poll_chunk(stream, cx, |chunk| input.extend_from_slice(chunk)));
            *is_last = true;
            Poll::Ready(read.map_err(Error::from))
        })
        .await;
        spare::give(head);
        outcome
    }

    async fn receive(&mut self) -> Result<(Response, Message), Error> {
        match poll_fn(|cx| self.poll_whole(cx)).await? {
            Some(whole) => Ok(whole),
            None => Box::pin(self.receive_in_pieces()).await,
        }
    }

    /// The response, if it comes whole in one read, as nearly all do.
    fn poll_whole(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<(Response, Message)>, Error>> {
        let Self { stream, limits, input, .. } = self;
        if !input.is_empty() {
            return Poll::Ready(Ok(None));
        }
        ready!(read::poll_chunk(stream, cx, |chunk| {
            let response = Response::read(chunk)?.filter(|response| !response.status.is_informational());
            if let Some(response @ Response { head, body: Body::Length(length), .. }) = response
                && length <= limits.message_bytes
                && let Some((body, rest)) = chunk.get(head..).and_then(|rest| rest.split_at_checked(length))
            {
                input.extend_from_slice(rest);
                return Ok(Some((response, Message::copy_of(body))));
            }
            input.extend_from_slice(chunk);
            Ok(None)
        }))?
        .into()
    }

    async fn receive_in_pieces(&mut self) -> Result<(Response, Message), Error> {
        let response = loop {
            match Response::read(&self.input)? {
                Some(response) => {
                    self.input.advance(response.head);
                    // `100 Continue` and its like announce another one.
                    if !response.status.is_informational() {
                        break response;
                    }
                }
                None => self.read_more(0).await?,
            }
        };
        Ok((response, Message::Shared(self.receive_body(response.body).await?)))
    }

    async fn receive_body(&mut self, body: Body) -> Result<Bytes, Error> {
        let limits = self.limits;
        match body {
            Body::Length(length) if length > limits.message_bytes => Err(too_large(&limits)),
            Body::Length(length) => {
                while self.input.len() < length {
                    self.read_more(length - self.input.len()).await?;
                }
                Ok(read::take(&mut self.input, length))
            }
            Body::Close => {
                while self.input.len() <= limits.message_bytes {
                    if self.read(0).await? == 0 {
                        return Ok(std::mem::take(&mut self.input).freeze());
                    }
                }
                Err(too_large(&limits))
            }
            Body::Chunked => {
                let mut chunks = Chunks::new(limits.message_bytes);
                loop {
                    let (used, is_over) = chunks.read(&self.input).map_err(|error| match error {
                        ChunkError::TooLarge => too_large(&limits),
                        ChunkError::Invalid(reason) => Error::InvalidHttp(reason.to_owned()),
                    })?;
                    self.input.advance(used);
                    if is_over {
                        return Ok(chunks.into_bytes());
                    }
                    self.read_more(0).await?;
                }
            }
        }
    }

    async fn read_more(&mut self, missing: usize) -> Result<(), Error> {
        match self.read(missing).await? {
            0 => Err(Error::Io(io::ErrorKind::UnexpectedEof.into())),
            _ => Ok(()),
        }
    }

    async fn read(&mut self, missing: usize) -> io::Result<usize> {
        read::read(&mut self.stream, &mut self.input, missing).await
    }
}
