//! A request that borrows nothing, for services that keep, repeat or hand on what they are asked.

use crate::context::Metadata;
use crate::limits::Limits;
use crate::message::{MessageError, MessageKind};
use crate::request::Request;
use bytes::Bytes;
use std::time::Duration;

/// A request on its way through layers: a whole message, and what came, or is to be sent, with it. Cheap to clone, so
/// that it can be sent again.
#[derive(Clone, Debug)]
pub struct OwnedRequest {
    message: Bytes,
    kind: MessageKind,
    limits: Limits,
    metadata: Metadata,
    timeout: Option<Duration>,
}

impl OwnedRequest {
    /// The method's name as the IDL spells it; on its way to one of several services on a port, `service:method`.
    pub fn method(&self) -> &str {
        // A request has a head, which was read before.
        self.as_request().map(|request| request.method()).unwrap_or_default()
    }

    /// Whether there will be no reply.
    pub fn is_oneway(&self) -> bool {
        self.kind == MessageKind::Oneway
    }

    /// The whole message, head and arguments.
    pub fn message(&self) -> &Bytes {
        &self.message
    }

    /// Where the request came from, or what is to be sent with it.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The same request with other metadata.
    pub fn with_metadata(self, metadata: Metadata) -> Self {
        Self { metadata, ..self }
    }

    /// The request as processors take it.
    ///
    /// # Errors
    /// None: the message was one before.
    pub(crate) fn as_request(&self) -> Result<Request<'_>, MessageError> {
        let request = Request::read(&self.message, &self.limits, &self.metadata)?;
        Ok(request.sharing(&self.message).within(self.timeout))
    }
}

impl From<Request<'_>> for OwnedRequest {
    fn from(request: Request<'_>) -> Self {
        Self {
            message: request.message(),
            kind: request.header().kind,
            limits: request.limits(),
            metadata: request.metadata().clone(),
            timeout: request.timeout(),
        }
    }
}
