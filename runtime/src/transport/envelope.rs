//! What a message comes in: a bare frame, or one with headers of THeader or TTHeader; and its reply goes back in.

use super::header::{self, Pair};
use super::{Transport, framed, ttheader};
use crate::limits::Limits;
use crate::message::{MessageError, MessageHeader, Protocol};
use std::borrow::Cow;
use std::time::Duration;

/// What a reply needs of the envelope that its request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// None: messages follow one another.
    Bare,
    /// The length of the frame.
    Framed,
    /// THeader.
    Header { sequence_id: i32, zlib: bool },
    /// TTHeader.
    TtHeader { sequence_id: i32, is_framed: bool },
}

/// An envelope that was opened.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    pub(crate) envelope: Envelope,
    /// What the headers say of the message.
    pub(crate) protocol: Protocol,
    /// An error is one that the peer can be told of.
    pub(crate) message: Result<Cow<'a, [u8]>, MessageError>,
    /// The headers, as far as they are text.
    pub(crate) headers: Vec<(String, String)>,
    /// How long the peer waits for the reply.
    pub(crate) timeout: Option<Duration>,
    /// The peer is about to close.
    pub(crate) is_last: bool,
}

impl<'a> Opened<'a> {
    /// Whether a frame is a message alone, so that there is nothing to open.
    #[inline(always)]
    pub(crate) fn is_plain(frame: &[u8]) -> bool {
        !(frame.is_empty() || frame.starts_with(&header::MAGIC) || frame.starts_with(&ttheader::MAGIC))
    }

    /// Opens a frame, of which the length is taken off.
    ///
    /// # Errors
    /// The headers are malformed.
    pub(crate) fn read(frame: &'a [u8], limits: &Limits) -> Result<Self, MessageError> {
        if frame.starts_with(&header::MAGIC) {
            let frame = header::Frame::read(frame)?;
            let envelope = Envelope::Header {
                sequence_id: frame.sequence_id,
                zlib: cfg!(feature = "zlib") && frame.is_compressed(),
            };
            let headers = texts(&frame.headers);
            let (protocol, message) = (frame.protocol, frame.message(limits));
            return Ok(Self { envelope, protocol, message, headers, timeout: None, is_last: false });
        }
        if frame.starts_with(&ttheader::MAGIC) {
            let frame = ttheader::Frame::read(frame)?;
            let envelope = Envelope::TtHeader { sequence_id: frame.sequence_id, is_framed: frame.is_framed };
            let timeout = frame.number(ttheader::key::RPC_TIMEOUT).and_then(milliseconds);
            let headers = texts(&frame.headers);
            let (protocol, message) = (frame.protocol, Ok(Cow::Borrowed(frame.message)));
            let is_last = frame.headers.iter().any(|(name, value)| *name == ttheader::CLOSING && !value.is_empty());
            return Ok(Self { envelope, protocol, message, headers, timeout, is_last });
        }
        Ok(Self {
            envelope: Envelope::Framed,
            protocol: Protocol::default(),
            message: Ok(Cow::Borrowed(frame)),
            headers: Vec::new(),
            timeout: None,
            is_last: false,
        })
    }
}

impl Envelope {
    pub(crate) fn transport(self) -> Transport {
        match self {
            Self::Bare => Transport::Buffered,
            Self::Framed => Transport::Framed,
            Self::Header { .. } => Transport::Header,
            Self::TtHeader { .. } => Transport::TtHeader,
        }
    }

    /// The sequence id beside that of the message.
    pub(crate) fn sequence_id(self) -> Option<i32> {
        match self {
            Self::Bare | Self::Framed => None,
            Self::Header { sequence_id, .. } | Self::TtHeader { sequence_id, .. } => Some(sequence_id),
        }
    }

    /// Whether there is more to it than the length of the message.
    pub(crate) fn has_headers(self) -> bool {
        !matches!(self, Self::Bare | Self::Framed)
    }

    /// Whether the message itself is the last that is written, as it is: a large one need not be copied then, see
    /// [`begin`](Self::begin).
    pub(crate) fn is_prefix(self) -> bool {
        !matches!(self, Self::Header { zlib: true, .. })
    }

