//! Where bodies of HTTP/1.1 end (RFC 9112), and those that come in chunks. Of both sides, and without any socket.

use bytes::Bytes;
use httparse::Header;

/// The longest line before a chunk, and the longest trailer.
const MAX_LINE: usize = 4096;

/// The longest trailers together.
const MAX_TRAILERS: usize = 64 * 1024;

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Length(usize),
    Chunked,
    /// With the connection.
    Close,
}

impl Body {
    /// Where the headers say that the body ends, if they do. What two readers could understand in two ways is refused:
    /// between them, one could hide a request in another.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn of(headers: &[Header<'_>]) -> Result<Option<Self>, String> {
        let mut length = None;
        for value in values(headers, "content-length") {
            let digits = Some(value).filter(|value| value.iter().all(u8::is_ascii_digit));
            let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
            let value: usize = digits.and_then(|digits| digits.parse().ok()).ok_or("an invalid content length")?;
            if length.replace(value).is_some_and(|other| other != value) {
                return Err("two content lengths".to_owned());
            }
        }
        let mut codings = values(headers, "transfer-encoding");
        match (codings.next(), codings.next(), length) {
            (None, ..) => Ok(length.map(Self::Length)),
            (Some(coding), None, None) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Some(Self::Chunked)),
            (Some(_), _, Some(_)) => Err("a content length beside a transfer encoding".to_owned()),
            (Some(_), ..) => Err("an unknown transfer encoding".to_owned()),
        }
    }
}

/// Whether the connection carries another message after one with these headers, in HTTP/1.0 or 1.1.
pub(crate) fn keeps_alive(minor: Option<u8>, headers: &[Header<'_>]) -> bool {
    let says = |word: &str| {
        let mut words = values(headers, "connection").flat_map(|value| value.split(|byte| *byte == b','));
        words.any(|found| found.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    };
    if minor == Some(0) { says("keep-alive") && !says("close") } else { !says("close") }
}

/// The values of all headers of that name.
pub(crate) fn values<'h>(headers: &'h [Header<'h>], name: &'h str) -> impl Iterator<Item = &'h [u8]> {
    headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value)
}

/// Why a body could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ChunkError {
    TooLarge,
    Invalid(&'static str),
}

/// A body that comes in chunks.
#[derive(Debug)]
pub(crate) struct Chunks {
    whole: Vec<u8>,
    /// How long it may be.
    limit: usize,
    next: Next,
}

/// What comes next.
#[derive(Debug)]
enum Next {
    Size,
    Data(usize),
    DataEnd,
    /// So many bytes of them have come.
    Trailers(usize),
}

impl Chunks {
    pub(crate) fn new(limit: usize) -> Self {
        Self { whole: Vec::new(), limit, next: Next::Size }
    }

    /// Reads what has come. Returns how many bytes of it are used, and whether that was all.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(&mut self, input: &[u8]) -> Result<(usize, bool), ChunkError> {
        let mut rest = input;
        let is_over = self.read_from(&mut rest)?;
        Ok((input.len() - rest.len(), is_over))
    }

    /// The body.
    pub(crate) fn into_bytes(self) -> Bytes {
        self.whole.into()
    }

    fn read_from(&mut self, input: &mut &[u8]) -> Result<bool, ChunkError> {
        loop {
            if let Next::Data(left) = &mut self.next {
                let (data, rest) = input.split_at_checked(*left).unwrap_or((*input, &[]));
                self.whole.extend_from_slice(data);
                (*input, *left) = (rest, *left - data.len());
                if *left > 0 {
                    return Ok(false);
                }
                self.next = Next::DataEnd;
            }
            let Some(line) = take_line(input)? else { return Ok(false) };
            self.next = match self.next {
                Next::Size | Next::Data(_) => match size(line)? {
                    0 => Next::Trailers(0),
                    size if size > self.limit - self.whole.len() => return Err(ChunkError::TooLarge),
                    size => Next::Data(size),
                },
                Next::DataEnd if line.is_empty() => Next::Size,
                Next::DataEnd => return Err(ChunkError::Invalid("a chunk that is longer than its size")),
                // Trailers say nothing that is of use here.
                Next::Trailers(_) if line.is_empty() => return Ok(true),
                Next::Trailers(length) if length + line.len() > MAX_TRAILERS => return Err(ChunkError::TooLarge),
                Next::Trailers(length) => Next::Trailers(length + line.len()),
            };
        }
    }
}

fn size(line: &[u8]) -> Result<usize, ChunkError> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let digits = std::str::from_utf8(digits).ok().filter(|size| size.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let size = digits.and_then(|digits| usize::from_str_radix(digits, 16).ok());
    size.ok_or(ChunkError::Invalid("a chunk without a size"))
}

/// Takes a line without its end. `None`: it is not all there.
fn take_line<'i>(input: &mut &'i [u8]) -> Result<Option<&'i [u8]>, ChunkError> {
    let Some(end) = input.windows(2).take(MAX_LINE).position(|bytes| bytes == b"\r\n") else {
        return if input.len() > MAX_LINE { Err(ChunkError::Invalid("a line that is too long")) } else { Ok(None) };
    };
    let (line, rest) = input.split_at(end);
    *input = rest.get(2..).unwrap_or_default();
    Ok(Some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The body in these bytes, which come so many at a time, and what is left of them.
    fn read(input: &[u8], at_a_time: usize) -> Result<Option<(Bytes, usize)>, ChunkError> {
        let (mut chunks, mut held, mut came) = (Chunks::new(20), Vec::new(), 0);
        for piece in input.chunks(at_a_time) {
            held.extend_from_slice(piece);
            came += piece.len();
            let (used, is_over) = chunks.read(&held)?;
            held.drain(..used);
            if is_over {
                return Ok(Some((chunks.into_bytes(), held.len() + input.len() - came)));
            }
        }
        Ok(None)
    }

    #[test]
    fn chunks_are_put_together_however_they_come() {
        for at_a_time in 1..60 {
            for (input, body, left) in [
                (&b"0\r\n\r\n"[..], "", 0),
                (b"5\r\nhello\r\n0\r\n\r\nrest", "hello", 4),
                (b"5;x=y\r\nhello\r\n00A \r\n, world!!!\r\n0\r\nA: b\r\nC: d\r\n\r\n", "hello, world!!!", 0),
            ] {
                let expected = Some((Bytes::from(body), left));
                assert_eq!(read(input, at_a_time).unwrap(), expected, "{} {at_a_time}", input.escape_ascii());
                assert_eq!(read(&input[..input.len() - left - 1], at_a_time).unwrap(), None);
            }
        }
    }

    #[test]
    fn what_is_no_chunk_or_too_much_is_an_error() {
        let long = [&b"5"[..], &[b' '; 5000], b"\r\nhello"].concat();
        let trailers = [&b"0\r\n"[..], &b"a: bbbbbbbbbbbbbbbb\r\n".repeat(5000)].concat();
        for at_a_time in [1, 7, 100_000] {
            for (input, too_large) in [
                (&b"15\r\n"[..], true),
                (b"ffffffffffffffff\r\n", true),
                (b"a\r\n0123456789\r\nb\r\n", true),
                (&trailers, true),
                (&long, false),
                (b"fffffffffffffffff\r\n", false),
                (b"\r\n", false),
                (b"+5\r\nhello\r\n", false),
                (b"x\r\n", false),
                (b"5\r\nhello!\r\n", false),
            ] {
                let error = read(input, at_a_time).unwrap_err();
                assert_eq!(error == ChunkError::TooLarge, too_large, "{error:?}");
            }
        }
    }
}
