//! TTHeader: the frame with headers of CloudWeGo's stacks, Kitex and volo.
//!
//! It looks like THeader, with another magic number, and numbers and lengths of fixed size. Besides headers with names there
//! are some with numbers, which tell about the call. Format:
//! <https://www.cloudwego.io/docs/kitex/reference/transport_protocol_ttheader/>.

use super::cursor::Cursor;
use super::framed;
use super::header::{MAX_HEADERS, Pair, WORD, pad, protocol, protocol_id};
use crate::message::{MessageError, Protocol};

/// What a frame begins with.
pub(crate) const MAGIC: [u8; 2] = [0x10, 0x00];

/// A block of the header: bytes that fill its last word, headers with names, headers with numbers, a token.
mod block {
    pub(super) const PADDING: u8 = 0;
    pub(super) const STRINGS: u8 = 0x01;
    pub(super) const NUMBERS: u8 = 0x10;
    pub(super) const TOKEN: u8 = 0x11;
}

/// The numbers of headers that CloudWeGo's stacks know and we use.
pub(crate) mod key {
    /// The service that is called.
    pub(crate) const TO_SERVICE: u16 = 6;
    /// The method that is called.
    pub(crate) const TO_METHOD: u16 = 9;
    /// The time that the client will wait: milliseconds as decimal text.
    pub(crate) const RPC_TIMEOUT: u16 = 12;
    /// `3` in each request: that it has headers.
    pub(crate) const WITH_HEADER: u16 = 16;
    /// The kind of a reply: a byte.
    pub(crate) const MESSAGE_KIND: u16 = 22;
}

/// The header whose value is not empty when the server is about to close.
pub(crate) const CLOSING: &[u8] = b"crrst";

/// A frame that was read.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) sequence_id: i32,
    /// What the header says; the message itself tells it too.
    pub(crate) protocol: Protocol,
    /// Those with names, in the order on the wire. A name may repeat.
    pub(crate) headers: Vec<Pair<'a>>,
    /// Those with numbers; see [`key`].
    pub(crate) numbered: Vec<(u16, &'a [u8])>,
    /// Whether the message stands behind a length of its own, as in a frame.
    pub(crate) is_framed: bool,
    pub(crate) message: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Reads a frame, which begins with the magic number. Transforms are passed over: no peer applies any.
    ///
    /// # Errors
    /// The header is malformed, or names a protocol that is not known.
    pub(crate) fn read(frame: &'a [u8]) -> Result<Self, MessageError> {
        let mut rest = Cursor::new(frame);
        let (_magic, _flags, sequence_id) = (rest.u16()?, rest.u16()?, rest.i32()?);
        let size = usize::from(rest.u16()?) * WORD;
        let mut header = Cursor::new(rest.take(size)?);
        let (is_framed, message) = unframed(rest.rest());
        let protocol = protocol(header.u8()?.into())?;
        let mut frame = Self { sequence_id, protocol, headers: Vec::new(), numbered: Vec::new(), is_framed, message };
        let transforms = header.u8()?;
        header.take(transforms.into())?;
        frame.read_blocks(header)?;
        Ok(frame)
    }

    fn read_blocks(&mut self, mut header: Cursor<'a>) -> Result<(), MessageError> {
        while !header.is_empty() {
            match header.u8()? {
                block::PADDING => {}
                block::STRINGS => {
                    for _ in 0..header.u16()? {
                        let key = string(&mut header)?;
                        self.headers.push((key, string(&mut header)?));
                        self.check_count()?;
                    }
                }
                block::NUMBERS => {
                    for _ in 0..header.u16()? {
                        let key = header.u16()?;
                        self.numbered.push((key, string(&mut header)?));
                        self.check_count()?;
                    }
                }
                block::TOKEN => {
                    string(&mut header)?;
                }
                // How long it is, only its inventor knows.
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    fn check_count(&self) -> Result<(), MessageError> {
        if self.headers.len() + self.numbered.len() > MAX_HEADERS {
            return Err(MessageError::FrameHeader("it has too many entries"));
        }
        Ok(())
    }

    /// The value of the header with this number.
    pub(crate) fn number(&self, key: u16) -> Option<&'a [u8]> {
        self.numbered.iter().find(|(found, _)| *found == key).map(|(_, value)| *value)
    }
}

/// What is written in front of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    pub(crate) sequence_id: i32,
    pub(crate) protocol: Protocol,
    pub(crate) headers: &'a [Pair<'a>],
    pub(crate) numbered: &'a [(u16, &'a [u8])],
    /// Whether the message stands behind a length of its own. A reply does if the request did.
    pub(crate) is_framed: bool,
}

