//! How bytes become whole messages.

#[cfg(feature = "rpc")]
pub(crate) mod compressed;
mod cursor;
pub(crate) mod detect;
pub(crate) mod envelope;
pub(crate) mod framed;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub(crate) mod header;
#[cfg(feature = "rpc")]
pub(crate) mod http;
#[cfg(any(feature = "rpc", feature = "blocking"))]
pub(crate) mod http_body;
#[cfg(feature = "rpc")]
pub(crate) mod http_head;
pub(crate) mod http_header;
pub(crate) mod http_reply;
#[cfg(any(feature = "rpc", feature = "blocking"))]
pub(crate) mod http_request;
#[cfg(any(feature = "rpc", feature = "blocking"))]
pub(crate) mod http_response;
#[cfg(feature = "rpc")]
pub(crate) mod read;
pub(crate) mod ttheader;
pub(crate) mod unframed;
#[cfg(feature = "zlib")]
pub(crate) mod zlib;

use crate::limits::Limits;
use crate::message::MessageError;
use std::fmt;
use std::ops::Range;
use unframed::Scanner;

/// How messages are told apart on a connection, and what travels with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Transport {
    /// Each message comes behind its length.
    #[default]
    Framed,
    /// One message comes after another (Thrift also says unframed).
    Buffered,
    /// THeader: frames with headers, which Apache's C++, Python and Go libraries and fbthrift speak.
    Header,
    /// TTHeader: other frames with headers, which volo and Kitex speak.
    TtHeader,
    /// HTTP, of which each request has one message.
    Http,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Framed => "framed Thrift",
            Self::Buffered => "unframed Thrift",
            Self::Header => "THeader",
            Self::TtHeader => "TTHeader",
            Self::Http => "HTTP",
        })
    }
}

/// Where messages begin and end in a stream of them.
#[derive(Debug)]
pub(crate) enum Framing {
    /// Each message behind its length.
    Framed { limit: usize },
    /// One message after another.
    Unframed(Scanner),
}

impl Framing {
    pub(crate) fn framed(limits: &Limits) -> Self {
        Self::Framed { limit: Self::frame_limit(limits) }
    }

    /// The largest frame.
    pub(crate) fn frame_limit(limits: &Limits) -> usize {
        limits.frame_bytes.min(limits.message_bytes).min(framed::MAX)
    }

    pub(crate) fn unframed(limits: &Limits) -> Self {
        Self::Unframed(Scanner::new(*limits))
    }

    /// Where the message stands that `input` begins with, once it is all there.
    ///
    /// # Errors
    /// The bytes are no message, or over a limit; the stream cannot be read on.
    #[inline]
    pub(crate) fn next(&mut self, input: &[u8]) -> Result<Option<Range<usize>>, MessageError> {
        match self {
            Self::Framed { limit } => Ok(framed::length(input, *limit)?
                .map(|length| framed::PREFIX..framed::PREFIX + length)
                .filter(|message| message.end <= input.len())),
            Self::Unframed(scanner) => scanner.scan(input),
        }
    }

    /// How many bytes stand before a message and are none of it: frames of no bytes, and white space in a stream without
    /// frames, where no message begins with it.
    pub(crate) fn nothing(&self, input: &[u8]) -> usize {
        match self {
            // Nearly always there are none.
            Self::Framed { .. } if !input.starts_with(&[0; framed::PREFIX]) => 0,
            Self::Framed { .. } => input.chunks_exact(framed::PREFIX).take_while(|frame| **frame == [0; 4]).count() * 4,
            Self::Unframed(_) => input.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count(),
        }
    }

    /// How many bytes the next message takes at least, as far as `input`, in which it is not complete, tells.
    pub(crate) fn least_length(&self, input: &[u8]) -> usize {
        match self {
            Self::Framed { limit } => match framed::length(input, *limit) {
                Ok(Some(length)) => framed::PREFIX + length,
                _ => framed::PREFIX,
            },
            Self::Unframed(scanner) => scanner.least_length(),
        }
    }
}
