//! How the requests of HTTP are handed to the processor.

use crate::allowed::Allowed;
use crate::context::Metadata;
use crate::limits::Limits;
use crate::processor::Processor;
use crate::reply::ReplyFuture;
use crate::request::Request;
use crate::server::Settings;
use crate::transport::Transport;
use crate::transport::http_reply::Refusal;
use bytes::Bytes;
use std::time::Duration;

#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) limits: Limits,
    pub(super) handler_timeout: Option<Duration>,
    allowed: Allowed,
}

impl Rules {
    pub(super) fn of(settings: &Settings) -> Self {
        let Settings { limits, handler_timeout, allowed, .. } = *settings;
        Self { limits, handler_timeout, allowed }
    }

    /// Has the processor answer a message. `shared`: the same bytes, where they can be shared.
    ///
    /// # Errors
    /// [`Refusal::Invalid`]: the bytes are no message, or no request.
    #[inline(always)]
    pub(super) fn begin<'p, P: Processor>(
        &self,
        processor: &'p P,
        message: &[u8],
        shared: Option<&Bytes>,
        metadata: &Metadata,
    ) -> Result<ReplyFuture<'p>, Refusal> {
        let request = Request::with(message, shared, &self.limits, metadata, self.handler_timeout)
            .map_err(|error| Refusal::Invalid(error.to_string()))?;
        Ok(match self.allowed.refusal(&request, Transport::Http) {
            Some((kind, text)) => request.refuse(kind, text),
            None => processor.process(request),
        })
    }
}
