//! THeader: a frame with headers, and transforms that were applied to the message.
//!
//! Behind the length, which the framed transport has too: the magic number, flags, the sequence id, the size of the header
//! in words, the header, the payload. All this is big endian; in the header numbers are varints. Format:
//! <https://github.com/apache/thrift/blob/master/doc/specs/HeaderFormat.md>.

use super::cursor::Cursor;
use super::framed;
#[cfg(feature = "zlib")]
use super::zlib;
use crate::limits::Limits;
use crate::message::{MessageError, Protocol};
use crate::protocol::compact::varint;
use std::borrow::Cow;

/// What a frame begins with.
pub(crate) const MAGIC: [u8; 2] = [0x0f, 0xff];

/// The longest frame that Apache's libraries read.
pub(crate) const MAX: usize = 0x3fff_ffff;

/// The most headers that are read: a peer sends a few.
pub(crate) const MAX_HEADERS: usize = 1024;

/// The most words that Apache's C++ library takes for the header.
const MAX_WORDS: usize = 16_383;

/// The bytes of a word, in which the size of the header is counted.
pub(super) const WORD: usize = 4;

/// More would only make work: each is applied to the whole payload.
const MAX_TRANSFORMS: u32 = 4;

/// The transform that compresses the payload.
const ZLIB: u32 = 1;

/// The block of the header that holds the headers. 0 is padding; others are not known, and not how long they are.
const KEY_VALUE: u32 = 1;

/// A key and its value.
pub(crate) type Pair<'a> = (&'a [u8], &'a [u8]);

/// A frame that was read.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) sequence_id: i32,
    /// What the header says; the message itself tells it too.
    pub(crate) protocol: Protocol,
    /// In the order on the wire. A key may repeat.
    pub(crate) headers: Vec<Pair<'a>>,
    /// In the order in which they were applied; none follows one that is not known.
    transforms: Vec<u32>,
    data: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Reads a frame, which begins with the magic number.
    ///
    /// # Errors
    /// The header is malformed, or names a protocol that is not known.
    pub(crate) fn read(frame: &'a [u8]) -> Result<Self, MessageError> {
        let mut rest = Cursor::new(frame);
        let (_magic, _flags, sequence_id) = (rest.u16()?, rest.u16()?, rest.i32()?);
        let size = usize::from(rest.u16()?) * WORD;
        let mut header = Cursor::new(rest.take(size)?);
        let mut frame = Self {
            sequence_id,
            protocol: protocol(header.varint()?)?,
            headers: Vec::new(),
            transforms: Vec::new(),
            data: rest.rest(),
        };
        let transforms = header.varint()?;
        if transforms > MAX_TRANSFORMS {
            return Err(MessageError::FrameHeader("it lists too many transforms"));
        }
        for _ in 0..transforms {
            let transform = header.varint()?;
            frame.transforms.push(transform);
            // Data of its own may follow, so that nothing more of the header can be read.
            if transform != ZLIB {
                return Ok(frame);
            }
        }
        while !header.is_empty() && header.varint()? == KEY_VALUE {
            for _ in 0..header.varint()? {
                let key = string(&mut header)?;
                frame.headers.push((key, string(&mut header)?));
                if frame.headers.len() > MAX_HEADERS {
                    return Err(MessageError::FrameHeader("it has too many entries"));
                }
            }
        }
        Ok(frame)
    }

    /// Whether a transform was applied that compresses. The reply should be compressed too.
    pub(crate) fn is_compressed(&self) -> bool {
        self.transforms.contains(&ZLIB)
    }

    /// The message, after the transforms are undone.
    ///
    /// # Errors
    /// A transform is not known, which is answered by INVALID_TRANSFORM; or the payload cannot be undone, or is then over
    /// [`Limits::frame_bytes`] or [`Limits::message_bytes`].
    pub(crate) fn message(&self, limits: &Limits) -> Result<Cow<'a, [u8]>, MessageError> {
        let mut message = Cow::Borrowed(self.data);
        for transform in self.transforms.iter().rev() {
            message = undo(*transform, &message, limits)?.into();
        }
        Ok(message)
    }
}

