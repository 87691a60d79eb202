//! A blocking client's requests and responses over HTTP/1.1.

use super::Settings;
use super::socket::Socket;
use crate::blocking::http::{BodyError, read_body};
use crate::blocking::stream::Deadline;
use crate::context::Metadata;
use crate::error::Error;
use crate::message::MessageKind;
use crate::transport::http_body::Body;
use crate::transport::http_header::header;
use crate::transport::http_reply::MEDIA_TYPE;
use crate::transport::http_response::{Response, too_large};
use crate::url::HttpTarget;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, USER_AGENT};
use http::uri::PathAndQuery;
use std::io::{self, ErrorKind};

/// What all requests of a connection have in common.
#[derive(Clone, Debug)]
pub(super) struct Requests {
    path: PathAndQuery,
    headers: HeaderMap,
}

impl Requests {
    /// Requests to a server that knows itself by the path and the `Host` header.
    pub(super) fn to(target: &HttpTarget, settings: &Settings) -> Self {
        let mut headers = HeaderMap::new();
        let thrift = HeaderValue::from_static(MEDIA_TYPE);
        headers.insert(HOST, target.host.clone());
        headers.insert(CONTENT_TYPE, thrift.clone());
        headers.insert(ACCEPT, thrift);
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("thrift-runtime/", env!("CARGO_PKG_VERSION"))));
        for (name, value) in settings.headers.headers() {
            // They were checked when they were set.
            if let Ok((name, value)) = header(name, value) {
                headers.insert(name, value);
            }
        }
        Self { path: target.path.clone(), headers }
    }

    /// Appends the head of a request with a body of so many bytes.
    ///
    /// # Errors
    /// A header of the call cannot be sent.
    pub(super) fn write(&self, call: &Metadata, length: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut headers = self.headers.clone();
        for (name, value) in call.headers() {
            let (name, value) = header(name, value).map_err(Error::InvalidHttp)?;
            headers.insert(name, value);
        }
        headers.insert(CONTENT_LENGTH, length.into());
        out.extend_from_slice(format!("POST {} HTTP/1.1\r\n", self.path).as_bytes());
        for (name, value) in &headers {
            for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
                out.extend_from_slice(part);
            }
        }
        out.extend_from_slice(b"\r\n");
        Ok(())
    }
}

impl Socket {
    /// Waits for the response, and takes the reply out of it.
    pub(super) fn receive_response(&mut self, kind: MessageKind, deadline: Deadline) -> Result<Option<Bytes>, Error> {
        let response = self.receive_head(deadline)?;
        let body = self.receive_body(response.body, deadline)?;
        self.is_last |= !response.keep_alive;
        Ok(response.is_reply(kind == MessageKind::Oneway, &body)?.then_some(body))
    }

    fn receive_head(&mut self, deadline: Deadline) -> Result<Response, Error> {
        loop {
            if let Some(response) = Response::read(self.input.as_slice())? {
                self.input.advance(response.head);
                // `100 Continue` and its like announce another one.
                if !response.status.is_informational() {
                    return Ok(response);
                }
            } else if self.fill(0, deadline)? == 0 {
                return Err(Error::Io(ErrorKind::UnexpectedEof.into()));
            }
        }
    }

    fn receive_body(&mut self, body: Body, deadline: Deadline) -> Result<Bytes, Error> {
        let Self { input, stream, limits, .. } = self;
        let body = read_body(body, limits.message_bytes, input, &mut |input, missing| {
            Ok::<_, io::Error>(input.fill(missing, |room| stream.read(room, deadline.left()))? > 0)
        });
        body.map_err(|error| match error {
            BodyError::TooLarge => too_large(limits),
            BodyError::Cut => Error::Io(ErrorKind::UnexpectedEof.into()),
            BodyError::Invalid(reason) => Error::InvalidHttp(reason.to_owned()),
            BodyError::Read(error) => Error::Io(error),
        })
    }
}
