//! The heads of plain requests over HTTP/1.1, as Thrift clients send them.
//!
//! What is plain is narrower than what HTTP allows: whatever two readers could understand in two ways is not, nor what
//! says more than where a path is and how long a body. All else is for hyper, which takes more than this and refuses the
//! rest. httparse reads for both.

use super::http_header::header_map;
use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HeaderName, TRANSFER_ENCODING, UPGRADE};
use http::{Method, Request, Version, request};
use httparse::{EMPTY_HEADER, Status};

/// A longer head is not plain.
const MAX_HEAD: usize = 16 * 1024;

/// One with more headers is not, as hyper refuses it.
const MAX_HEADERS: usize = 100;

/// What it begins with: a path, and not a whole URL or `*`.
const BEGIN: &[u8] = b"POST /";

/// A longer number is not plain.
const MAX_DIGITS: usize = 15;

/// What a stream of requests goes on with.
#[derive(Debug)]
pub(crate) enum Found<T> {
    /// A plain head, as far as it has come.
    Partial,
    Plain(T),
    /// Something else.
    Odd,
}

/// Where a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// How many bytes its head takes.
    pub(crate) head: usize,
    /// And its body.
    pub(crate) body: usize,
}

/// A plain head, in which only the length of the body is different from request to request.
#[derive(Debug)]
pub(crate) struct PlainHead {
    text: Box<[u8]>,
    /// Where the digits of the length stand.
    start: usize,
    end: usize,
    pub(crate) body: usize,
}

impl PlainHead {
    /// Reads a head.
    pub(crate) fn read(input: &[u8]) -> Found<(Self, request::Parts)> {
        if !input.starts_with(BEGIN) {
            return if BEGIN.starts_with(input) { Found::Partial } else { Found::Odd };
        }
        let mut headers = [EMPTY_HEADER; MAX_HEADERS];
        let mut found = httparse::Request::new(&mut headers);
        match found.parse(input) {
            Ok(Status::Partial) if input.len() < MAX_HEAD => Found::Partial,
            Ok(Status::Complete(length)) if length <= MAX_HEAD => {
                let text = input.get(..length).unwrap_or_default();
                Self::of(text, &found).map_or(Found::Odd, Found::Plain)
            }
            _ => Found::Odd,
        }
    }

