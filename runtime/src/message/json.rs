//! A message in the JSON protocol: `[1,"name",kind,sequence id,{…}]`.
//!
//! Nobody writes white space, and Apache's libraries refuse it; it is read all the same, as in the struct.

use super::{MessageError, MessageHeader, MessageKind, Protocol, name, name_length};
use std::ops::Range;

const VERSION: i64 = 1;

pub(super) fn read(message: &[u8]) -> Result<(MessageHeader<'_>, Range<usize>), MessageError> {
    let mut text = Text { input: message, at: 0 };
    text.token(b'[')?;
    let version = text.number()?;
    if version != VERSION {
        return Err(MessageError::ProtocolVersion(Protocol::Json, u32::try_from(version).unwrap_or(u32::MAX)));
    }
    text.token(b',')?;
    let name = text.name()?;
    text.token(b',')?;
    let kind = text.number()?;
    let kind = MessageKind::from_wire(u8::try_from(kind).unwrap_or(u8::MAX))?;
    text.token(b',')?;
    let at = text.at;
    let sequence_id = i32::try_from(text.number()?).map_err(|_| MessageError::Json(at))?;
    text.token(b',')?;
    let end = end(message).filter(|&end| end >= text.at).ok_or(MessageError::Truncated)?;
    Ok((MessageHeader { name, kind, sequence_id }, text.at..end))
}

/// Where the bracket stands that ends the message.
fn end(message: &[u8]) -> Option<usize> {
    let last = message.iter().rposition(|byte| !is_white(byte))?;
    (message.get(last) == Some(&b']')).then_some(last)
}

pub(super) fn write(header: MessageHeader<'_>, out: &mut Vec<u8>) {
    let MessageHeader { name, kind, sequence_id } = header;
    out.extend_from_slice(b"[1,\"");
    // A name that a message of another protocol brought could hold anything.
    for &byte in name.as_bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.extend_from_slice(format!("\",{},{sequence_id},", kind as u8).as_bytes());
}

/// Changes the kind of a message that [`write`] began: a digit behind the name, in which quotes are escaped.
pub(super) fn set_kind(message: &mut [u8], kind: MessageKind) {
    let name_end = message.windows(2).skip(4).position(|pair| pair == b"\",").map(|at| at + 4);
    if let Some(digit) = name_end.and_then(|at| message.get_mut(at + 2)) {
        *digit = b'0' + kind as u8;
    }
}

fn is_white(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// A cursor over the text of a head.
struct Text<'a> {
    input: &'a [u8],
    at: usize,
}

impl<'a> Text<'a> {
    /// Passes over white space; the byte that comes next.
    fn peek(&mut self) -> Result<u8, MessageError> {
        let rest = self.input.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| is_white(byte)).count();
        self.input.get(self.at).copied().ok_or(MessageError::Truncated)
    }

    fn token(&mut self, token: u8) -> Result<(), MessageError> {
        if self.peek()? != token {
            return Err(MessageError::Json(self.at));
        }
        self.at += 1;
        Ok(())
    }

    /// A whole number of at most ten digits.
    fn number(&mut self) -> Result<i64, MessageError> {
        self.peek()?;
        let start = self.at;
        let rest = self.input.get(start..).unwrap_or_default();
        let length = rest.iter().take(11).take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
        if length == rest.len() {
            // More digits may come.
            return Err(MessageError::Truncated);
        }
        self.at += length;
        let digits = rest.get(..length).and_then(|digits| std::str::from_utf8(digits).ok());
        digits.and_then(|digits| digits.parse().ok()).ok_or(MessageError::Json(start))
    }

    /// A string without escapes.
    fn name(&mut self) -> Result<&'a str, MessageError> {
        self.token(b'"')?;
        let rest = self.input.get(self.at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| *byte == b'"') else {
            name_length(u32::try_from(rest.len()).unwrap_or(u32::MAX))?;
            return Err(MessageError::Truncated);
        };
        name_length(u32::try_from(length).unwrap_or(u32::MAX))?;
        let bytes = rest.get(..length).unwrap_or_default();
        if bytes.iter().any(|byte| *byte == b'\\' || *byte < 0x20) {
            return Err(MessageError::NameEncoding);
        }
        self.at += length + 1;
        name(bytes)
    }
}