impl Head<'_> {
    /// Appends a frame with its length. After an error `out` is as before.
    ///
    /// # Errors
    /// The headers are too large for a frame, or the frame is longer than `limit`.
    pub(crate) fn write(&self, message: &[u8], limit: usize, out: &mut Vec<u8>) -> Result<(), MessageError> {
        self.begin(message.len(), limit, out)?;
        out.extend_from_slice(message);
        Ok(())
    }

    /// Appends what stands before a message of so many bytes. After an error `out` is as before.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub(crate) fn begin(&self, length: usize, limit: usize, out: &mut Vec<u8>) -> Result<(), MessageError> {
        let start = out.len();
        let written = self.append(length, out).and_then(|()| framed::patch(out, start, length, limit));
        if written.is_err() {
            out.truncate(start);
        }
        written
    }

    fn append(&self, length: usize, out: &mut Vec<u8>) -> Result<(), MessageError> {
        out.extend_from_slice(&[0; framed::PREFIX]);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(&self.sequence_id.to_be_bytes());
        let size_at = out.len();
        out.extend_from_slice(&[0, 0]);
        let header = out.len();
        out.extend_from_slice(&[protocol_id(self.protocol), 0]);
        if !self.headers.is_empty() {
            out.push(block::STRINGS);
            push_size(self.headers.len(), out)?;
            for (key, value) in self.headers {
                push_string(key, out)?;
                push_string(value, out)?;
            }
        }
        if !self.numbered.is_empty() {
            out.push(block::NUMBERS);
            push_size(self.numbered.len(), out)?;
            for (key, value) in self.numbered {
                out.extend_from_slice(&key.to_be_bytes());
                push_string(value, out)?;
            }
        }
        pad(out, header);
        let size = size((out.len() - header) / WORD)?;
        framed::overwrite(out, size_at, &size);
        if self.is_framed {
            let limit = framed::MAX;
            let prefix = framed::prefix(length).ok_or(MessageError::FrameTooLarge { length, limit })?;
            out.extend_from_slice(&prefix);
        }
        Ok(())
    }
}

/// Whether a message stands behind its own length, and the message. No message begins with what would be the length of
/// its rest.
fn unframed(payload: &[u8]) -> (bool, &[u8]) {
    match payload.split_first_chunk() {
        Some((length, message)) if u32::from_be_bytes(*length) as usize == message.len() => (true, message),
        _ => (false, payload),
    }
}

fn string<'a>(header: &mut Cursor<'a>) -> Result<&'a [u8], MessageError> {
    let length = header.u16()?;
    header.take(length.into())
}

fn push_string(string: &[u8], out: &mut Vec<u8>) -> Result<(), MessageError> {
    push_size(string.len(), out)?;
    out.extend_from_slice(string);
    Ok(())
}

fn push_size(number: usize, out: &mut Vec<u8>) -> Result<(), MessageError> {
    out.extend_from_slice(&size(number)?);
    Ok(())
}

