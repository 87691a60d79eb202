//! One connection to a server, which carries one call at a time.

use super::Settings;
use super::endpoint::Endpoint;
use crate::blocking::buffer::Buffer;
use crate::blocking::compressed::Compressed;
use crate::blocking::stream::Deadline;
use crate::context::Metadata;
use crate::error::Error;
use crate::failures::Attempt;
use crate::limits::Limits;
use crate::message::{MessageError, MessageKind};
use crate::request::Request;
use crate::transport::Framing;
#[cfg(feature = "zlib")]
use crate::transport::Transport;
use crate::transport::envelope::{Envelope, Opened};
use crate::transport::http_request::Requests;
use bytes::{Buf, Bytes};
use std::borrow::Cow;
use std::io::ErrorKind;
use std::time::Duration;

/// A connected socket, and what has come on it.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) stream: Compressed,
    framing: Framing,
    envelope: Envelope,
    /// `None`: HTTP is not spoken.
    requests: Option<Requests>,
    /// Of all requests.
    headers: Metadata,
    pub(super) limits: Limits,
    pub(super) input: Buffer,
    /// A message that is to be sent, in its frame.
    output: Vec<u8>,
    /// How it was connected, until there is an answer on it.
    pub(super) untried: Option<Attempt>,
    /// The server is about to close.
    pub(super) is_last: bool,
}

/// Larger messages are written from where they are, behind their length.
const COPY: usize = 64 * 1024;

/// Memory for `output` that is larger than this was grown by one large message, and is not kept.
const KEEP: usize = 2 * COPY;

impl Socket {
    /// Connects within the connect timeout, and until the deadline.
    pub(super) fn connect(endpoint: &Endpoint, settings: &Settings, deadline: Deadline) -> Result<Self, Error> {
        #[cfg_attr(not(feature = "zlib"), allow(unused_mut))]
        let mut stream = Compressed::not(endpoint.connect(deadline.or(Deadline::after(settings.connect_timeout)))?);
        let limits = settings.limits;
        #[cfg(feature = "zlib")]
        if settings.zlib
            && endpoint.http.is_none()
            && matches!(settings.transport, Transport::Framed | Transport::Buffered)
        {
            let in_frames = settings.transport == Transport::Framed;
            stream.inflate(Vec::new(), in_frames.then(|| Framing::frame_limit(&limits)));
        }
        let envelope = Envelope::of_requests(settings.transport, settings.zlib);
        let framing = if envelope == Envelope::Bare { Framing::unframed(&limits) } else { Framing::framed(&limits) };
        let requests = endpoint.http.as_ref().map(|target| Requests::to(target, &settings.headers));
        Ok(Self {
            stream,
            framing,
            envelope,
            requests,
            headers: settings.headers.clone(),
            limits,
            input: Buffer::default(),
            output: Vec::new(),
            untried: None,
            is_last: false,
        })
    }

    /// Whether the socket can carry another call, as far as is known from the last one.
    pub(super) fn is_reusable(&self) -> bool {
        self.input.is_empty() && self.stream.is_drained() && !self.is_last
    }

    /// Whether an idle socket can carry a call: the server has neither closed it nor sent anything that nobody asked for.
    pub(super) fn is_fresh(&mut self) -> bool {
        self.is_reusable() && self.stream.inner().is_quiet()
    }

    /// Sends a request and waits for the reply, if there is one. Unless this returns a reply (or, to a oneway request,
    /// nothing), the socket is of no more use.
    pub(super) fn exchange(
        &mut self,
        request: &Request<'_>,
        headers: &Metadata,
        deadline: Deadline,
    ) -> Result<Option<Bytes>, Error> {
        self.send(request, headers, deadline)?;
        match request.header().kind {
            kind if self.requests.is_some() => self.receive_response(kind, deadline),
            MessageKind::Oneway => Ok(None),
            _ => self.receive(deadline).map(Some),
        }
    }

    fn send(&mut self, request: &Request<'_>, headers: &Metadata, deadline: Deadline) -> Result<(), Error> {
        // What could not be sent, a header perhaps, leaves its beginning.
        self.output.clear();
        let (message, limit) = (request.bytes(), Framing::frame_limit(&self.limits));
        if let Some(requests) = &self.requests {
            requests.begin(headers, message.len(), &mut self.output)?;
            self.output.extend_from_slice(&message);
            return self.write(&[], deadline);
        }
        if !self.envelope.has_headers() && message.len() >= COPY {
            self.envelope.begin(&message, message.len(), limit, &mut self.output)?;
            return self.write(&message, deadline);
        }
        if !self.envelope.has_headers() {
            self.envelope.write(&message, limit, &mut self.output)?;
        } else {
            let headers = self.headers.clone().with_headers_of(headers)?;
            let headers: Vec<_> = headers.headers().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
            let patience = Some(deadline.left()).filter(|left| *left < Duration::MAX);
            self.envelope.write_request(&message, &headers, patience, limit, &mut self.output)?;
        }
        self.write(&[], deadline)
    }

    /// Writes what is in `output`, and then `rest`.
    fn write(&mut self, rest: &[u8], deadline: Deadline) -> Result<(), Error> {
        let written = self.stream.write(Buf::chain(&self.output[..], rest), || deadline.left());
        self.output.clear();
        self.output.shrink_to(KEEP);
        Ok(written?)
    }

    fn receive(&mut self, deadline: Deadline) -> Result<Bytes, Error> {
        loop {
            let input = self.input.as_slice();
            let message = self.framing.next(input);
            if let Some(message) = message.map_err(|error| as_http(input).unwrap_or(error))? {
                let mut whole = self.input.take(message.end);
                whole.advance(message.start);
                return self.open(whole);
            }
            let missing = self.framing.least_length(input).saturating_sub(input.len());
            if self.fill(missing, deadline)? == 0 {
                return Err(Error::Io(ErrorKind::UnexpectedEof.into()));
            }
        }
    }

    pub(super) fn fill(&mut self, missing: usize, deadline: Deadline) -> Result<usize, Error> {
        Ok(self.input.fill(missing, |room| self.stream.read(room, deadline.left()))?)
    }

    /// The message in a frame.
    fn open(&mut self, frame: Bytes) -> Result<Bytes, Error> {
        if !self.envelope.has_headers() {
            return Ok(frame);
        }
        let Opened { message, is_last, .. } = Opened::read(&frame, &self.limits)?;
        self.is_last |= is_last;
        Ok(match message? {
            Cow::Borrowed(message) => frame.slice_ref(message),
            Cow::Owned(message) => message.into(),
        })
    }
}

/// What is better said of an invalid reply that is one of HTTP.
fn as_http(input: &[u8]) -> Option<MessageError> {
    input.starts_with(b"HTTP").then_some(MessageError::Http)
}
