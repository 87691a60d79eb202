//! What a reply looks like, which the load generator learns from the server: all replies are as long as the first, and equal.

use std::io::{ErrorKind, Read, Write};
use std::ops::Range;
use std::time::Duration;

use super::PATIENCE;
use super::stream::Stream;
use crate::Result;

/// A reply has ended when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(50);

/// How often a server may answer in pieces with such pauses between them.
const ATTEMPTS: usize = 10;

const DATE: &[u8] = b"\r\ndate: ";
const DATE_BYTES: usize = b"Thu, 01 Jan 1970 00:00:00 GMT".len();

/// A reply.
#[derive(Debug)]
pub(crate) struct Reply {
    bytes: Vec<u8>,
    /// Where HTTP's date is, if anywhere; it may change.
    date: Range<usize>,
    /// The server closes the connection behind it.
    pub(super) is_last: bool,
}

/// Sends requests one at a time until the server has answered two in the same way.
pub(crate) fn learn(connect: impl Fn() -> Result<Stream>, request: &[u8], payload: &[u8]) -> Result<Reply> {
    let mut stream = connect()?;
    let mut last = slow_call(&mut stream, request)?;
    for _ in 0..ATTEMPTS {
        if last.is_last {
            stream = connect()?;
        }
        let reply = slow_call(&mut stream, request)?;
        if last.bytes.len() == reply.bytes.len() && last.matches(0, &reply.bytes) {
            if !payload.is_empty() && !last.bytes.windows(payload.len()).any(|window| window == payload) {
                return Err(format!("no echo: {:?}", last.bytes.escape_ascii().to_string()).into());
            }
            return Ok(last);
        }
        last = reply;
    }
    Err("the server answers the same request in different ways".into())
}

fn slow_call(stream: &mut Stream, request: &[u8]) -> Result<Reply> {
    stream.write_all(request)?;
    let mut reply = vec![0; 1 << 10];
    let mut end = 0;
    stream.set_patience(PATIENCE)?;
    let is_last = loop {
        match stream.read(&mut reply[end..]) {
            Ok(0) if end > 0 => break true,
            Ok(0) => return Err("the server closed the connection".into()),
            Ok(count) => end += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock && end > 0 => break false,
            Err(error) => return Err(error.into()),
        }
        reply.resize(end + (64 << 10), 0);
        stream.set_patience(QUIET)?;
    };
    stream.set_patience(PATIENCE)?;
    reply.truncate(end);
    Ok(Reply { is_last, ..Reply::new(reply) })
}

impl Reply {
    fn new(bytes: Vec<u8>) -> Self {
        let is_date = |window: &[u8]| window.eq_ignore_ascii_case(DATE);
        let date = match bytes.windows(DATE.len()).position(is_date).map(|at| at + DATE.len()) {
            Some(start) => start..start + DATE_BYTES,
            None => 0..0,
        };
        Self { bytes, date, is_last: false }
    }

    /// One call.
    pub(super) fn expect(&self, stream: &mut Stream, request: &[u8]) -> Result<()> {
        let mut reply = vec![0; self.bytes.len()];
        stream.write_all(request)?;
        stream.read_exact(&mut reply)?;
        self.check(0, &reply).map(drop)
    }

    /// Checks what has come behind the first `position` bytes of a reply, perhaps several replies. Returns how many have
    /// ended, and the new position.
    pub(super) fn check(&self, position: usize, mut came: &[u8]) -> Result<(usize, usize)> {
        let (mut ended, mut position) = (0, position);
        while !came.is_empty() {
            let (now, later) = came.split_at(came.len().min(self.bytes.len() - position));
            if !self.matches(position, now) {
                return Err(format!("a reply is not like the first: {}", now.escape_ascii()).into());
            }
            position += now.len();
            if position == self.bytes.len() {
                (ended, position) = (ended + 1, 0);
            }
            came = later;
        }
        Ok((ended, position))
    }

    /// Whether this is a part of the reply, from a position on.
    fn matches(&self, position: usize, part: &[u8]) -> bool {
        let Some(expected) = self.bytes.get(position..position + part.len()) else { return false };
        let index = |place: usize| place.clamp(position, position + part.len()) - position;
        let (start, end) = (index(self.date.start), index(self.date.end));
        expected[..start] == part[..start] && expected[end..] == part[end..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTP: &[u8] = b"HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\ncontent-length: 2\r\n\r\nhi";

    #[test]
    fn replies_are_counted_wherever_they_are_cut() {
        let reply = Reply::new(b"reply".to_vec());
        let stream = b"replyreplyreply";
        for first in 0..stream.len() {
            let (ended, position) = reply.check(0, &stream[..first]).unwrap();
            assert_eq!((ended, position), (first / 5, first % 5));
            assert_eq!(reply.check(position, &stream[first..]).unwrap(), (3 - ended, 0));
        }
    }

    #[test]
    fn another_reply_is_an_error_unless_only_its_date_differs() {
        let reply = Reply::new(HTTP.to_vec());
        for index in 0..HTTP.len() {
            let mut other = HTTP.to_vec();
            other[index] ^= 1;
            for cut in [0, 30, index] {
                let checked = reply.check(0, &other[..cut]).and_then(|(_, at)| reply.check(at, &other[cut..]));
                let in_date = (23..23 + DATE_BYTES).contains(&index);
                assert_eq!(checked.is_ok_and(|done| done == (1, 0)), in_date, "{index}, {cut}");
            }
        }
    }
}