fn size(number: usize) -> Result<[u8; 2], MessageError> {
    u16::try_from(number).map(u16::to_be_bytes).map_err(|_| MessageError::FrameHeader("the headers are too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: &[u8] = b"\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x01\0";
    /// The same, as a peer that puts frames into its frames sends it.
    const FRAMED: &[u8] = b"\0\0\0\x11\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x01\0";

    fn read(frame: &[u8]) -> Result<Frame<'_>, MessageError> {
        Frame::read(&frame[framed::PREFIX..])
    }

    fn frame(header: &[u8], payload: &[u8]) -> Vec<u8> {
        let words = (header.len() / WORD) as u16;
        let rest = [&words.to_be_bytes()[..], header, payload].concat();
        [&(rest.len() as u32 + 8).to_be_bytes()[..], &MAGIC, &[0, 0, 0, 0, 0, 1], &rest].concat()
    }

    #[test]
    fn what_is_written_is_read() {
        let headers: &[Pair<'_>] = &[(b"RPC_PERSIST_k", b"v"), (b"rip", b"")];
        let numbered: &[(u16, &[u8])] = &[(key::WITH_HEADER, b"3"), (key::TO_METHOD, b"ping")];
        for (headers, numbered) in [(headers, numbered), (headers, &[]), (&[], numbered), (&[], &[])] {
            for is_framed in [false, true] {
                let mut out = b"before".to_vec();
                let head = Head { sequence_id: -2, protocol: Protocol::Compact, headers, numbered, is_framed };
                head.write(PING, 1000, &mut out).unwrap();
                let written = &out[6..];
                assert_eq!(framed::length(written, 1000), Ok(Some(written.len() - framed::PREFIX)));
                let found = read(written).unwrap();
                assert_eq!((found.sequence_id, found.protocol), (-2, Protocol::Compact));
                assert_eq!((&found.headers[..], &found.numbered[..]), (headers, numbered));
                assert_eq!((found.is_framed, found.message), (is_framed, PING));
            }
        }
    }

    #[test]
    fn frames_look_as_volo_writes_them() {
        let client = b"\x01\0\x01\0\x03isn\0\x05Store\
            \x10\0\x06\0\x10\0\x013\0\x0c\0\x041000\0\x03\0\x01a\0\x09\0\x04ping\0\x06\0\x01b\0\x0b\0\x0e127.0.0.1:8080";
        let mut header = [&b"\0\0"[..], client].concat();
        pad(&mut header, 0);
        for (payload, is_framed) in [(PING, false), (FRAMED, true)] {
            let bytes = frame(&header, payload);
            let found = read(&bytes).unwrap();
            assert_eq!(found.headers, [(&b"isn"[..], &b"Store"[..])]);
            assert_eq!(found.number(key::RPC_TIMEOUT), Some(&b"1000"[..]));
            assert_eq!(found.number(key::TO_METHOD), Some(&b"ping"[..]));
            assert_eq!(found.number(key::MESSAGE_KIND), None);
            assert_eq!((found.is_framed, found.message), (is_framed, PING));
        }
        let mut reply = Vec::new();
        let numbered: &[(u16, &[u8])] = &[(key::MESSAGE_KIND, &[2])];
        let head = Head { sequence_id: 1, protocol: Protocol::Binary, headers: &[], numbered, is_framed: false };
        head.write(PING, 1000, &mut reply).unwrap();
        assert_eq!(reply, frame(b"\0\0\x10\0\x01\0\x16\0\x01\x02\0\0", PING));
    }

    #[test]
    fn what_no_peer_needs_is_passed_over() {
        // Padding between blocks, two transforms, a token; and a block that is not known, with all that follows.
        let bytes = frame(b"\x02\x02\x01\x03\0\x11\0\x02ab\0\x10\0\x01\0\x09\0\x01m\x7f\xff\xff\xff\xff", PING);
        let found = read(&bytes).unwrap();
        assert_eq!((found.protocol, found.number(key::TO_METHOD)), (Protocol::Compact, Some(&b"m"[..])));
        assert_eq!(found.message, PING);
    }

    #[test]
    fn malformed_headers_are_errors() {
        let many = [&b"\0\0\x10\x04\x01"[..], &[0; 4 * 1025 + 3]].concat();
        for header in [
            &b""[..],
            b"\0\x03\0\0",
            b"\0\0\x01\0",
            b"\0\0\x01\0\x02\0\0\0\0\0\0\0",
            b"\0\0\x01\0\x01\0\x01k\xff\xff\0\0",
            b"\0\0\x10\0\x01\0\x01\x7f",
            b"\0\0\x11\xff\xff\xff\0\0",
            &many,
        ] {
            let bytes = frame(header, PING);
            assert!(matches!(read(&bytes), Err(MessageError::FrameHeader(_))), "{}", bytes.escape_ascii());
        }
        assert_eq!(read(&frame(b"\x04\0\0\0", PING)).unwrap_err(), MessageError::HeaderProtocol(4));
        let whole = frame(b"\0\0\x10\0\x01\0\x16\0\x01\x02\0\0", PING);
        for end in framed::PREFIX..14 + 12 {
            assert!(matches!(read(&whole[..end]), Err(MessageError::FrameHeader(_))), "{end}");
        }
    }

    #[test]
    fn headers_over_a_limit_are_not_written() {
        let large = vec![b'x'; 70_000];
        for (headers, numbered) in [(&[(&b"k"[..], &large[..])][..], &[][..]), (&[], &[(1, &large[..])])] {
            let mut out = b"before".to_vec();
            let head = Head { sequence_id: 1, protocol: Protocol::Binary, headers, numbered, is_framed: true };
            assert!(matches!(head.write(PING, usize::MAX, &mut out), Err(MessageError::FrameHeader(_))));
            assert_eq!(out, b"before");
        }
    }
}
