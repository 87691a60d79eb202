//! Finds the end of a message in JSON, which is that of its outermost bracket.

use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use std::mem;
use std::ops::Range;

/// How many brackets a level of nesting takes at most, as [`Limits::depth`] counts: `{"1":{"map":["str","rec",1,{"":`, or
/// those of a map alone.
const BRACKETS_OF_LEVEL: usize = 4;

/// A resumable scan for the end of one message.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Where the message begins, once its bracket was found.
    start: Option<usize>,
    /// Where the next byte to look at stands.
    at: usize,
    /// The ends of the brackets that are open, outermost first.
    open: Vec<u8>,
    /// Whether a string has begun.
    in_string: bool,
}

impl Scan {
    /// Where the message stands that `input` begins with, but for white space.
    pub(super) fn message(&mut self, input: &[u8], limits: &Limits) -> Result<Option<Range<usize>>, DecodeError> {
        while let Some((&byte, behind)) = input.get(self.at..).and_then(<[u8]>::split_first) {
            if self.in_string {
                match byte {
                    b'"' => self.in_string = false,
                    // What follows is no end.
                    b'\\' if behind.is_empty() => break,
                    b'\\' => self.at += 1,
                    _ => self.at += behind.iter().take_while(|byte| !matches!(byte, b'"' | b'\\')).count(),
                }
            } else {
                self.token(byte, limits)?;
            }
            self.at += 1;
            if self.open.is_empty()
                && let Some(start) = self.start.take()
            {
                self.check_length(limits)?;
                return Ok(Some(start..mem::take(&mut self.at)));
            }
        }
        self.check_length(limits)?;
        Ok(None)
    }

    /// Looks at a byte outside of strings.
    fn token(&mut self, byte: u8, limits: &Limits) -> Result<(), DecodeError> {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'[' => self.push(b']', limits)?,
            _ if self.start.is_none() => return Err(self.error(DecodeErrorKind::InvalidJson)),
            b'{' => self.push(b'}', limits)?,
            b']' | b'}' if self.open.last() == Some(&byte) => {
                self.open.pop();
            }
            b'"' => self.in_string = true,
            b',' | b':' | b'-' | b'+' | b'.' => {}
            _ if byte.is_ascii_alphanumeric() => {}
            _ => return Err(self.error(DecodeErrorKind::InvalidJson)),
        }
        Ok(())
    }

    fn push(&mut self, end: u8, limits: &Limits) -> Result<(), DecodeError> {
        self.start.get_or_insert(self.at);
        // Those of the levels are in that of the message. The decoder then counts the levels themselves.
        if self.open.len() > BRACKETS_OF_LEVEL.saturating_mul(limits.depth as usize) {
            return Err(self.error(DecodeErrorKind::Depth { limit: limits.depth }));
        }
        self.open.push(end);
        Ok(())
    }

    fn check_length(&self, limits: &Limits) -> Result<(), DecodeError> {
        match limits.message_bytes {
            limit if self.at > limit => Err(self.error(DecodeErrorKind::MessageTooLarge { limit })),
            _ => Ok(()),
        }
    }

    fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.at)
    }
}
