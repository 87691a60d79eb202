//! A blocking client's responses over HTTP/1.1.

use super::socket::Socket;
use crate::blocking::http::{BodyError, read_body};
use crate::blocking::stream::Deadline;
use crate::error::Error;
use crate::message::MessageKind;
use crate::transport::http_body::Body;
use crate::transport::http_response::{Response, too_large};
use bytes::Bytes;
use std::io::{self, ErrorKind};

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
