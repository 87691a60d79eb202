//! What a client's messages travel in, on streams of their own: nothing, frames, or frames with headers.

use super::Settings;
use super::outgoing::Outgoing;
use crate::limits::Limits;
use crate::message::MessageError;
use crate::net::Stream;
use crate::pieces::Message;
use crate::transport::compressed::Compressed;
use crate::transport::envelope::{Envelope, Opened};
use crate::transport::{Framing, Transport};
use bytes::Bytes;
use std::borrow::Cow;
use std::time::Instant;

#[derive(Clone, Debug)]
pub(super) struct Wrapping {
    envelope: Envelope,
    limits: Limits,
    /// The headers of all requests.
    headers: Vec<(String, String)>,
    zlib: bool,
}

impl Wrapping {
    pub(super) fn new(settings: &Settings) -> Self {
        let headers = settings.headers.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let zlib = settings.zlib && !matches!(settings.transport, Transport::Header | Transport::TtHeader);
        Self {
            envelope: Envelope::of_requests(settings.transport, settings.zlib),
            limits: settings.limits,
            headers: headers.collect(),
            zlib,
        }
    }

    /// How messages are found in what comes.
    pub(super) fn framing(&self) -> Framing {
        match self.envelope {
            Envelope::Bare => Framing::unframed(&self.limits),
            _ => Framing::framed(&self.limits),
        }
    }

    /// The socket as messages travel on it.
    pub(super) fn stream(&self, stream: Stream, transport: Transport) -> Compressed<Stream> {
        #[cfg_attr(not(feature = "zlib"), allow(unused_mut))]
        let mut stream = Compressed::not(stream);
        #[cfg(feature = "zlib")]
        if self.zlib {
            let in_frames = transport == Transport::Framed;
            stream.inflate(Vec::new(), in_frames.then(|| Framing::frame_limit(&self.limits)));
        }
        let _ = (transport, self.zlib);
        stream
    }

    /// Whether messages stand alone, or behind their lengths: `Some` is the longest that has one.
    pub(super) fn frame_limit(&self) -> Option<usize> {
        (self.envelope == Envelope::Framed).then(|| Framing::frame_limit(&self.limits))
    }

    /// The frame of a request, for transports with headers. `None`: it is sent as it is.
    ///
    /// # Errors
    /// The frame would be over the limit, or the headers too large for it.
    pub(super) fn wrap(&self, call: &Outgoing, message: &[u8]) -> Result<Option<Vec<u8>>, MessageError> {
        if self.is_plain() {
            return Ok(None);
        }
        self.wrap_with_headers(call, message).map(Some)
    }

    /// Whether there is nothing to open in what comes.
    fn is_plain(&self) -> bool {
        !self.envelope.has_headers()
    }

    /// Apart, because what compresses needs so much of the stack that the usual call would feel it.
    #[inline(never)]
    fn wrap_with_headers(&self, call: &Outgoing, message: &[u8]) -> Result<Vec<u8>, MessageError> {
        let mut headers: Vec<(&[u8], &[u8])> = Vec::new();
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(call.headers.headers()) {
            headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name.as_bytes()));
            headers.push((name.as_bytes(), value.as_bytes()));
        }
        let timeout = call.deadline.saturating_duration_since(Instant::now());
        let mut wrapped = Vec::with_capacity(message.len() + 128);
        let limit = Framing::frame_limit(&self.limits);
        self.envelope.write_request(message, &headers, Some(timeout), limit, &mut wrapped)?;
        Ok(wrapped)
    }

    /// The message of a reply that came in these bytes, which do not stay, and whether the server is about to close.
    ///
    /// # Errors
    /// As of [`unwrap`](Self::unwrap).
    pub(super) fn open(&self, frame: &[u8]) -> Result<(Message, bool), MessageError> {
        if self.is_plain() {
            return Ok((Message::copy_of(frame), false));
        }
        self.unwrap(Bytes::copy_from_slice(frame)).map(|(message, is_last)| (Message::Shared(message), is_last))
    }

    /// The message of a reply, and whether the server is about to close.
    ///
    /// # Errors
    /// The headers are malformed, or the message cannot be decompressed.
    pub(super) fn unwrap(&self, frame: Bytes) -> Result<(Bytes, bool), MessageError> {
        if self.is_plain() {
            return Ok((frame, false));
        }
        let Opened { message, is_last, .. } = Opened::read(&frame, &self.limits)?;
        let message = match message? {
            Cow::Borrowed(message) => frame.slice_ref(message),
            Cow::Owned(message) => message.into(),
        };
        Ok((message, is_last))
    }
}