/// What is written in front of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    pub(crate) sequence_id: i32,
    pub(crate) protocol: Protocol,
    pub(crate) headers: &'a [Pair<'a>],
    /// Whether the message is compressed, which needs the feature `zlib`.
    pub(crate) zlib: bool,
}

impl Head<'_> {
    /// Appends a frame with its length. After an error `out` is as before.
    ///
    /// # Errors
    /// The headers are too large for a frame, or the frame is longer than `limit`.
    pub(crate) fn write(&self, message: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), MessageError> {
        if !self.zlib {
            self.begin(message.len(), limit, out)?;
            out.extend_from_slice(message);
            return Ok(());
        }
        let start = out.len();
        let written = self.append(out).and_then(|()| apply(ZLIB, message, out));
        let written = written.and_then(|()| framed::patch(out, start, 0, limit.min(MAX)));
        if written.is_err() {
            out.truncate(start);
        }
        written
    }

    /// Appends what stands before a message of so many bytes, which is not compressed. After an error `out` is as before.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub(crate) fn begin(&self, length: usize, limit: usize, out: &mut Vec<u8>) -> Result<(), MessageError> {
        let start = out.len();
        let written = self.append(out).and_then(|()| framed::patch(out, start, length, limit.min(MAX)));
        if written.is_err() {
            out.truncate(start);
        }
        written
    }

    fn append(&self, out: &mut Vec<u8>) -> Result<(), MessageError> {
        out.extend_from_slice(&[0; framed::PREFIX]);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(&self.sequence_id.to_be_bytes());
        let size_at = out.len();
        out.extend_from_slice(&[0, 0]);
        let header = out.len();
        push_varint(protocol_id(self.protocol).into(), out);
        push_varint(self.zlib.into(), out);
        if self.zlib {
            push_varint(ZLIB as usize, out);
        }
        if !self.headers.is_empty() {
            push_varint(KEY_VALUE as usize, out);
            push_varint(self.headers.len(), out);
            for string in self.headers.iter().flat_map(|(key, value)| [key, value]) {
                push_varint(string.len(), out);
                out.extend_from_slice(string);
            }
        }
        pad(out, header);
        let words = (out.len() - header) / WORD;
        let size = u16::try_from(words).ok().filter(|_| words <= MAX_WORDS);
        let size = size.ok_or(MessageError::FrameHeader("the headers are too large"))?;
        framed::overwrite(out, size_at, &size.to_be_bytes());
        Ok(())
    }
}

fn undo(transform: u32, data: &[u8], limits: &Limits) -> Result<Vec<u8>, MessageError> {
    match transform {
        #[cfg(feature = "zlib")]
        ZLIB => zlib::inflate(data, limits.frame_bytes.min(limits.message_bytes)),
        unknown => {
            let _ = (data, limits);
            Err(MessageError::Transform(unknown))
        }
    }
}

fn apply(transform: u32, message: &[u8], out: &mut Vec<u8>) -> Result<(), MessageError> {
    match transform {
        #[cfg(feature = "zlib")]
        ZLIB => zlib::deflate(message, out),
        unknown => {
            let _ = (message, out);
            Err(MessageError::Transform(unknown))
        }
    }
}

/// The protocol with this number.
pub(super) fn protocol(id: u32) -> Result<Protocol, MessageError> {
    Ok(match id {
        0 => Protocol::Binary,
        #[cfg(feature = "json")]
        1 => Protocol::Json,
        2 => Protocol::Compact,
        other => return Err(MessageError::HeaderProtocol(other)),
    })
}

/// The number of a protocol.
pub(super) fn protocol_id(protocol: Protocol) -> u8 {
    match protocol {
        Protocol::Binary => 0,
        #[cfg(feature = "json")]
        Protocol::Json => 1,
        Protocol::Compact => 2,
    }
}

