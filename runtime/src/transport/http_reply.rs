//! What goes back over HTTP: the heads of replies over HTTP/1.1, and what a client is told in place of a reply.

use crate::error::Error;
use crate::log::log;
use http::StatusCode;
use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

/// The media type of both bodies, whatever the protocol.
pub(crate) const MEDIA_TYPE: &str = "application/x-thrift";

/// That of a refusal.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";

/// The line of a head that says that nothing comes after this reply.
pub(crate) const CLOSE: &str = "connection: close\r\n";

/// Why a request gets no reply.
#[derive(Debug)]
pub(crate) enum Refusal {
    NoPost,
    TooLarge {
        limit: usize,
    },
    Invalid(String),
    TooSlow,
    /// All connections keep as much as they may.
    #[cfg(feature = "rpc")]
    NoRoom,
    Failed,
}

impl Refusal {
    /// Of a request whose processor has no reply.
    pub(crate) fn failed(error: &Error) -> Self {
        log!(WARN, "no reply to a request over HTTP: {error}");
        Self::Failed
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NoPost => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            #[cfg(feature = "rpc")]
            Self::NoRoom => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The body of the response.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::NoPost => "send Thrift messages by POST\n".to_owned(),
            Self::TooLarge { limit } => format!("the message is over the limit of {limit} bytes\n"),
            Self::Invalid(reason) => format!("not a Thrift request: {reason}\n"),
            Self::TooSlow => "the body took too long\n".to_owned(),
            #[cfg(feature = "rpc")]
            Self::NoRoom => "there is no room for the message beside others\n".to_owned(),
            Self::Failed => "the request failed\n".to_owned(),
        }
    }

    /// Appends the whole response, as [`write_head`] does its head.
    pub(crate) fn write(&self, connection: &str, date: Date, out: &mut Vec<u8>) {
        let (status, text) = (self.status(), self.text());
        let allow = if status == StatusCode::METHOD_NOT_ALLOWED { "allow: POST\r\n" } else { "" };
        let (code, reason) = (status.as_str(), status.canonical_reason().unwrap_or_default());
        out.extend_from_slice(format!("HTTP/1.1 {code} {reason}\r\n{allow}content-type: {TEXT}\r\n").as_bytes());
        write_end(text.len(), connection, date, out);
        out.extend_from_slice(text.as_bytes());
    }
}

/// Appends the head of a reply of so many bytes. `connection` is what it says of the connection: a line or nothing.
#[inline]
pub(crate) fn write_head(length: usize, connection: &str, date: Date, out: &mut Vec<u8>) {
    // `MEDIA_TYPE`, which is copied with the rest.
    out.extend_from_slice(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-thrift\r\n");
    write_end(length, connection, date, out);
}

fn write_end(length: usize, connection: &str, Date(date): Date, out: &mut Vec<u8>) {
    const LENGTH: &[u8] = b"content-length: ";
    const DATE: &[u8] = b"\r\ndate: ";
    out.extend_from_slice(connection.as_bytes());
    out.extend_from_slice(LENGTH);
    write_number(length, out);
    out.extend_from_slice(DATE);
    out.extend_from_slice(&date);
    out.extend_from_slice(b"\r\n\r\n");
}

fn write_number(mut number: usize, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        count += 1;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(digits.len() - count..).unwrap_or_default());
}

/// The present second, as HTTP writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date([u8; 29]);

thread_local! {
    /// The date that was written last, and its second.
    static LAST: Cell<(u64, Date)> = const { Cell::new((0, Date(*b"Thu, 01 Jan 1970 00:00:00 GMT"))) };
}

impl Date {
    pub(crate) fn now() -> Self {
        Self::of(SystemTime::now())
    }

    fn of(time: SystemTime) -> Self {
        let second = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        // While a thread ends, there is none.
        let last = LAST.try_with(Cell::get).ok();
        if let Some((_, date)) = last.filter(|(at, _)| *at == second) {
            return date;
        }
        let text = httpdate::fmt_http_date(time);
        let Ok(date) = text.as_bytes().try_into().map(Self) else { return Self(*b"Thu, 01 Jan 1970 00:00:00 GMT") };
        let _ = LAST.try_with(|last| last.set((second, date)));
        date
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_head_says_how_long_the_reply_is_and_when_it_was_made() {
        let date = Date::of(UNIX_EPOCH + Duration::from_millis(784_111_777_900));
        for length in [0, 9, 10, 65_536, usize::MAX] {
            let mut head = Vec::new();
            write_head(length, CLOSE, date, &mut head);
            assert_eq!(
                String::from_utf8(head).unwrap(),
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: {MEDIA_TYPE}\r\nconnection: close\r\ncontent-length: {length}\r\n\
                     date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"
                )
            );
        }
        assert_eq!(Date::of(UNIX_EPOCH + Duration::from_millis(784_111_777_000)), date);
        assert_ne!(Date::of(UNIX_EPOCH + Duration::from_millis(784_111_778_000)), date);
        assert_eq!(Date::of(UNIX_EPOCH).0, *b"Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