    /// Appends what stands before a reply of so many bytes, where that [is all](Self::is_prefix). Of the reply, `head` is the
    /// head, and perhaps more. After an error `out` is as before.
    ///
    /// # Errors
    /// The frame would be longer than `limit`.
    #[inline(always)]
    pub(crate) fn begin(self, head: &[u8], length: usize, limit: usize, out: &mut Vec<u8>) -> Result<(), MessageError> {
        match self {
            Self::Bare => Ok(()),
            Self::Framed => {
                let prefix = framed::prefix(length).filter(|_| length <= limit);
                out.extend_from_slice(&prefix.ok_or(MessageError::FrameTooLarge { length, limit })?);
                Ok(())
            }
            _ => self.begin_headers(head, length, limit, out),
        }
    }

    #[inline(never)]
    fn begin_headers(self, head: &[u8], length: usize, limit: usize, out: &mut Vec<u8>) -> Result<(), MessageError> {
        match self {
            Self::Bare | Self::Framed => Ok(()),
            Self::Header { sequence_id, zlib } => {
                let protocol = Protocol::of(head)?;
                header::Head { sequence_id, protocol, headers: &[], zlib }.begin(length, limit, out)
            }
            Self::TtHeader { sequence_id, is_framed } => {
                let protocol = Protocol::of(head)?;
                let (header, _) = protocol.read_header(head)?;
                // volo's clients want to know the kind before they look at the message.
                let kind = [header.kind as u8];
                let numbered = [(ttheader::key::MESSAGE_KIND, &kind[..])];
                let head = ttheader::Head { sequence_id, protocol, headers: &[], numbered: &numbered, is_framed };
                head.begin(length, limit, out)
            }
        }
    }

    /// The envelope of a client's requests. Their sequence ids are yet to be said.
    pub(crate) fn of_requests(transport: Transport, zlib: bool) -> Self {
        match transport {
            Transport::Header => Self::Header { sequence_id: 0, zlib },
            Transport::TtHeader => Self::TtHeader { sequence_id: 0, is_framed: false },
            Transport::Framed if !zlib => Self::Framed,
            // In a zlib stream, the frames are outside.
            _ => Self::Bare,
        }
    }

    /// Appends a request with its headers. After an error `out` is as before.
    ///
    /// # Errors
    /// The frame would be longer than `limit`.
    pub(crate) fn write_request(
        self,
        request: &[u8],
        headers: &[Pair<'_>],
        timeout: Option<Duration>,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), MessageError> {
        let protocol = Protocol::of(request)?;
        let (MessageHeader { name, sequence_id, .. }, _) = protocol.read_header(request)?;
        match self {
            Self::Bare | Self::Framed => self.write(request, limit, out),
            Self::Header { zlib, .. } => {
                header::Head { sequence_id, protocol, headers, zlib }.write(request, limit, out)
            }
            Self::TtHeader { is_framed, .. } => {
                let timeout = timeout.map(|timeout| timeout.as_millis().max(1).to_string());
                let (service, method) = name.split_once(':').map_or((None, name), |(to, name)| (Some(to), name));
                let mut numbered: Vec<(u16, &[u8])> = vec![(ttheader::key::WITH_HEADER, b"3")];
                numbered.push((ttheader::key::TO_METHOD, method.as_bytes()));
                numbered.extend(service.map(|service| (ttheader::key::TO_SERVICE, service.as_bytes())));
                numbered.extend(timeout.as_ref().map(|text| (ttheader::key::RPC_TIMEOUT, text.as_bytes())));
                ttheader::Head { sequence_id, protocol, headers, numbered: &numbered, is_framed }
                    .write(request, limit, out)
            }
        }
    }

    /// Appends a reply in its envelope. After an error `out` is as before.
    ///
    /// # Errors
    /// The frame would be longer than `limit`.
    pub(crate) fn write(self, reply: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), MessageError> {
        if let Self::Header { sequence_id, zlib: zlib @ true } = self {
            let protocol = Protocol::of(reply)?;
            return header::Head { sequence_id, protocol, headers: &[], zlib }.write(reply, limit, out);
        }
        self.begin(reply, reply.len(), limit, out)?;
        out.extend_from_slice(reply);
        Ok(())
    }
}

fn texts(headers: &[Pair<'_>]) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    headers.iter().filter_map(|(name, value)| Some((text(name)?, text(value)?))).collect()
}

/// A timeout of zero is none.
fn milliseconds(text: &[u8]) -> Option<Duration> {
    let number = std::str::from_utf8(text).ok()?.parse().ok();
    number.filter(|milliseconds| *milliseconds > 0).map(Duration::from_millis)
}