/// Fills the last word of the header that begins there.
pub(super) fn pad(out: &mut Vec<u8>, header: usize) {
    let length = out.len() - header;
    out.resize(header + length.next_multiple_of(WORD), 0);
}

fn string<'a>(header: &mut Cursor<'a>) -> Result<&'a [u8], MessageError> {
    let length = header.varint()?;
    header.take(length as usize)
}

fn push_varint(number: usize, out: &mut Vec<u8>) {
    let (bytes, length) = varint::unsigned(number as u64);
    out.extend(bytes.iter().take(length));
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINARY: &[u8] = b"\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x07\0";
    const COMPACT: &[u8] = b"\x82\x21\x07\x04ping\0";

    /// The frame, its protocol, its headers, whether it is compressed, the message.
    type Sample = (&'static [u8], Protocol, &'static [Pair<'static>], bool, &'static [u8]);

    /// Frames of Apache's Python library, version 0.25.
    const PYTHON: &[Sample] = &[
        (
            b"\0\0\0\x1f\x0f\xff\0\0\0\0\0\x07\0\x01\0\0\0\0\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x07\0",
            Protocol::Binary,
            &[],
            false,
            BINARY,
        ),
        (
            b"\0\0\0\x17\x0f\xff\0\0\0\0\0\x07\0\x01\x02\0\0\0\x82\x21\x07\x04ping\0",
            Protocol::Compact,
            &[],
            false,
            COMPACT,
        ),
        (
            b"\0\0\0\x23\x0f\xff\0\0\0\0\0\x07\0\x04\x02\0\x01\x02\x01k\x01v\x02id\x03xyz\0\x82\x21\x07\x04ping\0",
            Protocol::Compact,
            &[(b"k", b"v"), (b"id", b"xyz")],
            false,
            COMPACT,
        ),
        (
            b"\0\0\0\x27\x0f\xff\0\0\0\0\0\x07\0\x03\x02\x01\x01\x01\x01\x01k\x01v\0\0\0\
              \x78\x9c\x6b\x52\x64\x67\x29\xc8\xcc\x4b\x67\0\0\x0b\xd8\x02\x5d",
            Protocol::Compact,
            &[(b"k", b"v")],
            true,
            COMPACT,
        ),
        (
            b"\0\0\0\x2c\x0f\xff\0\0\0\0\0\x07\0\x01\0\x02\x01\x01\x78\x9c\xab\x98\x93\x9d\x90\x02\x84\x09\x09\x9a\
              \x27\xce\x78\xb3\x5f\x7a\xc3\xc3\x20\xda\xc9\x64\x03\0\x75\x1f\x08\xdd",
            Protocol::Binary,
            &[],
            true,
            BINARY,
        ),
    ];

    fn read(frame: &[u8]) -> Result<Frame<'_>, MessageError> {
        Frame::read(&frame[framed::PREFIX..])
    }

    /// A frame with this header and payload.
    fn frame(header: &[u8], payload: &[u8]) -> Vec<u8> {
        let mut header = header.to_vec();
        pad(&mut header, 0);
        let words = (header.len() / WORD) as u16;
        let rest = [&words.to_be_bytes()[..], &header, payload].concat();
        [&(rest.len() as u32 + 8).to_be_bytes()[..], &MAGIC, &[0, 0, 0, 0, 0, 7], &rest].concat()
    }

    #[test]
    fn frames_of_python_are_read_and_ours_are_the_same() {
        for (frame, protocol, headers, zlib, message) in PYTHON {
            assert_eq!(framed::length(frame, usize::MAX), Ok(Some(frame.len() - framed::PREFIX)));
            let found = read(frame).unwrap();
            assert_eq!((found.sequence_id, found.protocol), (7, *protocol));
            assert_eq!((&found.headers[..], found.is_compressed()), (*headers, *zlib));
            if *zlib && cfg!(not(feature = "zlib")) {
                assert_eq!(found.message(&Limits::default()), Err(MessageError::Transform(1)));
                continue;
            }
            assert_eq!(found.message(&Limits::default()).unwrap(), *message);
            let head = Head { sequence_id: 7, protocol: *protocol, headers, zlib: *zlib };
            let mut written = Vec::new();
            head.write(message, 1000, &mut written).unwrap();
            let again = read(&written).unwrap();
            assert_eq!(again.message(&Limits::default()).unwrap(), *message);
            assert_eq!(again.headers, found.headers);
            if !zlib {
                assert_eq!(written, *frame);
            }
        }
    }

    #[test]
    fn an_unknown_transform_is_an_error_of_the_message_alone() {
        let bytes = frame(b"\x02\x02\x01\x05data of that transform", COMPACT);
        let frame = read(&bytes).unwrap();
        assert_eq!((frame.sequence_id, frame.protocol), (7, Protocol::Compact));
        assert_eq!(frame.message(&Limits::default()), Err(MessageError::Transform(5)));
    }

    #[test]
    fn what_follows_an_unknown_block_or_padding_is_passed_over() {
        for header in [&b"\0\0\x02\x01\x01k\x01v"[..], b"\0\0\0\x01\x01k\x01v", b"\0\0\x7f\xff\xff\xff\xff\xff"] {
            let bytes = frame(header, BINARY);
            assert_eq!(read(&bytes).unwrap().headers, []);
            assert_eq!(read(&bytes).unwrap().message(&Limits::default()).unwrap(), BINARY);
        }
        // A later block adds to the first.
        let bytes = frame(b"\0\0\x01\x01\x01k\x01v\x01\x01\x01l\0", BINARY);
        assert_eq!(read(&bytes).unwrap().headers, [(&b"k"[..], &b"v"[..]), (b"l", b"")]);
    }

    #[test]
    fn malformed_headers_are_errors() {
        let many = [&b"\0\0\x01\x81\x08"[..], &[0; 2 * (MAX_HEADERS + 1)]].concat();
        for header in [
            &b""[..],
            b"\0",
            b"\0\0\x01",
            b"\0\0\x01\x02\x01k\x01v",
            b"\0\0\x01\xff\xff\xff\xff\x0f",
            b"\0\0\x01\x01\xff\xff\xff\xff\x0fk\x01v",
            b"\0\0\x01\x01\x7fk\x01v",
            b"\0\x05\x01\x01\x01\x01\x01",
            b"\0\xff\xff\xff\xff\x0f",
            b"\0\xff\xff\xff\xff\xff\xff",
            &many,
        ] {
            // Without padding, so that nothing follows.
            let header = [header, b"\x80\x80\x80\x80"].concat();
            let words = (header.len() / WORD) as u16;
            let mut bytes = frame(&header, BINARY);
            bytes[12..14].copy_from_slice(&words.to_be_bytes());
            assert!(matches!(read(&bytes), Err(MessageError::FrameHeader(_))), "{}", bytes.escape_ascii());
        }
        assert_eq!(read(&frame(b"\x05\0", BINARY)).unwrap_err(), MessageError::HeaderProtocol(5));
        let (whole, ..) = PYTHON[2];
        for end in framed::PREFIX..14 + 16 {
            assert!(matches!(read(&whole[..end]), Err(MessageError::FrameHeader(_))), "{end}");
        }
    }

    #[test]
    fn a_frame_over_a_limit_is_not_written() {
        let large = vec![b'x'; 70_000];
        let head = |headers| Head { sequence_id: 1, protocol: Protocol::Binary, headers, zlib: false };
        let headers: &[Pair<'_>] = &[(b"k", &large)];
        let mut out = b"before".to_vec();
        let written = head(headers).write(BINARY, usize::MAX, &mut out);
        assert!(matches!(written, Err(MessageError::FrameHeader(_))));
        let too_large = MessageError::FrameTooLarge { length: 31, limit: 30 };
        assert_eq!(head(&[]).write(BINARY, 30, &mut out), Err(too_large));
        assert_eq!(out, b"before");
        assert_eq!(head(&[]).write(BINARY, 31, &mut out), Ok(()));
        assert_eq!(out.len(), 6 + 4 + 31);
    }
}