    fn of(text: &[u8], found: &httparse::Request<'_, '_>) -> Option<(Self, request::Parts)> {
        if found.version != Some(1) || !has_whole_line_ends(text) {
            return None;
        }
        let mut length = None;
        for header in &*found.headers {
            let is = |name: &HeaderName| header.name.eq_ignore_ascii_case(name.as_str());
            let is_odd = is(&CONTENT_LENGTH) && length.replace(header.value).is_some()
                || is(&CONNECTION) && !header.value.eq_ignore_ascii_case(b"keep-alive")
                || is(&TRANSFER_ENCODING)
                || is(&EXPECT)
                || is(&UPGRADE);
            if is_odd {
                return None;
            }
        }
        let digits = length?;
        let body = number(digits)?;
        // It is a part of the text.
        let start = (digits.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        let end = start + digits.len();
        let request = Request::builder().method(Method::POST).uri(found.path?).version(Version::HTTP_11);
        let (mut parts, ()) = request.body(()).ok()?.into_parts();
        parts.headers = header_map(found.headers).ok()?;
        Some((Self { text: text.into(), start, end, body }, parts))
    }

    pub(crate) fn extent(&self) -> Extent {
        Extent { head: self.text.len(), body: self.body }
    }

    /// Where a request ends that has the same head, but perhaps a body of another length. `None`: its head is another one,
    /// or not all there.
    #[inline]
    pub(crate) fn find(&self, input: &[u8]) -> Option<Extent> {
        let rest = input.strip_prefix(self.text.get(..self.start)?)?;
        let after = self.text.get(self.end..)?;
        let count = rest.iter().take(MAX_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = rest.split_at_checked(count)?;
        if !rest.starts_with(after) {
            return None;
        }
        Some(Extent { head: self.start + count + after.len(), body: number(digits)? })
    }
}

/// A number as everybody writes it.
#[inline]
fn number(digits: &[u8]) -> Option<usize> {
    let is_plain = match digits {
        [b'0', _, ..] | [] => false,
        _ => digits.len() <= MAX_DIGITS,
    };
    let add = |number: usize, digit: &u8| {
        number.checked_mul(10)?.checked_add(usize::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?))
    };
    if is_plain { digits.iter().try_fold(0, add) } else { None }
}

/// Whether each line ends in CR LF: httparse takes LF for an end of a line, too, but CR for nothing else.
fn has_whole_line_ends(text: &[u8]) -> bool {
    text.split_inclusive(|byte| *byte == b'\n').all(|line| line.ends_with(b"\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &[u8]) -> Option<(PlainHead, request::Parts)> {
        match PlainHead::read(head) {
            Found::Plain(found) => Some(found),
            Found::Partial | Found::Odd => None,
        }
    }

    #[test]
    fn a_plain_head_is_read_as_soon_as_it_is_there() {
        let text =
            b"POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: \t12 \r\nConnection: Keep-Alive\r\nA: \xe9\r\n\r\n";
        for end in 0..text.len() {
            assert!(matches!(PlainHead::read(&text[..end]), Found::Partial), "{end}");
        }
        let (head, parts) = read(&[text, &b"POST"[..]].concat()).unwrap();
        assert_eq!(head.extent(), Extent { head: text.len(), body: 12 });
        assert_eq!((parts.uri.path(), parts.headers.len()), ("/a", 4));
        assert_eq!(parts.headers["content-length"], "12");
        assert_eq!(parts.headers["a"].as_bytes(), b"\xe9");
    }

    #[test]
    fn the_next_head_may_differ_in_the_length_alone() {
        let text = |length: &str| format!("POST / HTTP/1.1\r\na: b\r\ncontent-length:{length}\r\nc: 1\r\n\r\nbody");
        let (head, _) = read(text("10").as_bytes()).unwrap();
        for length in ["10", "11", "0", "9", "123456789012345"] {
            let text = text(length);
            assert_eq!(head.find(text.as_bytes()), Some(read(text.as_bytes()).unwrap().0.extent()), "{length}");
            assert_eq!(head.find(&text.as_bytes()[..text.len() - 5]), None, "a part");
        }
        for length in
            ["", "-1", "+1", "01", "1 ", " 1", "1,1", "1\r\ncontent-length: 1", "1234567890123456", "1\t", "x"]
        {
            assert_eq!(head.find(text(length).as_bytes()), None, "{length}");
        }
        assert_eq!(head.find(text("10").replace("c: 1", "c: 2").as_bytes()), None);
        assert_eq!(head.find(text("10").replace("a: b", "A: b").as_bytes()), None);
    }

    #[test]
    fn what_could_be_understood_in_two_ways_is_odd() {
        let heads: &[&[u8]] = &[
            b"GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\n",
            b"post / HTTP/1.1\r\nContent-Length: 1\r\n\r\n",
            b"POST * HTTP/1.1\r\nContent-Length: 1\r\n\r\n",
            b"POST http://x/ HTTP/1.1\r\nContent-Length: 1\r\n\r\n",
            b"POST  / HTTP/1.1\r\nContent-Length: 1\r\n\r\n",
            b"POST /\0 HTTP/1.1\r\nContent-Length: 1\r\n\r\n",
            b"POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\n",
            b"POST / HTTP/1.2\r\nContent-Length: 1\r\n\r\n",
            b"POST /\r\nContent-Length: 1\r\n\r\n",
            b"\r\nPOST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n",
            b"POST / HTTP/1.1\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: identity\r\n\r\n",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5,5\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5 5\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 0x5\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 05\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: \r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length : 5\r\n\r\n",
            b"POST / HTTP/1.1\r\n Content-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\n folded\r\n\r\n",
            b"POST / HTTP/1.1\r\nA: b\r\n\tc\r\nContent-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\nA: \0\r\nContent-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\nA\0: b\r\nContent-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\n: b\r\nContent-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\nA b: c\r\nContent-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\nA\r\nContent-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\nA: b\rContent-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\nA: b\r\r\nContent-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\nA\r: b\r\nContent-Length: 5\r\n\r\n",
            b"POST /\r HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\r\nContent-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\r\n",
            b"POST / HTTP/1.1\nContent-Length: 5\n\n",
            b"POST / HTTP/1.1\r\nA: b\nContent-Length: 5\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\nUpgrade: h2c\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\nConnection: close\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\nConnection: keep-alive, close\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n",
        ];
        for head in heads {
            assert!(matches!(PlainHead::read(head), Found::Odd), "{}", head.escape_ascii());
        }
        let many =
            |count| [b"POST / HTTP/1.1\r\nContent-Length: 5\r\n", &b"a: b\r\n".repeat(count)[..], b"\r\n"].concat();
        assert!(read(&many(MAX_HEADERS - 1)).is_some() && read(&many(MAX_HEADERS)).is_none());
        let long =
            |count| [b"POST / HTTP/1.1\r\nContent-Length: 5\r\na: ", &vec![b'a'; count][..], b"\r\n\r\n"].concat();
        assert!(read(&long(MAX_HEAD - 100)).is_some());
        assert!(matches!(PlainHead::read(&long(MAX_HEAD)), Found::Odd));
        assert!(matches!(PlainHead::read(&long(MAX_HEAD)[..MAX_HEAD]), Found::Odd));
    }
}
